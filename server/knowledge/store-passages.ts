import { createHash } from 'node:crypto';
import type { Tx } from '../db/index.ts';
import { newId, type TenantId } from '../kernel/index.ts';
import { type Claim, holdClaim } from './claim.ts';
import type { KnowledgeDeps } from './deps.ts';
import type { ReadDocument, ReadPassage } from './extraction/read-document.ts';
import { indexVersion, insertPostings, postingsOf, wordsOfPassages } from './postings.ts';
import { learnWords } from './vocabulary.ts';

const passagesPerWrite = 400;
const termsPerWrite = 4000;
const wordsPerWrite = 4000;

/**
 * Stores a version's text, passages and terms, over whatever an interrupted try left. None of it is seen
 * before the document's current version is switched.
 *
 * @throws ClaimLost
 */
export async function storePassages(
  { db, reach }: Pick<KnowledgeDeps, 'db' | 'reach'>,
  claim: Claim,
  document: ReadDocument,
  onProgress: (done: number, total: number) => void,
): Promise<void> {
  const { tenantId, version } = claim;
  const total = document.passages.length;
  const write = (done: number, work: (tx: Tx) => Promise<void>) =>
    db.withTenant(tenantId, async tx => {
      onProgress(done, total);
      await holdClaim(tx, claim, { stage: 'splitting', done, total });
      await work(tx);
    });
  await write(0, tx => storeText(tx, tenantId, claim, document));
  await reach?.('ingest.text-stored');
  const words = wordsOfPassages(document.passages);
  for (let at = 0; at < words.length; at += wordsPerWrite)
    await write(0, tx => learnWords(tx, tenantId, words.slice(at, at + wordsPerWrite)));
  await reach?.('ingest.words-learnt');
  const postings = postingsOf(document.passages);
  for (let at = 0; at < total; at += passagesPerWrite) {
    const rows = document.passages
      .slice(at, at + passagesPerWrite)
      .map((passage, index) => passageRow(claim, document.text, passage, at + index));
    await write(at + rows.length, tx => tx('passages').insert(rows));
    await reach?.('ingest.passages-stored');
  }
  for (let at = 0; at < postings.length; at += termsPerWrite) {
    const part = postings.slice(at, at + termsPerWrite);
    await write(total, tx => insertPostings(tx, tenantId, version.id, part));
    await reach?.('ingest.postings-stored');
  }
}

async function storeText(
  tx: Tx,
  tenantId: TenantId,
  { version }: Claim,
  document: ReadDocument,
): Promise<void> {
  const ofVersion = { tenant_id: tenantId, version_id: version.id };
  await tx('passage_terms').where(ofVersion).delete();
  await tx('passages').where(ofVersion).delete();
  await tx('document_versions')
    .where({ tenant_id: tenantId, id: version.id })
    .update({
      text: document.text,
      text_has_astral: document.hasAstral,
      language: document.language,
      languages: [...new Set(document.passages.map(({ language }) => language))],
      passage_count: document.passages.length,
      page_offsets: document.pageOffsets,
      passage_spans: document.passages.flatMap(({ start, end }) => [start, end]),
      notice: document.notice,
      index_version: indexVersion,
    });
}

function passageRow(
  { tenantId, documentId, version }: Claim,
  text: string,
  passage: ReadPassage,
  ordinal: number,
) {
  const body = text.slice(passage.start, passage.end);
  return {
    tenant_id: tenantId,
    id: newId(),
    document_id: documentId,
    version_id: version.id,
    ordinal,
    start_offset: passage.start,
    end_offset: passage.end,
    body,
    heading: passage.heading,
    content_hash: createHash('sha256').update(`${passage.heading}\n\n${body}`).digest('hex'),
    language: passage.language,
    word_count: passage.wordCount,
  };
}
