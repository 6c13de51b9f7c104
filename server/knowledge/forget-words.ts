import type { Tx } from '../db/index.ts';
import type { TenantId } from '../kernel/index.ts';
import { indexVersion } from './postings.ts';
import { vocabularyLock } from './vocabulary.ts';

/**
 * Takes out of the tenant's vocabulary what stands in no passage any more, a name in a deleted document above all.
 * Words are learned before their passages stand: while anything is being indexed, nothing is forgotten.
 */
export async function forgetWords(tx: Tx, tenantId: TenantId): Promise<number> {
  // In a statement of its own: what was learned before the lock was had must be seen.
  await tx.raw('select pg_advisory_xact_lock(?::int, hashtext(?))', [vocabularyLock, tenantId]);
  const { rows } = await tx.raw(
    `
    delete from search_words w
    where w.tenant_id = :tenantId
      and not exists (select from passage_terms t where t.tenant_id = :tenantId and t.term = '=' || w.word)
      and not exists (select from documents d where d.tenant_id = :tenantId and d.state = 'indexing')
      and not exists (
        select from documents d
        join document_versions v on v.tenant_id = :tenantId and v.id = d.current_version_id
        where d.tenant_id = :tenantId and v.index_version < :indexVersion)
    returning w.word`,
    { tenantId, indexVersion },
  );
  const gone = [...new Set((rows as { word: string }[]).map(({ word }) => word))];
  if (gone.length === 0) return 0;
  await tx.raw(
    `
    update search_keys
    set words = array(select word from unnest(words) as word where word <> all(cast(:gone as text[])))
    where tenant_id = :tenantId and words && cast(:gone as text[])`,
    { tenantId, gone },
  );
  await tx.raw(`delete from search_keys where tenant_id = :tenantId and words = '{}'`, { tenantId });
  return gone.length;
}
