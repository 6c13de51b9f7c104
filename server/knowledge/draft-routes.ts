import { z } from 'zod';
import { recordAudit } from '../audit/index.ts';
import { actorOf, type Route, route, tenantOf } from '../http/index.ts';
import { NotFound, type TenantId } from '../kernel/index.ts';
import { type Actor, upsertDocument } from './add-document.ts';
import type { KnowledgeDeps } from './deps.ts';
import { DraftUnfinished, NotInThatState } from './errors.ts';
import type { Upload } from './receive-upload.ts';
import { questionsUpload, textUpload } from './text-routes.ts';

const DraftView = z.object({
  id: z.uuid(),
  /** A pair is found by its question; an article is Markdown under its question as a title. */
  kind: z.enum(['pair', 'article']),
  leadId: z.int().nullable(),
  /** What the knowledge lacks and this is to fill. */
  gapId: z.uuid().nullable(),
  /** The model, or "template"; null for what people said to each other. */
  writtenBy: z.string().nullable(),
  /** It has places that a person has to fill in before it can be accepted. */
  needsEditing: z.boolean(),
  question: z.string(),
  answer: z.string(),
  state: z.enum(['open', 'accepted', 'refused']),
  documentId: z.uuid().nullable(),
  createdAt: z.iso.datetime(),
});
const DraftList = z.object({ drafts: z.array(DraftView), next: z.uuid().nullable() });
const DraftId = z.object({ draftId: z.uuid() });
const text = (most: number) =>
  z
    .string()
    .max(most)
    .transform(given => given.replaceAll('\u0000', '').toWellFormed())
    .pipe(z.string().trim().min(1));
/** A person may put it better before it becomes knowledge. */
const Acceptance = z.object({ question: text(2_000).optional(), answer: text(20_000).optional() });

const shared = { tag: 'knowledge', permission: 'admin' } as const;
const problems = { 404: ['draft-not-found'], 409: ['not-in-that-state'] };

/** Questions and answers from won conversations, and articles for what is lacking, which wait for a person. */
export function draftRoutes(deps: KnowledgeDeps): Route[] {
  return [
    route({
      ...shared,
      method: 'get',
      path: '/v1/question-drafts',
      operation: 'listQuestionDrafts',
      summary: 'Proposed questions and answers, newest first.',
      query: z.object({
        state: z.enum(['open', 'accepted', 'refused']).default('open'),
        limit: z.coerce.number().int().min(1).max(100).default(50),
        after: z.uuid().optional(),
      }),
      answers: { 200: DraftList },
      async handle({ caller, query: { state, limit, after } }) {
        const tenantId = tenantOf(caller);
        const rows: DraftRow[] = await deps.db.withTenant(tenantId, tx => {
          const found = tx('question_drafts').where({ tenant_id: tenantId, state });
          return (after ? found.andWhere('id', '<', after) : found).orderBy('id', 'desc').limit(limit + 1);
        });
        const drafts = rows.slice(0, limit).map(toDraftView);
        return {
          status: 200,
          body: { drafts, next: rows.length > limit ? (drafts.at(-1)?.id ?? null) : null },
        };
      },
    }),
    route({
      ...shared,
      method: 'patch',
      path: '/v1/question-drafts/{draftId}',
      operation: 'editQuestionDraft',
      summary: 'Put it better without deciding yet.',
      params: DraftId,
      body: Acceptance,
      answers: { 200: DraftView },
      problems,
      async handle({ caller, params: { draftId }, body }) {
        const tenantId = tenantOf(caller);
        const draft = await openDraft(deps, tenantId, draftId, 'edited');
        const needs_editing = draft.needs_editing && isUnfinished(body.answer ?? draft.answer);
        const changes = { ...body, needs_editing };
        const [row] = await deps.db.withTenant(tenantId, tx =>
          tx('question_drafts')
            .where({ tenant_id: tenantId, id: draftId, state: 'open' })
            .update(changes)
            .returning<DraftRow[]>('*'),
        );
        if (!row) throw new NotInThatState('draft', 'decided', 'edited');
        return { status: 200, body: toDraftView(row) };
      },
    }),
    route({
      ...shared,
      method: 'post',
      path: '/v1/question-drafts/{draftId}/accept',
      operation: 'acceptQuestionDraft',
      summary: 'Make a proposed pair knowledge, in better words if given.',
      params: DraftId,
      body: Acceptance,
      answers: { 200: DraftView },
      problems: { ...problems, 409: ['not-in-that-state', 'draft-unfinished'] },
      async handle({ caller, params: { draftId }, body }) {
        const tenantId = tenantOf(caller);
        const actor = actorOf(caller);
        const draft = await openDraft(deps, tenantId, draftId, 'accepted');
        const pair = { question: body.question ?? draft.question, answer: body.answer ?? draft.answer };
        // By the draft's own id: accepted twice, also after a crash, it is one document.
        const place = { sourceId: null, externalId: `question-draft:${draftId}`, address: null };
        if (draft.state === 'open' && draft.needs_editing && isUnfinished(pair.answer))
          throw new DraftUnfinished();
        const upload = uploadOf(draft.kind, pair);
        const { documentId } = await upsertDocument(deps, tenantId, place, upload, {
          actor,
          idempotencyKey: null,
        });
        const decided = { state: 'accepted', ...pair, document_id: documentId };
        return { status: 200, body: await decide(deps, tenantId, draftId, actor, decided) };
      },
    }),
    route({
      ...shared,
      method: 'post',
      path: '/v1/question-drafts/{draftId}/refuse',
      operation: 'refuseQuestionDraft',
      summary: 'Put a proposed pair away; it is not proposed again.',
      params: DraftId,
      answers: { 200: DraftView },
      problems,
      async handle({ caller, params: { draftId } }) {
        const tenantId = tenantOf(caller);
        await openDraft(deps, tenantId, draftId, 'refused');
        const body = await decide(deps, tenantId, draftId, actorOf(caller), { state: 'refused' });
        return { status: 200, body };
      },
    }),
  ];
}

/** The places that a template, or a model that lacked a source, leaves for a person. */
function isUnfinished(answer: string): boolean {
  return /\[TODO/i.test(answer);
}

function uploadOf(kind: DraftRow['kind'], pair: { question: string; answer: string }): Upload {
  if (kind === 'pair') return questionsUpload(null, [pair]);
  const title = pair.question.replaceAll(/\s+/g, ' ');
  return textUpload(title.slice(0, 200).toWellFormed(), `# ${title}\n\n${pair.answer}`);
}

interface DraftRow {
  id: string;
  kind: 'pair' | 'article';
  gap_id: string | null;
  written_by: string | null;
  needs_editing: boolean;
  lead_id: string | null;
  question: string;
  answer: string;
  state: 'open' | 'accepted' | 'refused';
  document_id: string | null;
  created_at: Date;
}

/** @throws NotFound, or NotInThatState when it was decided the other way */
async function openDraft(
  { db }: KnowledgeDeps,
  tenantId: TenantId,
  id: string,
  to: string,
): Promise<DraftRow> {
  const draft = await db.withTenant(tenantId, tx =>
    tx('question_drafts').where({ tenant_id: tenantId, id }).first(),
  );
  if (!draft) throw new NotFound('draft');
  if (draft.state !== 'open' && draft.state !== to) throw new NotInThatState('draft', draft.state, to);
  return draft;
}

async function decide(
  { db, onDraftDecided }: KnowledgeDeps,
  tenantId: TenantId,
  id: string,
  actor: Actor,
  changes: Record<string, unknown>,
): Promise<z.infer<typeof DraftView>> {
  return db.withTenant(tenantId, async tx => {
    const [row] = await tx('question_drafts')
      .where({ tenant_id: tenantId, id })
      .update({ ...changes, decided_by: `${actor.kind}:${actor.id ?? ''}`, decided_at: tx.fn.now() })
      .returning<DraftRow[]>('*');
    if (!row) throw new NotFound('draft');
    if (row.gap_id !== null && row.state !== 'open')
      await onDraftDecided?.(tx, tenantId, {
        gapId: row.gap_id,
        state: row.state,
        documentId: row.document_id,
      });
    await recordAudit(tx, tenantId, { event: `knowledge.draft-${row.state}`, actor, target: id });
    return toDraftView(row);
  });
}

function toDraftView(row: DraftRow): z.infer<typeof DraftView> {
  return {
    id: row.id,
    kind: row.kind,
    gapId: row.gap_id,
    writtenBy: row.written_by,
    needsEditing: row.needs_editing,
    leadId: row.lead_id === null ? null : Number(row.lead_id),
    question: row.question,
    answer: row.answer,
    state: row.state,
    documentId: row.document_id,
    createdAt: row.created_at.toISOString(),
  };
}
