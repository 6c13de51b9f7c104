import { z } from 'zod';
import { recordAudit } from '../../audit/index.ts';
import { actorOf, type Route, route, tenantOf } from '../../http/index.ts';
import type { QualityDeps } from '../deps.ts';
import { collectGaps } from './collect.ts';
import { draftArticle } from './draft-article.ts';
import { GapView, readGap, selectGaps, toGapView } from './gap-queries.ts';

const GapId = z.object({ gapId: z.uuid() });
const State = GapView.shape.state;
const OneGap = GapView.extend({
  /** The latest, in the words they were asked in. */
  asked: z.array(
    z.object({
      question: z.string(),
      language: z.string(),
      reason: z.enum(['unanswered', 'thumbed-down']),
      at: z.iso.datetime(),
    }),
  ),
});
const shared = { tag: 'quality', permission: 'admin' } as const;
const missing = { 404: ['knowledge-gap-not-found'] };
const askedMax = 50;
/** Where a page ended: its last weight and group. */
const cursorPattern = /^(-?\d+(?:\.\d+)?)_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** What the knowledge lacks, and articles for it. */
export function gapRoutes(deps: QualityDeps): Route[] {
  const { db } = deps;
  const move = (operation: string, verb: 'dismiss' | 'reopen', summary: string) =>
    route({
      ...shared,
      method: 'post',
      path: `/v1/knowledge-gaps/{gapId}/${verb}`,
      operation,
      summary,
      params: GapId,
      answers: { 200: GapView },
      problems: missing,
      async handle({ caller, params: { gapId } }) {
        const tenantId = tenantOf(caller);
        const gap = await db.withTenant(tenantId, async tx => {
          const [state, event] =
            verb === 'dismiss' ? ['dismissed', 'quality.gap-dismissed'] : ['open', 'quality.gap-reopened'];
          const changes = { state, updated_at: tx.fn.now() };
          await tx('knowledge_gaps').where({ tenant_id: tenantId, id: gapId }).update(changes);
          const gap = await readGap(tx, tenantId, gapId);
          await recordAudit(tx, tenantId, { event, actor: actorOf(caller), target: gapId });
          return gap;
        });
        return { status: 200, body: toGapView(gap) };
      },
    });
  return [
    route({
      ...shared,
      method: 'get',
      path: '/v1/knowledge-gaps',
      operation: 'listKnowledgeGaps',
      summary:
        'What was asked and not answered, or thumbed down: grouped, what is asked most and of late first.',
      query: z.object({
        state: State.default('open'),
        limit: z.coerce.number().int().min(1).max(100).default(50),
        cursor: z.string().max(80).regex(cursorPattern, 'must be a cursor that was given').optional(),
      }),
      answers: { 200: z.object({ gaps: z.array(GapView), next: z.string().nullable() }) },
      async handle({ caller, query: { state, limit, cursor }, signal }) {
        const tenantId = tenantOf(caller);
        // What was asked a moment ago is in it; later pages go on from what the first one saw.
        if (cursor === undefined) await collectGaps(deps, tenantId, signal);
        const [, heat, id] = cursor?.match(cursorPattern) ?? [];
        const below = heat && id ? { heat: Number(heat), id } : null;
        const rows = await db.withTenant(tenantId, tx =>
          selectGaps(tx, tenantId, { state, below, limit: limit + 1 }),
        );
        const page = rows.slice(0, limit);
        const last = page.at(-1);
        const next = rows.length > limit && last ? `${last.heat}_${last.id}` : null;
        return { status: 200, body: { gaps: page.map(toGapView), next } };
      },
    }),
    route({
      ...shared,
      method: 'get',
      path: '/v1/knowledge-gaps/{gapId}',
      operation: 'getKnowledgeGap',
      summary: 'A gap with its latest questions.',
      params: GapId,
      answers: { 200: OneGap },
      problems: missing,
      async handle({ caller, params: { gapId } }) {
        const tenantId = tenantOf(caller);
        const body = await db.withTenant(tenantId, async tx => {
          const gap = toGapView(await readGap(tx, tenantId, gapId));
          const rows = await tx('gap_questions')
            .where({ tenant_id: tenantId, gap_id: gapId })
            .orderBy('asked_at', 'desc')
            .limit(askedMax)
            .select('question', 'language', 'reason', 'asked_at');
          const asked = rows.map(({ asked_at, ...row }) => ({ ...row, at: asked_at.toISOString() }));
          return { ...gap, asked };
        });
        return { status: 200, body };
      },
    }),
    route({
      ...shared,
      method: 'post',
      path: '/v1/knowledge-gaps/{gapId}/draft',
      operation: 'draftArticle',
      summary:
        'Propose an article for it, among the question drafts; one that waits already is answered again.',
      params: GapId,
      answers: { 200: GapView, 201: GapView },
      problems: { ...missing, 429: ['cap-reached'], 502: ['model-answer-misshapen'] },
      async handle({ caller, params: { gapId }, signal }) {
        const tenantId = tenantOf(caller);
        const { isNew } = await draftArticle(deps, tenantId, gapId, actorOf(caller), signal);
        const gap = await db.withTenant(tenantId, tx => readGap(tx, tenantId, gapId));
        return { status: isNew ? 201 : 200, body: toGapView(gap) };
      },
    }),
    move('dismissKnowledgeGap', 'dismiss', 'Put it away: it is no matter for the knowledge.'),
    move('reopenKnowledgeGap', 'reopen', 'Open it again.'),
  ];
}
