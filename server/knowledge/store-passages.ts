import { createHash } from 'node:crypto';
import type { Db, Tx } from '../db/index.ts';
import { newId, type TenantId } from '../kernel/index.ts';
import { type Claim, holdClaim } from './claim.ts';
import type { ReadDocument, ReadPassage } from './extraction/read-document.ts';
import { bm25Weight } from './ranking.ts';
import { exactTerm, type StemKey, stemsOf } from './stems.ts';

const passagesPerWrite = 400;
const termsPerWrite = 4000;

/**
 * Stores a version's text, passages and terms, over whatever an interrupted try left. None of it is seen
 * before the document's current version is switched.
 *
 * @throws ClaimLost
 */
export async function storePassages(
  db: Db,
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
  const postings = await write(0, tx => storeText(tx, tenantId, claim, document)).then(() =>
    db.withTenant(tenantId, tx => postingsOf(tx, document.passages)),
  );
  for (let at = 0; at < total; at += passagesPerWrite) {
    const rows = document.passages
      .slice(at, at + passagesPerWrite)
      .map((passage, index) => passageRow(claim, document.text, passage, at + index));
    await write(at + rows.length, tx => tx('passages').insert(rows));
  }
  for (let at = 0; at < postings.length; at += termsPerWrite) {
    const part = postings.slice(at, at + termsPerWrite);
    await write(total, tx => insertPostings(tx, tenantId, version.id, part));
  }
}

/** As three columns of a few arrays: thousands of rows with a placeholder for each value are slow to build. */
async function insertPostings(
  tx: Tx,
  tenantId: TenantId,
  versionId: string,
  postings: Posting[],
): Promise<void> {
  await tx.raw(
    `
    insert into passage_terms (tenant_id, version_id, term, ordinals, weights)
    select cast(:tenantId as uuid), cast(:versionId as uuid), term, cast(ordinals as integer[]), cast(weights as real[])
    from unnest(cast(:terms as text[]), cast(:ordinals as text[]), cast(:weights as text[]))
      as posting(term, ordinals, weights)`,
    {
      tenantId,
      versionId,
      terms: postings.map(({ term }) => term),
      ordinals: postings.map(({ ordinals }) => `{${ordinals.join()}}`),
      weights: postings.map(({ weights }) => `{${weights.join()}}`),
    },
  );
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

interface Posting {
  term: string;
  ordinals: number[];
  weights: number[];
}

/** For every term the passages that hold it. A term is a stem in the passage's language, or a word as it is. */
async function postingsOf(tx: Tx, passages: ReadPassage[]): Promise<Posting[]> {
  const keys = new Map<string, StemKey>();
  for (const { language, words } of passages) {
    for (const { folded, lower } of words) keys.set(`${language} ${folded}`, { language, folded, lower });
  }
  const stems = await stemsOf(tx, [...keys.values()]);
  const postings = new Map<string, Posting>();
  for (const [ordinal, { language, words, wordCount }] of passages.entries()) {
    const counts = new Map<string, number>();
    for (const { folded, count } of words) {
      const stemmed = stems.get(`${language} ${folded}`);
      if (stemmed === null) continue;
      for (const term of [exactTerm(folded), ...(stemmed ?? [])]) {
        counts.set(term, (counts.get(term) ?? 0) + count);
      }
    }
    for (const [term, count] of counts) {
      const posting = postings.get(term) ?? { term, ordinals: [], weights: [] };
      posting.ordinals.push(ordinal);
      posting.weights.push(bm25Weight(count, wordCount));
      postings.set(term, posting);
    }
  }
  return [...postings.values()];
}
