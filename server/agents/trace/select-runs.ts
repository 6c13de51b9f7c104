import { z } from 'zod';
import type { Tx } from '../../db/index.ts';
import type { TenantId } from '../../kernel/index.ts';

/** A run as a list of them shows it. Money is in millionths of a US dollar. */
export const RunLine = z.object({
  id: z.uuid(),
  leadId: z.int(),
  userId: z.int(),
  state: z.string(),
  errorCode: z.string().nullable(),
  model: z.string(),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
  inputTokens: z.int().nullable(),
  outputTokens: z.int().nullable(),
  costMicros: z.int().nullable(),
  /** Whether its trace can be read; commands leave none. */
  trace: z.enum(['kept', 'erased', 'none']),
});

/** Those of shared threads, newest first: ids grow with time. */
export async function selectRuns(
  tx: Tx,
  tenantId: TenantId,
  { cursor, leadId, limit }: { cursor?: string | undefined; leadId?: number | undefined; limit: number },
): Promise<z.output<typeof RunLine>[]> {
  const query = tx('runs as r')
    .join('conversations as c', { 'c.tenant_id': 'r.tenant_id', 'c.id': 'r.conversation_id' })
    .leftJoin('run_traces as t', { 't.tenant_id': 'r.tenant_id', 't.run_id': 'r.id' })
    .leftJoin('person_keys as k', {
      'k.tenant_id': 't.tenant_id',
      'k.person': 't.person',
      'k.id': 't.key_id',
    })
    .where({ 'r.tenant_id': tenantId, 'c.visibility': 'shared' })
    .orderBy('r.id', 'desc')
    .limit(limit)
    .select('r.*', 'c.lead_id', 't.run_id as traced', 'k.person as keyed');
  // A cursor that is no run of this tenant's leads nowhere.
  if (cursor !== undefined)
    query.where('r.id', '<', tx('runs').where({ tenant_id: tenantId, id: cursor }).select('id'));
  if (leadId !== undefined) query.where('c.lead_id', leadId);
  const rows = await query;
  return rows.map(row => ({
    id: row.id,
    leadId: Number(row.lead_id),
    userId: Number(row.actor_user_id),
    state: row.state,
    errorCode: row.error_code,
    model: row.model,
    startedAt: row.started_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    costMicros: row.cost_micros === null ? null : Number(row.cost_micros),
    trace: row.traced === null ? 'none' : row.keyed === null ? 'erased' : 'kept',
  }));
}

export async function isOfSharedThread(tx: Tx, tenantId: TenantId, runId: string): Promise<boolean> {
  const row = await tx('runs as r')
    .join('conversations as c', { 'c.tenant_id': 'r.tenant_id', 'c.id': 'r.conversation_id' })
    .where({ 'r.tenant_id': tenantId, 'r.id': runId, 'c.visibility': 'shared' })
    .first('r.id');
  return row !== undefined;
}
