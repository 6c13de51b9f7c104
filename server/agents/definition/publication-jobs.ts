import { z } from 'zod';
import { recordAudit } from '../../audit/index.ts';
import type { Job, Sweep } from '../../jobs/index.ts';
import { AppError, asTenantId, newId, type TenantId, toError } from '../../kernel/index.ts';
import { answerWith, readAgent, readVersion } from './agent-queries.ts';
import type { AgentAdminDeps } from './deps.ts';
import {
  beatPublication,
  claimPublication,
  endPublication,
  openPublications,
  type Publication,
} from './publication-queries.ts';
import type { Candidate, GateVerdict } from './publish-gate.ts';

const name = 'agents.check-publication';
const Payload = z.object({ tenantId: z.uuid(), publicationId: z.uuid() });
const beatMs = 3_000;
/** A worker that has not shown itself for so long is dead. */
const silentMs = 15_000;

export function publicationJob(tenantId: TenantId, publicationId: string): Job {
  return { name, key: publicationId, payload: { tenantId, publicationId } };
}

/** Tries versions that wait to be published; killed halfway, another worker begins the check anew. */
export async function workPublications(deps: AgentAdminDeps): Promise<void> {
  await deps.queue.work(name, async (payload, signal) => {
    const { tenantId, publicationId } = Payload.parse(payload);
    await checkPublication(deps, asTenantId(tenantId), publicationId, signal);
  });
}

const hasOpen = `exists (select from agent_publications where state in ('queued', 'running'))`;

export function publicationsSweep(deps: AgentAdminDeps, listTenants: () => Promise<TenantId[]>): Sweep {
  return {
    name: 'agents.publications',
    async run(signal) {
      for (const tenantId of await deps.db.tenantsWhere(await listTenants(), hasOpen)) {
        if (signal.aborted) return;
        const open = await deps.db.withTenant(tenantId, tx => openPublications(tx, tenantId, silentMs));
        for (const id of open) await deps.queue.add(publicationJob(tenantId, id));
      }
    },
  };
}

async function checkPublication(
  deps: AgentAdminDeps,
  tenantId: TenantId,
  publicationId: string,
  signal: AbortSignal,
): Promise<void> {
  const holder = newId();
  const publication = await deps.db.withTenant(tenantId, tx =>
    claimPublication(tx, tenantId, { publicationId, holder, silentMs }),
  );
  if (publication === null) return;
  const lost = new AbortController();
  const beating = setInterval(() => {
    deps.db
      .withTenant(tenantId, tx => beatPublication(tx, tenantId, { publicationId, holder }))
      .then(ours => (ours ? undefined : lost.abort()))
      .catch(thrown =>
        deps.log.warn({ publicationId, err: toError(thrown) }, 'a check could not show itself'),
      );
  }, beatMs);
  try {
    const verdict = await judge(deps, tenantId, publication, AbortSignal.any([signal, lost.signal]));
    await conclude(deps, tenantId, publication, holder, verdict);
  } finally {
    clearInterval(beating);
  }
  deps.active.forget(tenantId);
}

async function judge(
  deps: AgentAdminDeps,
  tenantId: TenantId,
  { agentId, version }: Publication,
  signal: AbortSignal,
): Promise<GateVerdict | { failed: string }> {
  const candidate = await deps.db.withTenant(tenantId, async (tx): Promise<Candidate> => {
    const { publishedVersion } = await readAgent(tx, tenantId, { agentId });
    const { definition } = await readVersion(tx, tenantId, { agentId, number: version });
    const published =
      publishedVersion === null
        ? null
        : await readVersion(tx, tenantId, { agentId, number: publishedVersion });
    return {
      agentId,
      version,
      definition,
      published: published && { version: published.number, definition: published.definition },
    };
  });
  try {
    return deps.gate === null
      ? { passed: true, report: {} }
      : await deps.gate.judge(tenantId, candidate, signal);
  } catch (thrown) {
    // Cut off, it stays "running" and silent, and is begun anew.
    if (signal.aborted) throw thrown;
    deps.log.error({ tenantId, version, err: toError(thrown) }, 'a version could not be checked');
    return { failed: thrown instanceof AppError ? thrown.code : 'internal' };
  }
}

async function conclude(
  deps: AgentAdminDeps,
  tenantId: TenantId,
  { id, agentId, version }: Publication,
  holder: string,
  verdict: GateVerdict | { failed: string },
): Promise<void> {
  const state = 'failed' in verdict ? 'failed' : verdict.passed ? 'published' : 'refused';
  const result = 'failed' in verdict ? { code: verdict.failed } : verdict.report;
  await deps.db.withTenant(tenantId, async tx => {
    await readAgent(tx, tenantId, { agentId, lock: true });
    if (!(await endPublication(tx, tenantId, { publicationId: id, holder, state, result }))) return;
    if (state === 'published') await answerWith(tx, tenantId, agentId, version);
    await recordAudit(tx, tenantId, {
      event: state === 'published' ? 'agent.published' : 'agent.publication-refused',
      actor: { kind: 'system', id: null },
      target: agentId,
      details: { version, state },
    });
  });
}
