import { z } from 'zod';
import type { ProposalView } from '../../actions/index.ts';
import { recordAudit } from '../../audit/index.ts';
import { actorOf, type Route, route, tenantOf } from '../../http/index.ts';
import { AppError, NotFound } from '../../kernel/index.ts';
import type { AgentDeps } from '../deps.ts';
import { erasePerson } from '../erase-person.ts';
import { readTrace } from './keep-trace.ts';
import { isOfSharedThread, RunLine, selectRuns } from './select-runs.ts';
import { Trace } from './trace.ts';

class TraceErased extends AppError {
  readonly code = 'trace-erased';
  readonly status = 410;

  constructor() {
    super('What this run was made of has been erased; its numbers and its digest are left.');
  }
}

/** What became of what the run proposed: who let it happen, and whether it did. */
const Decision = z.object({
  proposalId: z.uuid(),
  action: z.string(),
  digest: z.string(),
  state: z.string(),
  approvedBy: z.string().nullable(),
  decidedAt: z.iso.datetime().nullable(),
  effect: z.string().nullable(),
});
const shared = { tag: 'agent', permission: 'admin' } as const;
const pageSize = 100;

/**
 * Runs as administrators look into them. Those of private threads are no exception to what privacy means there:
 * nobody but their rep sees them, and an administrator's token finds none.
 */
export function traceRoutes(deps: Pick<AgentDeps, 'db' | 'secrets' | 'actions' | 'leadsOfContact'>): Route[] {
  return [
    route({
      ...shared,
      method: 'get',
      path: '/v1/runs',
      operation: 'listRuns',
      summary: 'The runs of shared threads, newest first.',
      query: z.object({
        cursor: z.uuid().optional(),
        leadId: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER).optional(),
      }),
      answers: { 200: z.object({ runs: z.array(RunLine), nextCursor: z.uuid().nullable() }) },
      async handle({ caller, query }) {
        const tenantId = tenantOf(caller);
        const rows = await deps.db.withTenant(tenantId, tx =>
          selectRuns(tx, tenantId, { ...query, limit: pageSize + 1 }),
        );
        const runs = rows.slice(0, pageSize);
        const nextCursor = rows.length > pageSize ? (runs.at(-1)?.id ?? null) : null;
        return { status: 200, body: { runs, nextCursor } };
      },
    }),
    route({
      ...shared,
      method: 'get',
      path: '/v1/runs/{runId}/trace',
      operation: 'readTrace',
      summary:
        'Everything a run was made of, masked as the model saw it, and what became of what it proposed.',
      params: z.object({ runId: z.uuid() }),
      answers: { 200: z.object({ trace: Trace, decisions: z.array(Decision) }) },
      problems: { 404: ['run-not-found'], 410: ['trace-erased'] },
      async handle({ caller, params: { runId } }) {
        const tenantId = tenantOf(caller);
        const trace = await deps.db.withTenant(tenantId, async tx =>
          (await isOfSharedThread(tx, tenantId, runId)) ? readTrace(tx, deps.secrets, tenantId, runId) : null,
        );
        if (trace === null) throw new NotFound('run');
        if (trace === 'erased') throw new TraceErased();
        const proposals = await deps.actions.ofRun(tenantId, { runId, userId: trace.userId });
        return { status: 200, body: { trace, decisions: proposals.map(decisionOn) } };
      },
    }),
    route({
      ...shared,
      method: 'delete',
      path: '/v1/people/{person}/key',
      operation: 'destroyKey',
      summary:
        'Destroys the keys under which traces, facts, summaries and answers of tools about a contact and their leads, or about a lead without one, are kept.',
      params: z.object({ person: z.string().regex(/^(contact|lead)-[1-9]\d{0,14}$/) }),
      answers: { 204: null },
      async handle({ caller, params: { person } }) {
        const tenantId = tenantOf(caller);
        const actor = actorOf(caller);
        await deps.db.withTenant(tenantId, async tx => {
          if (await erasePerson(tx, deps, tenantId, person))
            await recordAudit(tx, tenantId, { event: 'agents.key-destroyed', actor, target: person });
        });
        return { status: 204 };
      },
    }),
  ];
}

function decisionOn(proposal: ProposalView): z.input<typeof Decision> {
  const { id, action, digest, state, approvedBy, decidedAt, effect } = proposal;
  return {
    proposalId: id,
    action,
    digest,
    state,
    approvedBy: approvedBy && String(approvedBy.id),
    decidedAt,
    effect: effect?.state ?? null,
  };
}
