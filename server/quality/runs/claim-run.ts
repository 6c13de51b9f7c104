import { randomUUID } from 'node:crypto';
import type { Db, Tx } from '../../db/index.ts';
import type { TenantId } from '../../kernel/index.ts';
import type { Candidate } from '../deps.ts';

/** A worker that has not been heard of for this long is dead. */
export const silentSecondsMax = 60;

export interface RunClaim {
  tenantId: TenantId;
  runId: string;
  id: string;
  setId: string;
  withAnswers: boolean;
  isGate: boolean;
  candidate: Candidate | null;
  threshold: number;
  attempts: number;
}

/** The run was cancelled, deleted with its set, or given to another worker. */
export class RunLost extends Error {}

/** Takes a run that waits, or whose worker fell silent. Null when there is nothing to do. */
export async function claimRun(db: Db, tenantId: TenantId, runId: string): Promise<RunClaim | null> {
  const id = randomUUID();
  return db.withTenant(tenantId, async tx => {
    const { rows } = await tx.raw(
      `
      update eval_runs set state = 'running', claim_id = :id, attempts = attempts + 1, updated_at = now()
      where tenant_id = :tenantId and id = :runId and (state = 'queued'
        or (state = 'running' and updated_at < now() - make_interval(secs => :silentSecondsMax)))
      returning set_id as "setId", with_answers as "withAnswers", is_gate as "isGate", candidate, threshold, attempts`,
      { tenantId, runId, id, silentSecondsMax },
    );
    return rows.length === 0 ? null : { tenantId, runId, id, ...rows[0] };
  });
}

/** Shows that the worker lives, and locks the run until the end of the transaction. @throws RunLost */
export async function holdRun(
  tx: Tx,
  { tenantId, runId, id }: RunClaim,
  changes: Record<string, unknown> = {},
): Promise<void> {
  const held = await tx('eval_runs')
    .where({ tenant_id: tenantId, id: runId, claim_id: id, state: 'running' })
    .update({ updated_at: tx.fn.now(), ...changes });
  if (held === 0) throw new RunLost();
}
