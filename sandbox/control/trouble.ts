import type { Router } from 'express';
import { z } from 'zod';
import { callFaults, hookFaults } from '../faults.ts';
import type { Site } from '../site.ts';

const NewFault = z.object({
  match: z.object({ method: z.string().optional(), path: z.string().optional() }).default({}),
  kind: z.enum([...callFaults, ...hookFaults]),
  ms: z.int().nonnegative().max(86_400_000).optional(),
  status: z.int().min(400).max(599).optional(),
  times: z.int().positive().optional(),
  probability: z.number().min(0).max(1).optional(),
});
const NewTime = z.union([
  z.strictObject({ skewSeconds: z.number() }),
  z.strictObject({ advanceSeconds: z.number().nonnegative() }),
]);
const NewLimits = z.strictObject({
  enabled: z.boolean().optional(),
  perAccount: z.int().positive().optional(),
  perAddress: z.int().positive().optional(),
  banAfter: z.int().positive().optional(),
  banSeconds: z.int().positive().optional(),
});

/** Time, limits and faults: what a test does to the platform. */
export function troubleRoutes(site: Site, router: Router): void {
  const { addresses, sites } = site.world;
  router.post('/clock', (req, res) => {
    const asked = NewTime.parse(req.body);
    if ('skewSeconds' in asked) site.clock.skew(asked.skewSeconds);
    else site.clock.advance(asked.advanceSeconds);
    // One clock for all accounts: hooks of any may be due now.
    for (const one of sites) one.hooks.wake();
    res.json({ now: site.clock.now() });
  });

  const limits = () => ({
    enabled: site.limiter.enabled,
    perAccount: site.limiter.perAccount,
    perAddress: addresses.perAddress,
    banAfter: addresses.banAfter,
    banSeconds: addresses.banSeconds,
    account: site.limiter.counts,
    addresses: addresses.counts(),
  });
  router.get('/limits', (_req, res) => {
    res.json(limits());
  });
  router.post('/limits', (req, res) => {
    const { enabled, perAccount, ...shared } = NewLimits.parse(req.body);
    if (enabled !== undefined) site.limiter.enabled = enabled;
    if (perAccount !== undefined) site.limiter.perAccount = perAccount;
    for (const [key, value] of Object.entries(shared)) {
      if (value !== undefined) Object.assign(addresses, { [key]: value });
    }
    // Changed limits begin afresh: counts are forgotten and blocks are lifted.
    site.limiter.reset();
    addresses.reset();
    res.json(limits());
  });

  router.get('/faults', (_req, res) => {
    res.json({ faults: site.faults.list() });
  });
  router.post('/faults', (req, res) => {
    site.faults.add(NewFault.parse(req.body));
    res.status(201).json({});
  });
  router.delete('/faults', (_req, res) => {
    site.faults.clear();
    res.status(204).end();
  });
}
