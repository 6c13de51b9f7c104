import type { Db, Tx } from '../db/index.ts';
import type { TenantId } from '../kernel/index.ts';
import { countWordsOf } from './count-words.ts';
import {
  type IndexedPassage,
  indexVersion,
  insertPostings,
  postingsOf,
  wordsOfPassages,
} from './postings.ts';
import { learnWords } from './vocabulary.ts';

const wordsPerWrite = 4000;
const termsPerWrite = 4000;

/** Searchable documents whose index is of an older kind. */
export async function selectOutdated(
  tx: Tx,
  tenantId: TenantId,
): Promise<{ documentId: string; versionId: string }[]> {
  return tx('documents as d')
    .join('document_versions as v', join =>
      join.on('v.tenant_id', 'd.tenant_id').andOn('v.id', 'd.current_version_id'),
    )
    .where('d.tenant_id', tenantId)
    .where('v.index_version', '<', indexVersion)
    .orderBy('d.id')
    .select('d.id as documentId', 'v.id as versionId');
}

/**
 * Makes the index of every document anew from its stored passages, one after the other. The old one is searched
 * until the transaction that replaces it; a version that was replaced meanwhile is left alone.
 */
export async function reindexTenant(db: Db, tenantId: TenantId, signal: AbortSignal): Promise<void> {
  for (const outdated of await db.withTenant(tenantId, tx => selectOutdated(tx, tenantId))) {
    signal.throwIfAborted();
    const passages = await db.withTenant(tenantId, tx =>
      selectPassageWords(tx, tenantId, outdated.versionId),
    );
    const words = wordsOfPassages(passages);
    for (let at = 0; at < words.length; at += wordsPerWrite)
      await db.withTenant(tenantId, tx => learnWords(tx, tenantId, words.slice(at, at + wordsPerWrite)));
    await db.withTenant(tenantId, tx => replacePostings(tx, tenantId, outdated, passages));
  }
}

async function replacePostings(
  tx: Tx,
  tenantId: TenantId,
  { documentId, versionId }: { documentId: string; versionId: string },
  passages: IndexedPassage[],
): Promise<void> {
  const current = await tx('documents')
    .where({ tenant_id: tenantId, id: documentId, current_version_id: versionId })
    .forUpdate()
    .first('id');
  if (!current) return;
  await tx('passage_terms').where({ tenant_id: tenantId, version_id: versionId }).delete();
  const postings = postingsOf(passages);
  for (let at = 0; at < postings.length; at += termsPerWrite)
    await insertPostings(tx, tenantId, versionId, postings.slice(at, at + termsPerWrite));
  await tx('document_versions')
    .where({ tenant_id: tenantId, id: versionId })
    .update({ index_version: indexVersion });
}

async function selectPassageWords(tx: Tx, tenantId: TenantId, versionId: string): Promise<IndexedPassage[]> {
  const rows = await tx('passages')
    .where({ tenant_id: tenantId, version_id: versionId })
    .orderBy('ordinal')
    .select('heading', 'body', 'language', 'word_count as wordCount');
  return rows.map(({ heading, body, language, wordCount }) => ({
    language,
    wordCount,
    words: countWordsOf(heading, body),
  }));
}
