import { claimKey, hashOf, type RequestKey } from '../../actions/index.ts';
import { recordAudit } from '../../audit/index.ts';
import type { Tx } from '../../db/index.ts';
import { actorOf, type Caller } from '../../http/index.ts';
import { newId, type TenantId, toError } from '../../kernel/index.ts';
import { answerWith, insertVersion, listVersions, readAgent, readVersion } from './agent-queries.ts';
import { nameOf } from './change-agent.ts';
import type { AgentAdminDeps } from './deps.ts';
import { PublicationRunning, VersionNotPublished } from './errors.ts';
import { publicationJob } from './publication-jobs.ts';
import { insertPublication, isPublishing, type Publication, readPublication } from './publication-queries.ts';

/**
 * Makes the draft a version that never changes, and publishes it: at once where there is nothing to try it on,
 * else after the gate has let it pass. What is published until then goes on answering.
 *
 * @throws NotFound, PublicationRunning
 */
export async function publish(
  deps: AgentAdminDeps,
  caller: Caller | null,
  tenantId: TenantId,
  { agentId, note, request }: { agentId: string; note: string | null; request: RequestKey },
): Promise<Publication> {
  const checked = deps.gate !== null && (await deps.gate.hasWork(tenantId));
  const id = newId();
  const made = await deps.db.withTenant(tenantId, async tx => {
    const agent = await readAgent(tx, tenantId, { agentId, lock: true });
    const earlier = await claimKey(tx, tenantId, request, { publicationId: id });
    if (earlier !== null)
      return readPublication(tx, tenantId, { agentId, publicationId: String(earlier['publicationId']) });
    if (await isPublishing(tx, tenantId, agentId)) throw new PublicationRunning();
    const digest = hashOf(agent.draft);
    const [newest] = await listVersions(tx, tenantId, { agentId, before: null, limit: 1 });
    // A draft that nobody changed since is the version it became.
    const version =
      newest?.digest === digest
        ? newest.number
        : await insertVersion(tx, tenantId, agentId, {
            definition: agent.draft,
            digest,
            note,
            createdBy: nameOf(caller),
          });
    await insertPublication(tx, tenantId, {
      id,
      agentId,
      version,
      kind: 'publish',
      state: checked ? 'queued' : 'published',
      requestedBy: nameOf(caller),
    });
    if (!checked) await answerWith(tx, tenantId, agentId, version);
    await recordAudit(tx, tenantId, {
      event: checked ? 'agent.publication-requested' : 'agent.published',
      actor: actorOf(caller),
      target: agentId,
      details: { version },
    });
    return readPublication(tx, tenantId, { agentId, publicationId: id });
  });
  deps.active.forget(tenantId);
  if (made.state === 'queued')
    await deps.queue
      .add(publicationJob(tenantId, made.id))
      .catch(thrown =>
        deps.log.warn({ tenantId, err: toError(thrown) }, 'the queue took no job; the sweep will add it'),
      );
  return made;
}

/** Answers with an earlier version again, at once: it has been tried before. @throws NotFound */
export async function rollBack(
  deps: AgentAdminDeps,
  caller: Caller | null,
  tenantId: TenantId,
  { agentId, version, request }: { agentId: string; version: number; request: RequestKey },
): Promise<Publication> {
  const id = newId();
  const made = await deps.db.withTenant(tenantId, async tx => {
    await readAgent(tx, tenantId, { agentId, lock: true });
    const earlier = await claimKey(tx, tenantId, request, { publicationId: id });
    if (earlier !== null)
      return readPublication(tx, tenantId, { agentId, publicationId: String(earlier['publicationId']) });
    await readVersion(tx, tenantId, { agentId, number: version });
    await assertWasPublished(tx, tenantId, agentId, version);
    await insertPublication(tx, tenantId, {
      id,
      agentId,
      version,
      kind: 'roll-back',
      state: 'published',
      requestedBy: nameOf(caller),
    });
    await answerWith(tx, tenantId, agentId, version);
    await recordAudit(tx, tenantId, {
      event: 'agent.rolled-back',
      actor: actorOf(caller),
      target: agentId,
      details: { version },
    });
    return readPublication(tx, tenantId, { agentId, publicationId: id });
  });
  deps.active.forget(tenantId);
  return made;
}

/** A version that the gate refused must not come in by the back door. */
async function assertWasPublished(
  tx: Tx,
  tenantId: TenantId,
  agentId: string,
  version: number,
): Promise<void> {
  const published = await tx('agent_publications')
    .where({ tenant_id: tenantId, agent_id: agentId, version, state: 'published' })
    .first('id');
  if (!published) throw new VersionNotPublished();
}
