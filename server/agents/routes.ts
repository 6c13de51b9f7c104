import { z } from 'zod';
import { RunState, repOf, VisibilityField } from '../conversations/index.ts';
import { type Caller, type Context, lastEventId, openEventStream, type Route, route } from '../http/index.ts';
import { NotFound, storable } from '../kernel/index.ts';
import type { AgentDeps } from './deps.ts';
import type { NumberedEvent } from './events.ts';
import type { Runs } from './runs.ts';
import { suggestQuestions } from './suggestions.ts';

const LeadId = z.object({ leadId: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER) });
const RunId = z.object({ runId: z.uuid() });
const Locale = z
  .string()
  .regex(/^[a-zA-Z]{2,3}([-_][a-zA-Z0-9]{2,8})*$/)
  .max(20);
const RunView = z.object({ id: z.uuid(), status: RunState });
const streams = { answers: { 200: z.string() }, produces: 'text/event-stream' } as const;

type StreamContext = Pick<Context<unknown, unknown, unknown>, 'req' | 'res' | 'recheck'>;

/** A session that ended, or a user who was suspended, loses an open stream within so long. */
const recheckMs = 4_000;

export function agentRoutes(deps: AgentDeps, runs: Runs): Route[] {
  /** @throws NotFound unless the rep may see the lead of this run */
  async function authoriseRun(caller: Caller | null, runId: string, signal: AbortSignal) {
    const rep = repOf(caller);
    const run = await runs.find(rep, runId);
    const account = await deps.accountOf(rep.tenantId);
    await deps.leads.authorise(account, rep.userId, run.start.leadId, signal).catch(error => {
      throw error instanceof NotFound ? new NotFound('run') : error;
    });
    return { rep, run };
  }

  /** Streams a run to the caller until its last event, or until the caller is gone or may not be here any more. */
  async function streamRun(
    rep: Caller & { kind: 'rep' },
    runId: string,
    { req, res, recheck }: StreamContext,
  ): Promise<'handled'> {
    const events = openEventStream(res);
    const barred = new AbortController();
    const timer = setInterval(() => recheck().catch(() => barred.abort()), recheckMs);
    const send = ({ seq, event }: NumberedEvent) => events.send(seq, event.type, event.data);
    try {
      await runs.follow(rep, runId, lastEventId(req), send, AbortSignal.any([events.signal, barred.signal]));
    } finally {
      clearInterval(timer);
      events.end();
    }
    return 'handled';
  }

  return [
    route({
      method: 'get',
      path: '/v1/leads/{leadId}/suggestions',
      operation: 'suggestQuestions',
      summary: 'Questions worth asking about this lead now.',
      tag: 'agent',
      permission: 'rep',
      params: LeadId,
      query: z.object({ locale: Locale.default('en') }),
      answers: { 200: z.object({ suggestions: z.array(z.object({ id: z.string(), text: z.string() })) }) },
      problems: { 404: ['lead-not-found'], 502: ['kommo-unavailable'] },
      async handle({ caller, params, query, signal }) {
        const rep = repOf(caller);
        const account = await deps.accountOf(rep.tenantId);
        const view = await deps.leads.read(account, rep.userId, params.leadId, signal);
        const titles = await deps.documentTitles(rep.tenantId, 1);
        const suggestions = suggestQuestions(view, { locale: query.locale, titles, now: deps.clock.now() });
        return { status: 200, body: { suggestions } };
      },
    }),
    route({
      method: 'post',
      path: '/v1/leads/{leadId}/messages',
      operation: 'askQuestion',
      summary: 'Asks the agent about a lead and streams the answer as server-sent events.',
      tag: 'agent',
      permission: 'rep',
      params: LeadId,
      idempotent: true,
      body: z.object({
        text: z.string().transform(storable).pipe(z.string().min(1).max(4000)),
        locale: Locale.default('en'),
        visibility: VisibilityField,
      }),
      ...streams,
      problems: {
        404: ['lead-not-found'],
        409: ['agent-stopped'],
        422: ['idempotency-key-reused'],
        502: ['kommo-unavailable'],
      },
      async handle({ caller, params, body, idempotencyKey, requestId, signal, ...stream }) {
        const rep = repOf(caller);
        const account = await deps.accountOf(rep.tenantId);
        await deps.leads.authorise(account, rep.userId, params.leadId, signal);
        const question = { ...body, leadId: params.leadId };
        const runId = await runs.ask(rep, question, { idempotencyKey: idempotencyKey ?? '', requestId });
        return streamRun(rep, runId, stream);
      },
    }),
    route({
      method: 'get',
      path: '/v1/runs/{runId}/events',
      operation: 'followRun',
      summary: 'Follows a run from after Last-Event-ID, also after the connection was lost.',
      tag: 'agent',
      permission: 'rep',
      params: RunId,
      ...streams,
      problems: { 404: ['run-not-found'] },
      async handle({ caller, params, signal, ...stream }) {
        const { rep } = await authoriseRun(caller, params.runId, signal);
        return streamRun(rep, params.runId, stream);
      },
    }),
    route({
      method: 'post',
      path: '/v1/runs/{runId}/cancel',
      operation: 'cancelRun',
      summary: 'Stops a run within a second; what was said is kept. Stopping an ended one changes nothing.',
      tag: 'agent',
      permission: 'rep',
      params: RunId,
      answers: { 202: RunView },
      problems: { 404: ['run-not-found'] },
      async handle({ caller, params, signal }) {
        const { rep } = await authoriseRun(caller, params.runId, signal);
        const status = await runs.cancel(rep, params.runId);
        return { status: 202, body: { id: params.runId, status } };
      },
    }),
    route({
      method: 'post',
      path: '/v1/runs/{runId}/retry',
      operation: 'retryRun',
      summary: 'Answers the question of a failed, stopped or interrupted run again.',
      tag: 'agent',
      permission: 'rep',
      params: RunId,
      idempotent: true,
      ...streams,
      problems: { 404: ['run-not-found'], 409: ['run-not-retryable', 'agent-stopped'] },
      async handle({ caller, params, idempotencyKey, requestId, signal, ...stream }) {
        const { rep } = await authoriseRun(caller, params.runId, signal);
        const runId = await runs.retry(rep, params.runId, {
          idempotencyKey: idempotencyKey ?? '',
          requestId,
        });
        return streamRun(rep, runId, stream);
      },
    }),
  ];
}
