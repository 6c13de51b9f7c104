import type { Tx } from '../../db/index.ts';
import { NotFound, type TenantId } from '../../kernel/index.ts';
import { AgentDefinition } from './definition.ts';

export interface StoredAgent {
  id: string;
  name: string;
  draft: AgentDefinition;
  draftRevision: number;
  publishedVersion: number | null;
  isDefault: boolean;
  killedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

export interface StoredVersion {
  number: number;
  definition: AgentDefinition;
  digest: string;
  note: string | null;
  createdBy: string;
  createdAt: Date;
}

export async function insertAgent(
  tx: Tx,
  tenantId: TenantId,
  agent: { id: string; name: string; draft: AgentDefinition; createdBy: string },
): Promise<void> {
  await tx('agents').insert({
    tenant_id: tenantId,
    id: agent.id,
    name: agent.name,
    draft: JSON.stringify(agent.draft),
    created_by: agent.createdBy,
  });
}

/** Oldest first. */
export async function listAgents(tx: Tx, tenantId: TenantId): Promise<StoredAgent[]> {
  const rows = await tx('agents').where({ tenant_id: tenantId }).whereNull('deleted_at').orderBy('id');
  return rows.map(toAgent);
}

/** With `lock` nobody else changes it until the transaction ends. @throws NotFound */
export async function readAgent(
  tx: Tx,
  tenantId: TenantId,
  { agentId, lock = false }: { agentId: string; lock?: boolean },
): Promise<StoredAgent> {
  const query = tx('agents').where({ tenant_id: tenantId, id: agentId }).whereNull('deleted_at');
  const row = await (lock ? query.forUpdate().first() : query.first());
  if (!row) throw new NotFound('agent');
  return toAgent(row);
}

export async function updateAgent(
  tx: Tx,
  tenantId: TenantId,
  agentId: string,
  change: Partial<{
    name: string;
    draft: AgentDefinition;
    draftRevision: number;
    publishedVersion: number;
    isDefault: boolean;
    killedAt: Date | null;
    killedBy: string | null;
    deletedAt: Date;
  }>,
): Promise<void> {
  const row = {
    name: change.name,
    draft: change.draft === undefined ? undefined : JSON.stringify(change.draft),
    draft_revision: change.draftRevision,
    published_version: change.publishedVersion,
    is_default: change.isDefault,
    killed_at: change.killedAt,
    killed_by: change.killedBy,
    deleted_at: change.deletedAt,
  };
  const given = Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined));
  await tx('agents')
    .where({ tenant_id: tenantId, id: agentId })
    .update({ ...given, updated_at: tx.fn.now() });
}

/** One agent answers in the lead card: this one from now on. */
export async function makeDefault(tx: Tx, tenantId: TenantId, agentId: string): Promise<void> {
  await tx('agents').where({ tenant_id: tenantId, is_default: true }).update({ is_default: false });
  await tx('agents').where({ tenant_id: tenantId, id: agentId }).update({ is_default: true });
}

/** The first agent of an account that is published is the one its lead cards ask. */
export async function answerWith(
  tx: Tx,
  tenantId: TenantId,
  agentId: string,
  version: number,
): Promise<void> {
  await updateAgent(tx, tenantId, agentId, { publishedVersion: version });
  const other = await tx('agents').where({ tenant_id: tenantId, is_default: true }).first('id');
  if (!other) await makeDefault(tx, tenantId, agentId);
}

/** The number it got. The agent's row has to be locked. */
export async function insertVersion(
  tx: Tx,
  tenantId: TenantId,
  agentId: string,
  version: { definition: AgentDefinition; digest: string; note: string | null; createdBy: string },
): Promise<number> {
  const newest = await tx('agent_versions')
    .where({ tenant_id: tenantId, agent_id: agentId })
    .max({ number: 'number' })
    .first();
  const number = Number(newest?.['number'] ?? 0) + 1;
  await tx('agent_versions').insert({
    tenant_id: tenantId,
    agent_id: agentId,
    number,
    definition: JSON.stringify(version.definition),
    digest: version.digest,
    note: version.note,
    created_by: version.createdBy,
  });
  return number;
}

/** Newest first. */
export async function listVersions(
  tx: Tx,
  tenantId: TenantId,
  { agentId, before, limit }: { agentId: string; before: number | null; limit: number },
): Promise<StoredVersion[]> {
  const query = tx('agent_versions')
    .where({ tenant_id: tenantId, agent_id: agentId })
    .orderBy('number', 'desc')
    .limit(limit);
  if (before !== null) query.where('number', '<', before);
  return (await query).map(toVersion);
}

/** @throws NotFound */
export async function readVersion(
  tx: Tx,
  tenantId: TenantId,
  { agentId, number }: { agentId: string; number: number },
): Promise<StoredVersion> {
  const row = await tx('agent_versions').where({ tenant_id: tenantId, agent_id: agentId, number }).first();
  if (!row) throw new NotFound('agent version');
  return toVersion(row);
}

/** What answers in the lead card: one row, by the index of defaults. */
export async function readDefault(
  tx: Tx,
  tenantId: TenantId,
): Promise<{
  id: string;
  name: string;
  version: number;
  definition: AgentDefinition;
  killed: boolean;
} | null> {
  const { rows } = await tx.raw(
    `select a.id, a.name, a.published_version, a.killed_at is not null as killed, v.definition
     from agents a
     join agent_versions v on v.tenant_id = a.tenant_id and v.agent_id = a.id and v.number = a.published_version
     where a.tenant_id = :tenantId and a.is_default`,
    { tenantId },
  );
  const [row] = rows;
  if (!row) return null;
  return {
    id: row.id,
    name: row.name,
    version: row.published_version,
    definition: AgentDefinition.parse(row.definition),
    killed: row.killed,
  };
}

/** Definitions are read again: what an earlier version of the schema did not have gets its default. */
interface AgentRow {
  id: string;
  name: string;
  draft: unknown;
  draft_revision: number;
  published_version: number | null;
  is_default: boolean;
  killed_at: Date | null;
  created_at: Date;
  updated_at: Date;
}

function toAgent(row: AgentRow): StoredAgent {
  return {
    id: row.id,
    name: row.name,
    draft: AgentDefinition.parse(row.draft),
    draftRevision: row.draft_revision,
    publishedVersion: row.published_version,
    isDefault: row.is_default,
    killedAt: row.killed_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function toVersion(row: {
  number: number;
  definition: unknown;
  digest: string;
  note: string | null;
  created_by: string;
  created_at: Date;
}): StoredVersion {
  return {
    number: row.number,
    definition: AgentDefinition.parse(row.definition),
    digest: row.digest,
    note: row.note,
    createdBy: row.created_by,
    createdAt: row.created_at,
  };
}
