import type { Router } from 'express';
import { z } from 'zod';
import type { Site } from '../site.ts';

const RawHook = z.strictObject({ event: z.string().default('raw'), body: z.string() });

/** The account hooks that went out, and a hand on their delivery. */
export function hookRoutes(site: Site, router: Router): void {
  const { hooks } = site;
  router.get('/hooks', (req, res) => {
    const waiting = site.data.waitingHooks.map(({ id, event, attempts, dueAt }) => ({
      id,
      event,
      attempts,
      dueAt: Math.ceil(dueAt / 1000),
    }));
    res.json({ deliveries: hooks.log(Number(req.query['since'] ?? 0)), waiting });
  });
  router.post('/hooks/pause', (_req, res) => {
    hooks.pause();
    res.json({ paused: true });
  });
  router.post('/hooks/resume', (_req, res) => {
    hooks.resume();
    res.json({ paused: false });
  });
  router.post('/hooks/retry', (_req, res) => {
    res.json({ retried: hooks.retryNow() });
  });
  router.post('/hooks/settled', async (_req, res) => {
    await hooks.settled();
    res.json({ settled: true });
  });
  router.post('/hooks/raw', (req, res) => {
    const { event, body } = RawHook.parse(req.body);
    hooks.sendRaw(event, body);
    res.status(202).json({});
  });
}
