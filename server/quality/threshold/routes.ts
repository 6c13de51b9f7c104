import { z } from 'zod';
import { recordAudit } from '../../audit/index.ts';
import { actorOf, type Caller, type Route, route, tenantOf } from '../../http/index.ts';
import { readSupportThreshold, supportThreshold } from '../../knowledge/index.ts';
import type { QualityDeps } from '../deps.ts';
import { labelsMin } from './best-threshold.ts';
import { learnThreshold } from './learn-threshold.ts';

const score = z.number().min(0).max(1);
const ThresholdView = z.object({
  /** In force: the best passage of an answer scores at least this. */
  threshold: score,
  from: z.enum(['default', 'learned', 'chosen']),
  default: score,
  learned: z
    .object({
      threshold: score,
      at: z.iso.datetime(),
      /** Scores mean something else since, so that it is not used. */
      isStale: z.boolean(),
      answerable: z.int(),
      unanswerable: z.int(),
      /** How many of these are thumbs and not golden questions. */
      thumbs: z.int(),
      balancedAccuracy: score,
      /** The same of the default. */
      balancedAccuracyBefore: score,
    })
    .nullable(),
  chosen: z.object({ threshold: score, at: z.iso.datetime(), by: z.string() }).nullable(),
  /** Fewer questions with a known answer teach nothing. */
  labelsMin: z.object({ answerable: z.int(), unanswerable: z.int() }),
});

const shared = { tag: 'quality', permission: 'admin', path: '/v1/support-threshold' } as const;

/** From which score a passage supports an answer: learned here, or chosen by an administrator. */
export function thresholdRoutes(deps: QualityDeps): Route[] {
  const { db, thresholds } = deps;
  const view = async (caller: Caller | null) => {
    const tenantId = tenantOf(caller);
    const { learned, chosen, ...rest } = await db.withTenant(tenantId, tx =>
      readSupportThreshold(tx, tenantId, thresholds.meaning),
    );
    const body = {
      ...rest,
      default: supportThreshold,
      learned: learned && {
        ...(learned.from as z.output<typeof ThresholdView>['learned']),
        ...learned,
        at: learned.at.toISOString(),
        from: undefined,
        meaning: undefined,
      },
      chosen: chosen && { ...chosen, at: chosen.at.toISOString() },
      labelsMin,
    };
    return { status: 200, body };
  };
  const choose = async (caller: Caller | null, chosen: number | null) => {
    const tenantId = tenantOf(caller);
    const actor = actorOf(caller);
    await db.withTenant(tenantId, async tx => {
      const by = `${actor.kind}:${actor.id ?? ''}`;
      const row = {
        chosen,
        chosen_by: chosen === null ? null : by,
        chosen_at: chosen === null ? null : new Date(),
      };
      await tx('support_thresholds')
        .insert({ tenant_id: tenantId, ...row })
        .onConflict('tenant_id')
        .merge(row);
      const event = chosen === null ? 'quality.threshold-given-back' : 'quality.threshold-chosen';
      await recordAudit(tx, tenantId, { event, actor, details: { threshold: chosen } });
    });
    thresholds.forget(tenantId);
    return view(caller);
  };
  return [
    route({
      ...shared,
      method: 'get',
      operation: 'getSupportThreshold',
      summary: 'The score from which a passage supports an answer, and where it comes from.',
      answers: { 200: ThresholdView },
      handle: ({ caller }) => view(caller),
    }),
    route({
      ...shared,
      method: 'put',
      operation: 'chooseSupportThreshold',
      summary: 'Choose it; what was learned is kept and not used.',
      body: z.object({ threshold: score }),
      answers: { 200: ThresholdView },
      handle: ({ caller, body }) => choose(caller, body.threshold),
    }),
    route({
      ...shared,
      method: 'delete',
      operation: 'giveBackSupportThreshold',
      summary: 'Go back to what was learned, or to the default.',
      answers: { 200: ThresholdView },
      handle: ({ caller }) => choose(caller, null),
    }),
    route({
      ...shared,
      method: 'post',
      path: '/v1/support-threshold/learn',
      operation: 'learnSupportThreshold',
      summary: 'Learn it now from golden runs and thumbs; every run does so too.',
      answers: { 200: ThresholdView },
      problems: { 409: ['too-few-labels'] },
      async handle({ caller, signal }) {
        await learnThreshold(deps, tenantOf(caller), actorOf(caller), signal);
        return view(caller);
      },
    }),
  ];
}
