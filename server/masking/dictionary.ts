import { type AuditEvent, recordAudit } from '../audit/index.ts';
import type { Tx } from '../db/index.ts';
import type { TenantId } from '../kernel/index.ts';
import { fold } from './terms.ts';

/** What a company adds to the rules: words no model may see, and words that look secret but are not. */
export interface MaskingTerms {
  always: string[];
  never: string[];
}

export async function readMaskingTerms(tx: Tx, tenantId: TenantId): Promise<MaskingTerms> {
  const rows: { term: string; rule: 'always' | 'never' }[] = await tx('masking_terms')
    .where({ tenant_id: tenantId })
    .orderBy('folded')
    .select('term', 'rule');
  const of = (rule: string) => rows.filter(row => row.rule === rule).map(({ term }) => term);
  return { always: of('always'), never: of('never') };
}

/** Replaces all of them at once. A term of both lists is hidden. */
export async function saveMaskingTerms(
  tx: Tx,
  tenantId: TenantId,
  { always, never }: MaskingTerms,
  actor: AuditEvent['actor'],
): Promise<MaskingTerms> {
  const rows = new Map<string, { tenant_id: TenantId; folded: string; term: string; rule: string }>();
  for (const [rule, terms] of [
    ['never', never],
    ['always', always],
  ] as const)
    for (const term of terms) rows.set(fold(term), { tenant_id: tenantId, folded: fold(term), term, rule });
  await tx('masking_terms').where({ tenant_id: tenantId }).delete();
  if (rows.size > 0) await tx('masking_terms').insert([...rows.values()]);
  const saved = await readMaskingTerms(tx, tenantId);
  await recordAudit(tx, tenantId, {
    event: 'masking.terms-set',
    actor,
    details: { always: saved.always.length, never: saved.never.length },
  });
  return saved;
}
