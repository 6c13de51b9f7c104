import { z } from 'zod';
import { recordAudit } from '../../audit/index.ts';
import { newId, storable, type TenantId } from '../../kernel/index.ts';
import type { Actor } from '../../knowledge/index.ts';
import { type AnswerRequest, askShaped } from '../../llm/index.ts';
import { askModel } from '../ask-model.ts';
import type { FoundHit, QualityDeps } from '../deps.ts';
import { articleTemplate } from './article-template.ts';
import { type GapRow, readGap } from './gap-queries.ts';

const questionsMax = 8;
const passagesMax = 4;
const articleLengthMax = 18_000;

/**
 * Proposes an article for what keeps being asked; a person edits and accepts it, and nothing is knowledge
 * before. One that already waits is answered again, without asking the model.
 *
 * @throws NotFound, and what the model or the cap say
 */
export async function draftArticle(
  deps: QualityDeps,
  tenantId: TenantId,
  gapId: string,
  actor: Actor,
  signal: AbortSignal,
): Promise<{ draftId: string; isNew: boolean }> {
  const { gap, questions, openDraft } = await deps.db.withTenant(tenantId, async tx => {
    const gap = await readGap(tx, tenantId, gapId);
    const asked: { question: string }[] = await tx('gap_questions')
      .where({ tenant_id: tenantId, gap_id: gapId })
      .orderBy('asked_at', 'desc')
      .limit(100)
      .select('question');
    const open = { tenant_id: tenantId, gap_id: gapId, state: 'open' };
    const openDraft = await tx('question_drafts').where(open).first('id');
    return { gap, questions: [...new Set(asked.map(({ question }) => question))], openDraft };
  });
  if (openDraft) return { draftId: openDraft.id, isNew: false };
  const near = await deps.search(tenantId, {
    question: gap.question,
    locale: gap.language,
    candidate: null,
    signal,
  });
  const article = await write(
    deps,
    tenantId,
    gap,
    questions.slice(0, questionsMax),
    near.slice(0, passagesMax),
    signal,
  );
  return deps.db.withTenant(tenantId, async tx => {
    const row = {
      tenant_id: tenantId,
      id: newId(),
      // Two who ask at once get one draft; one that was refused, or did not help, leaves room for another.
      origin: `gap:${gapId}:${gap.reopened}:${gap.draft_id ?? ''}`,
      kind: 'article',
      gap_id: gapId,
      question: gap.question,
      language: gap.language,
      ...article,
    };
    const made = await tx('question_drafts')
      .insert(row)
      .onConflict(['tenant_id', 'origin'])
      .ignore()
      .returning('id');
    const isNew = made.length > 0;
    const place = { tenant_id: tenantId, origin: row.origin };
    const draftId: string = isNew ? row.id : (await tx('question_drafts').where(place).first('id')).id;
    await tx('knowledge_gaps').where({ tenant_id: tenantId, id: gapId }).update({ draft_id: draftId });
    if (isNew) await recordAudit(tx, tenantId, { event: 'quality.article-drafted', actor, target: gapId });
    return { draftId, isNew };
  });
}

const instructions = [
  'You write one short article for the knowledge base of a company, which answers the questions below.',
  'Use only what the sources say. Where they do not say it, write [TODO: what is missing] in its place, so that a colleague fills it in. Never invent prices, dates, terms or promises.',
  'Write Markdown in the language of the questions: first the answer, then details. No heading of the first level, no source numbers.',
].join('\n');

const Article = z.object({
  /** In Markdown. */
  article: z.string().min(1),
  /** What the sources do not say, and a colleague has to fill in. */
  missing: z.array(z.string()),
});

async function write(
  { model }: QualityDeps,
  tenantId: TenantId,
  gap: GapRow,
  questions: string[],
  near: FoundHit[],
  signal: AbortSignal,
): Promise<{ answer: string; written_by: string; needs_editing: boolean }> {
  const [{ llm }] = await model.models.chainFor(tenantId, []);
  if (llm.kind === 'offline')
    return {
      answer: articleTemplate(gap.language, questions, near),
      written_by: 'template',
      needs_editing: true,
    };
  const request: AnswerRequest = {
    instructions,
    locale: gap.language,
    history: [],
    question: questions.map(question => `- ${question}`).join('\n'),
    sources: near.map(({ title, body, score }, at) => ({
      n: at + 1,
      kind: 'document',
      title,
      text: body,
      score,
    })),
    maxOutputTokens: 1_200,
  };
  let writtenBy = llm.name;
  const ask = async (asked: AnswerRequest) => {
    const answer = await askModel(model, tenantId, 'draft-article', asked, signal);
    writtenBy = answer.model;
    return answer.text;
  };
  const { article, missing } = await askShaped(ask, request, { name: 'article', schema: Article });
  const answer = storable(article.replaceAll(/ ?\[\d{1,3}\]/g, '')).slice(0, articleLengthMax);
  if (answer === '')
    return {
      answer: articleTemplate(gap.language, questions, near),
      written_by: 'template',
      needs_editing: true,
    };
  return { answer, written_by: writtenBy, needs_editing: missing.length > 0 || /\[TODO/i.test(answer) };
}
