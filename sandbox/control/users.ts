import { createHash } from 'node:crypto';
import type { Router } from 'express';
import { z } from 'zod';
import { Problem } from '../errors.ts';
import type { User } from '../records.ts';
import type { Site } from '../site.ts';
import { needUser } from './need.ts';

const UserChange = z.object({
  rights: z.record(z.string(), z.unknown()).optional(),
  active: z.boolean().optional(),
  lang: z.enum(['en', 'es', 'pt', 'ru']).optional(),
});

/** The account's people, and a look at all of it. */
export function userRoutes(site: Site, router: Router): void {
  router.get('/calls', (req, res) => {
    res.json({ calls: site.calls.since(Number(req.query['since'] ?? 0)) });
  });
  router.get('/state', (_req, res) => {
    const { account, installs, users, leads } = site.data;
    res.json({
      accountId: account.id,
      account,
      installs: installs.map(one => ({ ...one, archive: site.archives.get(one.clientId)?.digest ?? null })),
      integrations: Object.values(site.store.state.integrations).map(({ clientSecret, ...shown }) => ({
        ...shown,
        secretDigest: createHash('sha256').update(clientSecret).digest('hex'),
      })),
      users,
      leads,
    });
  });
  router.post('/users/:id', async (req, res) => {
    const user = needUser(site, Number(req.params.id));
    const { rights, active, lang } = UserChange.parse(req.body);
    for (const [key, value] of Object.entries(rights ?? {})) {
      if (!Object.hasOwn(user.rights, key))
        throw new Problem(400, 'Bad Request', `There is no right named ${key}`);
      const old = user.rights[key as keyof User['rights']];
      const both = isObject(old) && isObject(value) ? { ...old, ...value } : value;
      Object.assign(user.rights, { [key]: both });
    }
    if (active !== undefined) user.rights.is_active = active;
    if (lang !== undefined) user.lang = lang;
    await site.store.flush();
    res.json(user);
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
