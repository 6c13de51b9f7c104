import type { Pacing } from './budget/pacing.ts';

/** For tests of something else than the rate: every call goes at once. */
export function unpaced(fetcher: typeof fetch): Pacing {
  return {
    turn: async () => ({ probe: false, ticket: '' }),
    ended: async () => 'passed',
    fetch: () => fetcher,
    blockedForMs: async () => 0,
    close: async () => undefined,
  };
}
