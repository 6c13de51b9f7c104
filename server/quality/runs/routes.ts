import { z } from 'zod';
import { recordAudit } from '../../audit/index.ts';
import { actorOf, type Route, route, tenantOf } from '../../http/index.ts';
import type { QualityDeps } from '../deps.ts';
import { readSet } from '../golden/sets.ts';
import { beginRun } from './begin-run.ts';
import { ResultView, selectResults } from './result-view.ts';
import { RunView, readRun } from './run-view.ts';

const SetId = z.object({ setId: z.uuid() });
const RunId = z.object({ runId: z.uuid() });
const NewRun = z.object({ withAnswers: z.boolean().default(false) });
const shared = { tag: 'quality', permission: 'admin' } as const;
const missingSet = { 404: ['golden-set-not-found'] };
const missingRun = { 404: ['eval-run-not-found'] };
const beginProblems = { ...missingSet, 409: ['golden-set-empty'], 422: ['quality-key-reused'] };

/** Runs over a golden set: begun here, done in the background, compared with the run before. */
export function runRoutes(deps: QualityDeps): Route[] {
  const { db } = deps;
  const begin = (operation: string, path: string, summary: string, isGate: boolean) =>
    route({
      ...shared,
      method: 'post',
      path,
      operation,
      summary,
      params: SetId,
      body: NewRun,
      answers: { 202: RunView },
      problems: beginProblems,
      async handle({ caller, params, body, idempotencyKey }) {
        const tenantId = tenantOf(caller);
        const run = { ...params, ...body, candidate: null, isGate, actor: actorOf(caller), idempotencyKey };
        const id = await beginRun(deps, tenantId, run);
        return { status: 202, body: await db.withTenant(tenantId, tx => readRun(tx, tenantId, id)) };
      },
    });
  return [
    begin(
      'beginEvalRun',
      '/v1/golden-sets/{setId}/runs',
      'Ask all questions of a set, in the background.',
      false,
    ),
    begin(
      'beginGate',
      '/v1/golden-sets/{setId}/gate',
      'The same as a gate: its verdict says whether a figure fell by more than the set tolerates.',
      true,
    ),
    route({
      ...shared,
      method: 'get',
      path: '/v1/golden-sets/{setId}/runs',
      operation: 'listEvalRuns',
      summary: 'Runs over a set, newest first.',
      params: SetId,
      query: z.object({
        limit: z.coerce.number().int().min(1).max(50).default(20),
        after: z.uuid().optional(),
      }),
      answers: { 200: z.object({ runs: z.array(RunView), next: z.uuid().nullable() }) },
      problems: missingSet,
      async handle({ caller, params: { setId }, query: { limit, after } }) {
        const tenantId = tenantOf(caller);
        const body = await db.withTenant(tenantId, async tx => {
          await readSet(tx, tenantId, setId);
          const found = tx('eval_runs').where({ tenant_id: tenantId, set_id: setId });
          const rows: { id: string }[] = await (after ? found.andWhere('id', '<', after) : found)
            .orderBy('id', 'desc')
            .limit(limit + 1)
            .select('id');
          const runs: RunView[] = [];
          for (const { id } of rows.slice(0, limit)) runs.push(await readRun(tx, tenantId, id));
          return { runs, next: rows.length > limit ? (runs.at(-1)?.id ?? null) : null };
        });
        return { status: 200, body };
      },
    }),
    route({
      ...shared,
      method: 'get',
      path: '/v1/eval-runs/{runId}',
      operation: 'getEvalRun',
      summary:
        'A run: how far it is, its figures, overall and by language, and the change since the last one.',
      params: RunId,
      answers: { 200: RunView },
      problems: missingRun,
      async handle({ caller, params }) {
        const tenantId = tenantOf(caller);
        return {
          status: 200,
          body: await db.withTenant(tenantId, tx => readRun(tx, tenantId, params.runId)),
        };
      },
    }),
    route({
      ...shared,
      method: 'get',
      path: '/v1/eval-runs/{runId}/results',
      operation: 'listEvalResults',
      summary: 'What became of each question.',
      params: RunId,
      query: z.object({
        limit: z.coerce.number().int().min(1).max(100).default(50),
        from: z.coerce.number().int().min(0).max(1_000_000).default(0),
        outcome: ResultView.shape.outcome.optional(),
      }),
      answers: { 200: z.object({ results: z.array(ResultView), next: z.int().nullable() }) },
      problems: missingRun,
      async handle({ caller, params: { runId }, query: { limit, from, outcome } }) {
        const tenantId = tenantOf(caller);
        const found = await db.withTenant(tenantId, async tx => {
          await readRun(tx, tenantId, runId);
          const page = { after: from - 1, only: outcome ?? null, limit: limit + 1 };
          return selectResults(tx, tenantId, runId, page);
        });
        const results = found.slice(0, limit);
        return { status: 200, body: { results, next: found[limit]?.ordinal ?? null } };
      },
    }),
    route({
      ...shared,
      method: 'post',
      path: '/v1/eval-runs/{runId}/cancel',
      operation: 'cancelEvalRun',
      summary: 'Stop a run; one that has ended stays as it is.',
      params: RunId,
      answers: { 200: RunView },
      problems: missingRun,
      async handle({ caller, params: { runId } }) {
        const tenantId = tenantOf(caller);
        const body = await db.withTenant(tenantId, async tx => {
          const stopped = await tx('eval_runs')
            .where({ tenant_id: tenantId, id: runId })
            .whereIn('state', ['queued', 'running'])
            .update({ state: 'cancelled', claim_id: null, updated_at: tx.fn.now(), ended_at: tx.fn.now() });
          const run = await readRun(tx, tenantId, runId);
          const event = 'quality.run-cancelled';
          if (stopped > 0) await recordAudit(tx, tenantId, { event, actor: actorOf(caller), target: runId });
          return run;
        });
        return { status: 200, body };
      },
    }),
  ];
}
