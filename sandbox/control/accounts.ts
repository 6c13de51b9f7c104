import type { Router } from 'express';
import { z } from 'zod';
import { Problem } from '../errors.ts';
import type { Site } from '../site.ts';

const NewAccount = z.strictObject({
  subdomain: z
    .string()
    .max(40)
    .regex(/^[a-z][a-z0-9-]+$/, 'small letters, digits and -, beginning with a letter'),
  lang: z.enum(['en', 'es', 'pt', 'ru']).optional(),
  timezone: z.string().refine(isZone, 'a time zone such as Europe/Lisbon').optional(),
  leads: z.int().nonnegative().max(100_000).optional(),
});

export function accountRoutes(site: Site, router: Router): void {
  router.get('/accounts', (_req, res) => {
    res.json({
      accounts: site.world.sites.map(({ data, origin }) => ({
        id: data.account.id,
        subdomain: data.account.subdomain,
        origin: origin(),
        lang: data.account.lang,
      })),
    });
  });
  router.post('/accounts', async (req, res) => {
    const wanted = NewAccount.parse(req.body);
    if (site.world.sites.length >= 500) throw new Problem(409, 'Conflict', 'There are 500 accounts already');
    res.status(201).json(await site.world.addAccount(wanted));
  });
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
