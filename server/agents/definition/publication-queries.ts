import type { Tx } from '../../db/index.ts';
import { NotFound, type TenantId } from '../../kernel/index.ts';

export interface Publication {
  id: string;
  agentId: string;
  version: number;
  kind: 'publish' | 'roll-back';
  state: 'queued' | 'running' | 'published' | 'refused' | 'failed';
  /** What the check said; null until it has ended, and where nothing was checked. */
  result: Record<string, unknown> | null;
  requestedBy: string;
  createdAt: Date;
  endedAt: Date | null;
}

export async function insertPublication(
  tx: Tx,
  tenantId: TenantId,
  publication: Pick<Publication, 'id' | 'agentId' | 'version' | 'kind' | 'state' | 'requestedBy'>,
): Promise<void> {
  const { id, agentId, version, kind, state, requestedBy } = publication;
  await tx('agent_publications').insert({
    tenant_id: tenantId,
    id,
    agent_id: agentId,
    version,
    kind,
    state,
    requested_by: requestedBy,
    ended_at: state === 'published' ? tx.fn.now() : null,
  });
}

export async function isPublishing(tx: Tx, tenantId: TenantId, agentId: string): Promise<boolean> {
  const open = await tx('agent_publications')
    .where({ tenant_id: tenantId, agent_id: agentId })
    .whereIn('state', ['queued', 'running'])
    .first('id');
  return open !== undefined;
}

/** @throws NotFound */
export async function readPublication(
  tx: Tx,
  tenantId: TenantId,
  { agentId, publicationId }: { agentId: string; publicationId: string },
): Promise<Publication> {
  const row = await tx('agent_publications')
    .where({ tenant_id: tenantId, agent_id: agentId, id: publicationId })
    .first();
  if (!row) throw new NotFound('publication');
  return toPublication(row);
}

/** Newest first. */
export async function listPublications(tx: Tx, tenantId: TenantId, agentId: string): Promise<Publication[]> {
  const rows = await tx('agent_publications')
    .where({ tenant_id: tenantId, agent_id: agentId })
    .orderBy('id', 'desc')
    .limit(50);
  return rows.map(toPublication);
}

/** Takes it on, if it waits or whoever had it is silent since `silentMs`. Null: somebody else has it, or it has ended. */
export async function claimPublication(
  tx: Tx,
  tenantId: TenantId,
  { publicationId, holder, silentMs }: { publicationId: string; holder: string; silentMs: number },
): Promise<Publication | null> {
  const [row] = await tx('agent_publications')
    .where({ tenant_id: tenantId, id: publicationId })
    .whereRaw(
      `(state = 'queued' or (state = 'running' and heartbeat_at < now() - make_interval(secs => ?)))`,
      [silentMs / 1000],
    )
    .update({ state: 'running', holder, heartbeat_at: tx.fn.now() })
    .returning('*');
  return row ? toPublication(row) : null;
}

/** False once somebody else has taken it on. */
export async function beatPublication(
  tx: Tx,
  tenantId: TenantId,
  { publicationId, holder }: { publicationId: string; holder: string },
): Promise<boolean> {
  const count = await tx('agent_publications')
    .where({ tenant_id: tenantId, id: publicationId, holder, state: 'running' })
    .update({ heartbeat_at: tx.fn.now() });
  return count === 1;
}

/** Ends it, if it is still this holder's. */
export async function endPublication(
  tx: Tx,
  tenantId: TenantId,
  {
    publicationId,
    holder,
    state,
    result,
  }: {
    publicationId: string;
    holder: string;
    state: 'published' | 'refused' | 'failed';
    result: Record<string, unknown>;
  },
): Promise<boolean> {
  const count = await tx('agent_publications')
    .where({ tenant_id: tenantId, id: publicationId, holder, state: 'running' })
    .update({ state, result: JSON.stringify(result), ended_at: tx.fn.now() });
  return count === 1;
}

/** Those that wait, or whose worker is silent. */
export async function openPublications(tx: Tx, tenantId: TenantId, silentMs: number): Promise<string[]> {
  const rows = await tx('agent_publications')
    .where({ tenant_id: tenantId })
    .whereIn('state', ['queued', 'running'])
    .whereRaw('(heartbeat_at is null or heartbeat_at < now() - make_interval(secs => ?))', [silentMs / 1000])
    .limit(100)
    .select('id');
  return rows.map(({ id }) => id);
}

function toPublication(row: {
  id: string;
  agent_id: string;
  version: number;
  kind: Publication['kind'];
  state: Publication['state'];
  result: Publication['result'];
  requested_by: string;
  created_at: Date;
  ended_at: Date | null;
}): Publication {
  return {
    id: row.id,
    agentId: row.agent_id,
    version: row.version,
    kind: row.kind,
    state: row.state,
    result: row.result,
    requestedBy: row.requested_by,
    createdAt: row.created_at,
    endedAt: row.ended_at,
  };
}
