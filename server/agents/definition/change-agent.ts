import { claimKey, type RequestKey } from '../../actions/index.ts';
import { recordAudit } from '../../audit/index.ts';
import type { Tx } from '../../db/index.ts';
import { actorOf, type Caller } from '../../http/index.ts';
import { InvalidInput, NotFound, newId, type TenantId } from '../../kernel/index.ts';
import { insertAgent, makeDefault, readAgent, type StoredAgent, updateAgent } from './agent-queries.ts';
import type { AgentDefinition } from './definition.ts';
import type { AgentAdminDeps } from './deps.ts';
import { AgentInUse, AgentNotPublished, DraftChanged } from './errors.ts';

/** Who changes it, as it is kept beside the change. */
export function nameOf(caller: Caller | null): string {
  const { kind, id } = actorOf(caller);
  return id === null ? kind : `${kind}:${id}`;
}

/** An agent with a draft; nothing of it answers anybody yet. The same request again gives the same agent. */
export async function createAgent(
  deps: AgentAdminDeps,
  caller: Caller | null,
  tenantId: TenantId,
  { name, definition, request }: { name: string; definition: AgentDefinition; request: RequestKey },
): Promise<StoredAgent> {
  const id = newId();
  await assertModels(deps, tenantId, definition);
  return deps.db.withTenant(tenantId, async tx => {
    const earlier = await claimKey(tx, tenantId, request, { agentId: id });
    if (earlier !== null) return readAgent(tx, tenantId, { agentId: String(earlier['agentId']) });
    await assertSources(deps, tx, tenantId, definition);
    await insertAgent(tx, tenantId, { id, name, draft: definition, createdBy: nameOf(caller) });
    const agent = await readAgent(tx, tenantId, { agentId: id });
    await recordAudit(tx, tenantId, { event: 'agent.created', actor: actorOf(caller), target: id });
    return agent;
  });
}

/** Replaces the draft; what is published goes on answering. @throws NotFound, DraftChanged */
export async function saveDraft(
  deps: AgentAdminDeps,
  caller: Caller | null,
  tenantId: TenantId,
  {
    agentId,
    definition,
    revision,
  }: { agentId: string; definition: AgentDefinition; revision: number | null },
): Promise<StoredAgent> {
  await assertModels(deps, tenantId, definition);
  return deps.db.withTenant(tenantId, async tx => {
    const agent = await readAgent(tx, tenantId, { agentId, lock: true });
    if (revision !== null && revision !== agent.draftRevision) throw new DraftChanged(agent.draftRevision);
    await assertSources(deps, tx, tenantId, definition);
    await updateAgent(tx, tenantId, agentId, { draft: definition, draftRevision: agent.draftRevision + 1 });
    const saved = await readAgent(tx, tenantId, { agentId });
    await recordAudit(tx, tenantId, {
      event: 'agent.draft-saved',
      actor: actorOf(caller),
      target: agentId,
      details: { revision: saved.draftRevision },
    });
    return saved;
  });
}

/** Renames it, or lets it answer in the lead card from now on. @throws NotFound, AgentNotPublished */
export async function settleAgent(
  deps: AgentAdminDeps,
  caller: Caller | null,
  tenantId: TenantId,
  { agentId, name, isDefault }: { agentId: string; name?: string | undefined; isDefault?: true | undefined },
): Promise<StoredAgent> {
  const saved = await deps.db.withTenant(tenantId, async tx => {
    const agent = await readAgent(tx, tenantId, { agentId, lock: true });
    if (name !== undefined) await updateAgent(tx, tenantId, agentId, { name });
    if (isDefault) {
      if (agent.publishedVersion === null) throw new AgentNotPublished();
      await makeDefault(tx, tenantId, agentId);
    }
    const changed = await readAgent(tx, tenantId, { agentId });
    await recordAudit(tx, tenantId, {
      event: 'agent.changed',
      actor: actorOf(caller),
      target: agentId,
      details: { renamed: name !== undefined, madeDefault: isDefault === true },
    });
    return changed;
  });
  deps.active.forget(tenantId);
  return saved;
}

/** It is gone for everybody; its versions stay with the runs that they answered. @throws NotFound, AgentInUse */
export async function deleteAgent(
  deps: AgentAdminDeps,
  caller: Caller | null,
  tenantId: TenantId,
  agentId: string,
): Promise<void> {
  await deps.db.withTenant(tenantId, async tx => {
    const agent = await readAgent(tx, tenantId, { agentId, lock: true });
    if (agent.isDefault) throw new AgentInUse();
    await updateAgent(tx, tenantId, agentId, { deletedAt: deps.clock.now() });
    await tx('agent_publications')
      .where({ tenant_id: tenantId, agent_id: agentId })
      .whereIn('state', ['queued', 'running'])
      .update({ state: 'failed', result: JSON.stringify({ code: 'agent-deleted' }), ended_at: tx.fn.now() });
    await recordAudit(tx, tenantId, { event: 'agent.deleted', actor: actorOf(caller), target: agentId });
  });
  deps.active.forget(tenantId);
}

/** Stops it everywhere, or lets it work again. Runs under way end within a beat. @throws NotFound */
export async function switchAgent(
  deps: AgentAdminDeps,
  caller: Caller | null,
  tenantId: TenantId,
  { agentId, on }: { agentId: string; on: boolean },
): Promise<StoredAgent> {
  const saved = await deps.db.withTenant(tenantId, async tx => {
    const agent = await readAgent(tx, tenantId, { agentId, lock: true });
    const change = on
      ? { killedAt: null, killedBy: null }
      : { killedAt: agent.killedAt ?? deps.clock.now(), killedBy: nameOf(caller) };
    await updateAgent(tx, tenantId, agentId, change);
    const changed = await readAgent(tx, tenantId, { agentId });
    await recordAudit(tx, tenantId, {
      event: on ? 'agent.revived' : 'agent.killed',
      actor: actorOf(caller),
      target: agentId,
    });
    return changed;
  });
  deps.active.forget(tenantId);
  return saved;
}

/** @throws InvalidInput naming each model that nobody offers */
async function assertModels(
  { models }: AgentAdminDeps,
  tenantId: TenantId,
  definition: AgentDefinition,
): Promise<void> {
  const faults = await models.faultsOf(tenantId, definition.models);
  if (faults.length === 0) return;
  throw new InvalidInput(
    faults.map(({ path, message }) => ({ path: `body.definition.models.${path}`, message })),
  );
}

/** A source of another account answers as one that nobody has. @throws NotFound */
async function assertSources(
  { missingSources }: AgentAdminDeps,
  tx: Tx,
  tenantId: TenantId,
  { knowledge }: AgentDefinition,
): Promise<void> {
  if (knowledge.sources.length === 0) return;
  if ((await missingSources(tx, tenantId, knowledge.sources)).length > 0) throw new NotFound('source');
}
