import { createHash } from 'node:crypto';
import {
  type MessageView,
  openConversation,
  questionView,
  readMessages,
  type Visibility,
} from '../conversations/index.ts';
import type { Tx } from '../db/index.ts';
import { newId, type TenantId } from '../kernel/index.ts';
import { IdempotencyKeyReused, RunNotRetryable } from './errors.ts';

/** Everything a process needs to execute a run. */
export interface RunStart {
  runId: string;
  conversationId: string;
  questionId: string;
  answerId: string;
  leadId: number;
  userId: number;
  locale: string;
  /** Of the thread: what comes of a private one is private as well. */
  visibility: Visibility;
}

/** A stored run and what the model is told of the conversation so far. */
export interface BegunRun {
  start: RunStart;
  turns: Turns;
  isNew: boolean;
  /** As the thread shows it. */
  question: MessageView;
  answerCreatedAt: Date;
}

export interface Turns {
  question: string;
  /** What is not in the summary, oldest first. */
  history: { role: 'rep' | 'assistant'; text: string }[];
  hasSummary: boolean;
  /** It has outgrown what is sent whole. */
  isLong: boolean;
}

/** How much of a conversation is sent as it is: up to `most` messages; beyond, all but the last `keep` are summed up. */
export interface HistoryBounds {
  keep: number;
  most: number;
}

/** Longer than this, a few messages are as many as many. */
const wholeLengthMax = 20_000;
/** More are not sent, however late the summary is. */
const turnsMax = 24;

export interface NewRun {
  userId: number;
  userName: string;
  agent: { id: string | null; version: number | null; name: string };
  locale: string;
  model: { name: string; offline: boolean };
  processId: string;
  idempotencyKey: string;
  historyBounds: HistoryBounds;
}

/**
 * Stores the question and its run, before anything is spent on it. The same key again returns the run
 * it made the first time, with `isNew` false.
 *
 * @throws IdempotencyKeyReused
 */
export async function beginRun(
  tx: Tx,
  tenantId: TenantId,
  run: NewRun & { leadId: number; visibility: Visibility; text: string },
): Promise<BegunRun> {
  const runId = newId();
  const requestHash = hashOf(['ask', run.leadId, run.visibility, run.text]);
  const earlier = await claimKey(tx, tenantId, run, 'askQuestion', requestHash, runId);
  if (earlier !== null) return joinRun(tx, tenantId, earlier, run.historyBounds);
  const conversationId = await openConversation(tx, tenantId, {
    leadId: run.leadId,
    visibility: run.visibility,
    userId: run.userId,
  });
  const questionId = newId();
  const question = {
    tenant_id: tenantId,
    id: questionId,
    conversation_id: conversationId,
    role: 'rep',
    author_user_id: run.userId,
    author_name: run.userName,
    text: run.text,
  };
  const ids = { runId, conversationId, questionId, leadId: run.leadId, visibility: run.visibility };
  const { start, createdAt } = await insertRun(tx, tenantId, run, ids, [question]);
  const view = questionView({
    id: questionId,
    userId: run.userId,
    userName: run.userName,
    text: run.text,
    createdAt,
  });
  const turns = await readTurns(tx, tenantId, start, run.historyBounds);
  return { start, isNew: true, turns, question: view, answerCreatedAt: createdAt };
}

/** A new run on the question of one that ended badly. @throws RunNotRetryable, IdempotencyKeyReused */
export async function beginRetry(
  tx: Tx,
  tenantId: TenantId,
  run: NewRun & { retriedRunId: string },
): Promise<BegunRun> {
  const runId = newId();
  const earlier = await claimKey(tx, tenantId, run, 'retryRun', hashOf(['retry', run.retriedRunId]), runId);
  if (earlier !== null) return joinRun(tx, tenantId, earlier, run.historyBounds);
  const old = await readStart(tx, tenantId, run.retriedRunId);
  // Tries at one question queue up here, so that each sees the run that the one before it made.
  await tx('messages').where({ tenant_id: tenantId, id: old.questionId }).forUpdate().first('id');
  // The newest try decides: a question that has an answer, or is being answered, is left alone.
  const newest = await tx('runs')
    .where({ tenant_id: tenantId, question_id: old.questionId })
    .orderBy('id', 'desc')
    .first('state');
  if (newest.state === 'running' || newest.state === 'done') throw new RunNotRetryable();
  const { conversationId, questionId, leadId, visibility } = old;
  const ids = { runId, conversationId, questionId, leadId, visibility };
  const inserted = await insertRun(tx, tenantId, run, ids, []);
  const joined = await joinRun(tx, tenantId, runId, run.historyBounds);
  return { ...joined, isNew: true, answerCreatedAt: inserted.createdAt };
}

/** The run as it was begun before. */
async function joinRun(
  tx: Tx,
  tenantId: TenantId,
  runId: string,
  historyBounds: HistoryBounds,
): Promise<BegunRun> {
  const start = await readStart(tx, tenantId, runId);
  const [question] = await readMessages(tx, tenantId, [start.questionId], start.userId);
  if (!question) throw new Error('A run without its question.');
  const turns = await readTurns(tx, tenantId, start, historyBounds);
  return { start, isNew: false, turns, question, answerCreatedAt: new Date(question.createdAt) };
}

/** The run with its empty answer; `before` are messages to store in the same statement. */
async function insertRun(
  tx: Tx,
  tenantId: TenantId,
  run: NewRun,
  ids: Pick<RunStart, 'runId' | 'conversationId' | 'questionId' | 'leadId' | 'visibility'>,
  before: object[],
): Promise<{ start: RunStart; createdAt: Date }> {
  const answerId = newId();
  const answer = {
    tenant_id: tenantId,
    id: answerId,
    conversation_id: ids.conversationId,
    role: 'assistant',
    author_name: run.agent.name,
    text: '',
    run_id: ids.runId,
    offline: run.model.offline,
  };
  const [stored] = await tx('messages')
    .insert([...before, answer])
    .returning('created_at');
  await tx('runs').insert({
    tenant_id: tenantId,
    id: ids.runId,
    conversation_id: ids.conversationId,
    question_id: ids.questionId,
    answer_id: answerId,
    actor_user_id: run.userId,
    locale: run.locale,
    model: run.model.name,
    offline: run.model.offline,
    process_id: run.processId,
    agent_id: run.agent.id,
    agent_version: run.agent.version,
  });
  const start = { ...ids, answerId, userId: run.userId, locale: run.locale };
  return { start, createdAt: stored.created_at };
}

function hashOf(parts: unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** Takes the key for `runId`, or returns the run an earlier request with it began. */
async function claimKey(
  tx: Tx,
  tenantId: TenantId,
  { userId, idempotencyKey }: NewRun,
  operation: string,
  requestHash: string,
  runId: string,
): Promise<string | null> {
  const actor = `rep:${userId}`;
  const inserted = await tx('idempotency_keys')
    .insert({
      tenant_id: tenantId,
      actor,
      key: idempotencyKey,
      route: operation,
      request_hash: requestHash,
      result: JSON.stringify({ runId }),
    })
    .onConflict(['tenant_id', 'actor', 'key'])
    .ignore()
    .returning('key');
  if (inserted.length > 0) return null;
  const row = await tx('idempotency_keys').where({ tenant_id: tenantId, actor, key: idempotencyKey }).first();
  if (row.route !== operation || row.request_hash !== requestHash) throw new IdempotencyKeyReused();
  return row.result.runId;
}

async function readStart(tx: Tx, tenantId: TenantId, runId: string): Promise<RunStart> {
  const row = await tx('runs as r')
    .join('conversations as c', { 'c.tenant_id': 'r.tenant_id', 'c.id': 'r.conversation_id' })
    .where({ 'r.tenant_id': tenantId, 'r.id': runId })
    .first('r.*', 'c.lead_id', 'c.visibility');
  return {
    runId,
    conversationId: row.conversation_id,
    questionId: row.question_id,
    answerId: row.answer_id,
    leadId: row.lead_id,
    userId: row.actor_user_id,
    locale: row.locale,
    visibility: row.visibility,
  };
}

export interface StoredRun {
  start: RunStart;
  state: 'running' | 'done' | 'failed' | 'cancelled' | 'interrupted';
  draft: string;
  heartbeatAt: Date;
  error: { code: string; detail: string; retryable: boolean } | null;
  usage: { inputTokens: number; outputTokens: number; costMicros: number } | null;
}

/** A run of a thread this user may see; null otherwise. */
export async function findRun(
  tx: Tx,
  tenantId: TenantId,
  { runId, userId }: { runId: string; userId: number },
): Promise<StoredRun | null> {
  const row = await tx('runs as r')
    .join('conversations as c', { 'c.tenant_id': 'r.tenant_id', 'c.id': 'r.conversation_id' })
    .where({ 'r.tenant_id': tenantId, 'r.id': runId })
    .whereIn('c.owner_user_id', [0, userId])
    .first('r.*');
  if (!row) return null;
  return {
    start: await readStart(tx, tenantId, runId),
    state: row.state,
    draft: row.draft,
    heartbeatAt: row.heartbeat_at,
    error:
      row.error_code === null
        ? null
        : { code: row.error_code, detail: row.error_detail, retryable: row.error_retryable },
    usage:
      row.input_tokens === null
        ? null
        : { inputTokens: row.input_tokens, outputTokens: row.output_tokens, costMicros: row.cost_micros },
  };
}

async function readTurns(
  tx: Tx,
  tenantId: TenantId,
  { conversationId, questionId }: RunStart,
  { keep, most }: HistoryBounds,
): Promise<Turns> {
  const { rows } = await tx.raw(
    `with earlier as (
       select covers_message_id as upto, sealed is not null as has_summary from conversation_summaries
       where tenant_id = :tenantId and conversation_id = :conversationId)
     select m.id, m.role, m.text, coalesce((select has_summary from earlier), false) as has_summary from messages m
     left join runs r on r.tenant_id = m.tenant_id and r.id = m.run_id
     where m.tenant_id = :tenantId and m.conversation_id = :conversationId and m.id <= :questionId
       -- A try at an old question comes with what stood before it.
       and (m.id > coalesce((select upto from earlier), '00000000-0000-0000-0000-000000000000') or m.id = :questionId)
       and (m.role = 'rep' or r.state = 'done')
     order by m.id desc limit :limit`,
    { tenantId, conversationId, questionId, limit: turnsMax + 1 },
  );
  const turns: { id: string; role: 'rep' | 'assistant'; text: string; has_summary: boolean }[] =
    rows.reverse();
  const question = turns.find(turn => turn.id === questionId);
  if (!question) throw new Error('A run without its question.');
  const history = turns.filter(turn => turn !== question).map(({ role, text }) => ({ role, text }));
  const length = history.reduce((sum, { text }) => sum + text.length, 0);
  const isLong = history.length > most || (history.length > keep && length > wholeLengthMax);
  return { question: question.text, history, hasSummary: question.has_summary, isLong };
}

/** What others want of a run that executes here. */
export interface Pulse {
  /** Somebody asked for the end, or the run was ended elsewhere. */
  stop: boolean;
  /** Somebody switched its agent off. */
  killed: boolean;
  followedAt: Date | null;
}

/** Writes what was said so far and shows that the process lives. */
export async function beat(tx: Tx, tenantId: TenantId, runId: string, draft: string): Promise<Pulse> {
  const [row] = await tx('runs')
    .where({ tenant_id: tenantId, id: runId, state: 'running' })
    .update({ draft, heartbeat_at: tx.fn.now() })
    .returning([
      'cancel_requested_at',
      'followed_at',
      tx.raw(
        `exists (select from agents a
          where a.tenant_id = runs.tenant_id and a.id = runs.agent_id and a.killed_at is not null) as killed`,
      ),
    ]);
  if (!row) return { stop: true, killed: false, followedAt: null };
  return { stop: row.cancel_requested_at !== null, killed: row.killed, followedAt: row.followed_at };
}

/** Says that a run which executes in another process has a reader here. */
export async function markFollowed(tx: Tx, tenantId: TenantId, runId: string): Promise<void> {
  await tx('runs')
    .where({ tenant_id: tenantId, id: runId, state: 'running' })
    .update({ followed_at: tx.fn.now() });
}

export interface RunEnd {
  /** The offline model had to step in. */
  offline?: boolean;
  state: 'done' | 'failed' | 'cancelled' | 'interrupted';
  text: string;
  error: { code: string; detail: string; retryable: boolean } | null;
  usage: { inputTokens: number; outputTokens: number; costMicros: number } | null;
  citations: NewCitation[];
}

export interface NewCitation {
  id: string;
  number: number;
  kind: 'document' | 'lead';
  document_id: string | null;
  version_id: string | null;
  start_offset: number | null;
  end_offset: number | null;
  title: string;
  quote: string;
  record: string | null;
  record_id: string | null;
  record_at: Date | null;
}

/** Ends a run once: false if it had ended already, and then nothing is written. */
export async function endRun(tx: Tx, tenantId: TenantId, start: RunStart, end: RunEnd): Promise<boolean> {
  const ended = await tx('runs')
    .where({ tenant_id: tenantId, id: start.runId, state: 'running' })
    .update({
      state: end.state,
      draft: '',
      ended_at: tx.fn.now(),
      error_code: end.error?.code ?? null,
      error_detail: end.error?.detail ?? null,
      error_retryable: end.error?.retryable ?? null,
      input_tokens: end.usage?.inputTokens ?? null,
      output_tokens: end.usage?.outputTokens ?? null,
      cost_micros: end.usage?.costMicros ?? null,
    });
  if (ended === 0) return false;
  const offline = end.offline ? { offline: true } : {};
  await tx('messages')
    .where({ tenant_id: tenantId, id: start.answerId })
    .update({ text: end.text, ...offline });
  if (end.citations.length > 0) {
    await tx('citations').insert(
      end.citations.map(citation => ({ tenant_id: tenantId, message_id: start.answerId, ...citation })),
    );
  }
  return true;
}

export async function requestCancel(tx: Tx, tenantId: TenantId, runId: string): Promise<void> {
  await tx('runs')
    .where({ tenant_id: tenantId, id: runId, state: 'running' })
    .whereNull('cancel_requested_at')
    .update({ cancel_requested_at: tx.fn.now() });
}

/**
 * Running rows that nobody executes: their process has not shown itself for `silentMs`; or it is not
 * `aloneProcessId`, where that is the only process there can be.
 */
export async function findOrphans(
  tx: Tx,
  tenantId: TenantId,
  { silentMs, aloneProcessId }: { silentMs: number; aloneProcessId: string | null },
): Promise<{ start: RunStart; draft: string }[]> {
  const rows = await tx('runs')
    .where({ tenant_id: tenantId, state: 'running' })
    .whereRaw(
      '(heartbeat_at < now() - make_interval(secs => ?) or process_id <> coalesce(?::uuid, process_id))',
      [silentMs / 1000, aloneProcessId],
    )
    .limit(200)
    .select('id', 'draft');
  const orphans: { start: RunStart; draft: string }[] = [];
  for (const row of rows) orphans.push({ start: await readStart(tx, tenantId, row.id), draft: row.draft });
  return orphans;
}
