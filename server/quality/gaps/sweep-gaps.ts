import type { Sweep } from '../../jobs/index.ts';
import { type Clock, type TenantId, toError } from '../../kernel/index.ts';
import type { QualityDeps } from '../deps.ts';
import { collectGaps } from './collect.ts';

export interface GapsSweepDeps extends QualityDeps {
  listTenants(): Promise<TenantId[]>;
  clock: Clock;
}

const everyMs = 10 * 60_000;

/** Gathers what was not answered before somebody looks, so that looking is quick. */
export function gapsSweep({ listTenants, clock, ...deps }: GapsSweepDeps): Sweep {
  let sweptAt = Number.NEGATIVE_INFINITY;
  return {
    name: 'quality.gaps',
    async run(signal) {
      const now = clock.now().getTime();
      if (Math.abs(now - sweptAt) < everyMs) return;
      sweptAt = now;
      for (const tenantId of await listTenants()) {
        if (signal.aborted) return;
        try {
          await collectGaps(deps, tenantId, signal);
        } catch (thrown) {
          deps.log.warn({ tenantId, err: toError(thrown) }, 'what the knowledge lacks could not be gathered');
        }
      }
    },
  };
}
