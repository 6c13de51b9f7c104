import type { Job } from '../jobs/index.ts';
import type { TenantId } from '../kernel/index.ts';

export const evalRunName = 'quality.eval-run';

export function evalRunJob(tenantId: TenantId, runId: string): Job {
  return { name: evalRunName, key: runId, payload: { tenantId, runId } };
}
