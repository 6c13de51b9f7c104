import { readMessages, type Visibility } from '../conversations/index.ts';
import { outsideTransaction } from '../db/index.ts';
import type { Caller } from '../http/index.ts';
import type { Sweep } from '../jobs/index.ts';
import { NotFound, type TenantId, toError } from '../kernel/index.ts';
import type { Chain } from '../models/index.ts';
import { settleAbandoned } from '../usage/index.ts';
import { type ActiveAgent, AgentStopped } from './definition/index.ts';
import { type AgentDeps, depsOfRun } from './deps.ts';
import { RunInterrupted, ServerStopping } from './errors.ts';
import type { NumberedEvent } from './events.ts';
import { executeRun } from './execute-run.ts';
import { type LiveRun, startLiveRun } from './live-run.ts';
import {
  type BegunRun,
  beginRetry,
  beginRun,
  endRun,
  findOrphans,
  findRun,
  markFollowed,
  type RunStart,
  requestCancel,
  type StoredRun,
} from './queries.ts';

type Rep = Caller & { kind: 'rep' };

/** Who answers a question, and by which models. */
interface Answering {
  agent: ActiveAgent;
  chain: Chain;
}

export interface Runs {
  /** Stores the question and begins to answer it; the same key joins the run it began before. */
  ask(
    rep: Rep,
    question: { leadId: number; visibility: Visibility; text: string; locale: string },
    request: RequestMarks,
  ): Promise<string>;
  retry(rep: Rep, runId: string, request: RequestMarks): Promise<string>;
  /** Follows a run wherever it executes, from after `afterSeq`. Resolves when it was told to the end, or on `signal`. */
  follow(
    rep: Rep,
    runId: string,
    afterSeq: number,
    listener: (event: NumberedEvent) => void,
    signal: AbortSignal,
  ): Promise<void>;
  cancel(rep: Rep, runId: string): Promise<StoredRun['state']>;
  /** The run, if it is in a thread the rep may see. @throws NotFound */
  find(rep: Rep, runId: string): Promise<StoredRun>;
  sweep(listTenants: () => Promise<TenantId[]>): Sweep;
  /** Begins no more; what runs may end within `graceMs`, then it is stopped, and stored with what it said. */
  close(graceMs: number): Promise<void>;
}

export interface RequestMarks {
  idempotencyKey: string;
  requestId: string;
}

/** A process that has not shown itself for so long is taken for dead. */
const silentMs = 15_000;
const pollMs = 400;
/** Events told from what is stored are numbered from here, apart from those of the executing process. */
const storedSeqBase = 1_000_000_000;

/** The runs of this process and the door to those of others. */
export function openRuns(deps: AgentDeps): Runs {
  const live = new Map<string, LiveRun>();
  const executing = new Set<Promise<void>>();
  let closing = false;

  function newRun(rep: Rep, { agent, chain }: Answering, locale: string, idempotencyKey: string) {
    const [{ llm }] = chain;
    return {
      userId: rep.userId,
      userName: rep.name,
      agent,
      locale,
      model: { name: llm.name, offline: llm.kind === 'offline' },
      processId: deps.processId,
      idempotencyKey,
      historyBounds: deps.historyBounds,
    };
  }

  function begin(tenantId: TenantId, { agent, chain }: Answering, begun: BegunRun, requestId: string): void {
    const { start } = begun;
    const run = startLiveRun({
      runId: start.runId,
      graceMs: deps.graceMs,
      onEnd: () => live.delete(start.runId),
    });
    live.set(start.runId, run);
    try {
      const { runId, conversationId, answerId } = start;
      run.emit({ type: 'run.started', data: { runId, conversationId, question: begun.question, answerId } });
    } catch (thrown) {
      // The row stays "running", is silent from now on, and the sweep ends it.
      live.delete(start.runId);
      throw thrown;
    }
    const execution = outsideTransaction(() =>
      executeRun(depsOfRun(deps, chain), tenantId, agent, begun, run, requestId),
    );
    executing.add(execution);
    void execution.finally(() => executing.delete(execution));
  }

  /** @throws AgentStopped */
  async function whoAnswers(tenantId: TenantId): Promise<Answering> {
    const agent = await deps.activeAgents.of(tenantId);
    if (agent.killed) throw new AgentStopped();
    return { agent, chain: await deps.models.chainFor(tenantId, agent.definition.models) };
  }

  async function startedEvent(tenantId: TenantId, start: RunStart) {
    const [question] = await deps.db.withTenant(tenantId, tx =>
      readMessages(tx, tenantId, [start.questionId], start.userId),
    );
    if (!question) throw new NotFound('run');
    const { runId, conversationId, answerId } = start;
    return { type: 'run.started', data: { runId, conversationId, question, answerId } } as const;
  }

  async function find(rep: Rep, runId: string): Promise<StoredRun> {
    const run = await deps.db.withTenant(rep.tenantId, tx =>
      findRun(tx, rep.tenantId, { runId, userId: rep.userId }),
    );
    if (run === null) throw new NotFound('run');
    return run;
  }

  /** What is stored of a run, told as events whose numbers go on from the caller's last. */
  async function tellStored(
    rep: Rep,
    run: StoredRun,
    afterSeq: number,
    listener: (event: NumberedEvent) => void,
  ): Promise<number> {
    let seq = afterSeq;
    const tell = (event: NumberedEvent['event']) => {
      seq += 1;
      listener({ seq, event });
    };
    tell(await startedEvent(rep.tenantId, run.start));
    const [message] = await deps.db.withTenant(rep.tenantId, tx =>
      readMessages(tx, rep.tenantId, [run.start.answerId], rep.userId),
    );
    if (!message) throw new NotFound('run');
    if (message.text !== '') tell({ type: 'text.delta', data: { offset: 0, text: message.text } });
    for (const citation of message.citations) tell({ type: 'citation', data: citation });
    const { runId } = run.start;
    for (const proposal of await deps.actions.ofRun(rep.tenantId, { runId, userId: rep.userId }))
      tell({ type: 'proposal', data: proposal });
    if (run.usage) tell({ type: 'usage', data: run.usage });
    if (run.state === 'done') tell({ type: 'done', data: { message } });
    else if (run.state !== 'running') {
      const error = run.error ?? { code: 'internal', detail: '', retryable: true };
      tell({ type: 'error', data: { ...error, requestId: '', message } });
    }
    return seq;
  }

  async function follow(
    rep: Rep,
    runId: string,
    afterSeq: number,
    listener: (event: NumberedEvent) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const run = live.get(runId);
    if (run) {
      const unfollow = run.follow(afterSeq, listener);
      await Promise.race([run.ended, aborted(signal)]);
      unfollow();
      return;
    }
    // Another process executes it, or it has ended: the stored state is told, and again while it grows.
    let seq = Math.max(afterSeq, storedSeqBase);
    let told = '';
    let marked = 0;
    for (;;) {
      const stored = await find(rep, runId);
      const state = `${stored.state} ${stored.draft.length}`;
      if (state !== told) {
        told = state;
        seq = await tellStored(rep, stored, seq, listener);
      }
      if (stored.state !== 'running' || signal.aborted) return;
      if (Date.now() - marked > deps.graceMs / 4) {
        marked = Date.now();
        await deps.db.withTenant(rep.tenantId, tx => markFollowed(tx, rep.tenantId, runId));
      }
      await pause(Math.min(pollMs, deps.graceMs / 4), signal);
    }
  }

  return {
    async ask(rep, { leadId, visibility, text, locale }, { idempotencyKey, requestId }) {
      if (closing) throw new ServerStopping();
      const answering = await whoAnswers(rep.tenantId);
      const begun = await deps.db.withTenant(rep.tenantId, tx =>
        beginRun(tx, rep.tenantId, {
          ...newRun(rep, answering, locale, idempotencyKey),
          leadId,
          visibility,
          text,
        }),
      );
      if (begun.isNew) begin(rep.tenantId, answering, begun, requestId);
      return begun.start.runId;
    },
    async retry(rep, runId, { idempotencyKey, requestId }) {
      if (closing) throw new ServerStopping();
      const { start: old } = await find(rep, runId);
      const answering = await whoAnswers(rep.tenantId);
      const begun = await deps.db.withTenant(rep.tenantId, tx =>
        beginRetry(tx, rep.tenantId, {
          ...newRun(rep, answering, old.locale, idempotencyKey),
          retriedRunId: runId,
        }),
      );
      if (begun.isNew) begin(rep.tenantId, answering, begun, requestId);
      return begun.start.runId;
    },
    follow,
    find,
    async cancel(rep, runId) {
      const run = await find(rep, runId);
      if (run.state !== 'running') return run.state;
      live.get(runId)?.stop('asked');
      await deps.db.withTenant(rep.tenantId, tx => requestCancel(tx, rep.tenantId, runId));
      return 'running';
    },
    sweep: listTenants => ({
      name: 'agents.orphaned-runs',
      async run(signal) {
        const alone = deps.db.kind === 'pglite';
        const running = `exists (select from runs where state = 'running')`;
        for (const tenantId of await deps.db.tenantsWhere(await listTenants(), running)) {
          if (signal.aborted) return;
          await endOrphans(deps, tenantId, alone, runId => live.has(runId));
        }
      },
    }),
    async close(graceMs) {
      closing = true;
      const ended = Promise.allSettled([...executing]);
      const late = setTimeout(() => {
        for (const run of live.values()) run.stop('shutdown');
      }, graceMs);
      await ended;
      clearTimeout(late);
    },
  };
}

/** Ends runs that a crash cut, or whose end this process could not store, with what they had said. They are offered for retry and never re-run by themselves. */
async function endOrphans(
  deps: AgentDeps,
  tenantId: TenantId,
  alone: boolean,
  isLive: (runId: string) => boolean,
): Promise<void> {
  const { code, message, retryable } = new RunInterrupted();
  await deps.db
    .withTenant(tenantId, async tx => {
      const orphans = await findOrphans(tx, tenantId, {
        silentMs,
        aloneProcessId: alone ? deps.processId : null,
      });
      for (const { start, draft } of orphans) {
        if (isLive(start.runId)) continue;
        const end = {
          state: 'interrupted',
          text: draft,
          error: { code, detail: message, retryable },
          usage: null,
          citations: [],
        } as const;
        await endRun(tx, tenantId, start, { ...end, citations: [] });
        await settleAbandoned(tx, tenantId, start.runId);
      }
    })
    .catch(thrown => deps.log.error({ tenantId, err: toError(thrown) }, 'orphaned runs could not be ended'));
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise(resolve => signal.addEventListener('abort', () => resolve(), { once: true }));
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done, { once: true });
  });
}
