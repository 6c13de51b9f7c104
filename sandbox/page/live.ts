import type { Router } from 'express';
import type { LiveEntry } from '../live.ts';
import type { Site } from '../site.ts';
import { pageUser } from './page-user.ts';

const waitMs = 20_000;

/**
 * What happened after `since`; where that is nothing yet, the answer waits for it.
 *
 * Everybody learns that something happened, so that the card shows it; what it was is for administrators, as hooks and
 * calls carry what not every rep may see.
 */
export function liveRoutes(site: Site, router: Router): void {
  router.get('/ajax/page/live', (req, res) => {
    const { rights } = pageUser(site, req, res);
    const view = (entry: LiveEntry) => (rights.is_admin ? entry : { seq: entry.seq, kind: entry.kind });
    const since = Number(req.query['since'] ?? 0);
    const send = () => {
      leave();
      clearTimeout(timer);
      if (res.writableEnded || res.destroyed) return;
      res.set('Cache-Control', 'no-store').json({ entries: site.live.since(since).map(view) });
    };
    // A moment later, so that what belongs together comes together.
    const leave = site.live.watch(() => setTimeout(send, 30));
    const timer = setTimeout(send, waitMs);
    timer.unref();
    res.on('close', () => {
      leave();
      clearTimeout(timer);
    });
    if (site.live.since(since).length > 0) send();
  });
}
