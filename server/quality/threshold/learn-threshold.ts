import { recordAudit } from '../../audit/index.ts';
import type { TenantId } from '../../kernel/index.ts';
import { type Actor, supportThreshold } from '../../knowledge/index.ts';
import type { QualityDeps } from '../deps.ts';
import { TooFewLabels } from '../errors.ts';
import { bestThreshold, type Label, labelsMin } from './best-threshold.ts';

const thumbsMax = 100;
const thumbWeight = 0.5;

/**
 * Learns from which score a passage supports an answer here: from the last run of each golden set and from
 * thumbs on answers that cite documents. What an admin chose stays in force.
 *
 * @throws TooFewLabels, and then nothing changes
 */
export async function learnThreshold(
  deps: QualityDeps,
  tenantId: TenantId,
  actor: Actor,
  signal: AbortSignal,
): Promise<void> {
  const { db, thresholds } = deps;
  const golden = await readGoldenLabels(deps, tenantId);
  const thumbs = await readThumbLabels(deps, tenantId, signal);
  const labels = [...golden, ...thumbs];
  const answerable = labels.filter(label => label.answerable).length;
  const counts = { answerable, unanswerable: labels.length - answerable, thumbs: thumbs.length };
  const learned = bestThreshold(labels, supportThreshold);
  if (learned === null) throw new TooFewLabels(counts, labelsMin);
  const { threshold, balancedAccuracy, balancedAccuracyBefore } = learned;
  const from = { meaning: thresholds.meaning, ...counts, balancedAccuracy, balancedAccuracyBefore };
  await db.withTenant(tenantId, async tx => {
    const row = { learned: threshold, learned_from: JSON.stringify(from), learned_at: new Date() };
    await tx('support_thresholds')
      .insert({ tenant_id: tenantId, ...row })
      .onConflict('tenant_id')
      .merge(row);
    const details = { threshold, ...counts, balancedAccuracy };
    await recordAudit(tx, tenantId, { event: 'quality.threshold-learned', actor, details });
  });
  thresholds.forget(tenantId);
}

/** Of an answerable question whose passage was not found, the score tells nothing. */
async function readGoldenLabels({ db, thresholds }: QualityDeps, tenantId: TenantId): Promise<Label[]> {
  const { rows } = await db.withTenant(tenantId, tx =>
    tx.raw(
      `
      with latest as (
        select distinct on (set_id) id from eval_runs
        where tenant_id = :tenantId and state = 'done' and candidate is null and score_meaning = :meaning
        order by set_id, id desc)
      select top_score as score, (expected <> '[]' or facts <> '{}') as answerable
      from eval_results r join latest on latest.id = r.run_id
      where r.tenant_id = :tenantId and ((expected = '[]' and facts = '{}') or rank <= 5)`,
      { tenantId, meaning: thresholds.meaning },
    ),
  );
  return rows.map((row: Omit<Label, 'weight'>) => ({ ...row, weight: 1 }));
}

interface Thumb {
  question: string;
  locale: string;
  rating: 'up' | 'down';
}

/** A thumb up on an answer from documents says that they hold it; one down for being wrong, that they do not. */
async function readThumbLabels(deps: QualityDeps, tenantId: TenantId, signal: AbortSignal): Promise<Label[]> {
  const { rows } = await deps.db.withTenant(tenantId, tx =>
    tx.raw(
      `
      select distinct on (r.question_id) q.text as question, r.locale, f.rating
      from feedback f
      join runs r on r.tenant_id = :tenantId and r.answer_id = f.message_id and r.state = 'done'
      join messages q on q.tenant_id = :tenantId and q.id = r.question_id
      where f.tenant_id = :tenantId
        and (f.rating = 'up' or coalesce(f.reason, 'wrong') in ('wrong', 'incomplete'))
        and exists (select from citations c
          where c.tenant_id = :tenantId and c.message_id = f.message_id and c.kind = 'document')
      order by r.question_id desc limit :thumbsMax`,
      { tenantId, thumbsMax },
    ),
  );
  const labels: Label[] = [];
  for (const { question, locale, rating } of rows as Thumb[]) {
    const [best] = await deps.search(tenantId, { question, locale, candidate: null, signal });
    if (best) labels.push({ score: best.score, answerable: rating === 'up', weight: thumbWeight });
  }
  return labels;
}
