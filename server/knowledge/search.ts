import type { Tx } from '../db/index.ts';
import { type TenantId, toError } from '../kernel/index.ts';
import type { KnowledgeDeps } from './deps.ts';
import { sliceText } from './document-queries.ts';
import { maskedLengthMax, maskOfQuestion } from './mask-question.ts';
import { mergeIdentical, type Place } from './merge-identical.ts';
import { readQuestion } from './question.ts';
import type { Hit, Ranked } from './ranking.ts';
import { rerank } from './rerank.ts';
import { type SearchFilter, selectFiltered } from './search-filter.ts';
import { type PassageRow, selectPassages } from './search-queries.ts';
import { type QuestionVector, searchVectors } from './search-vectors.ts';
import { searchWords } from './search-words.ts';
import { embedderOf } from './spaces/embedder-of.ts';
import { openSpaces } from './spaces/space.ts';

export interface FoundPassage {
  /** Of the best passage in the span. */
  passageId: string;
  documentId: string;
  versionId: string;
  title: string;
  /** UTF-16 offsets in the version's text, of which `body` is exactly that slice. */
  start: number;
  end: number;
  body: string;
  /** The headings above the passage that are not in its body; may be empty. */
  heading: string;
  language: string;
  /**
   * 0..1, how far the passage supports an answer, by what of the question it holds (score.ts); or, where vectors
   * say more, how much nearer it is in meaning than the tenant's passages on average. Comparable between questions.
   */
  score: number;
  ordinal: number;
  /** Where other documents say the very same. */
  alsoIn: Place[];
}

/**
 * Below this, a passage shares mere commonplaces with the question: of the tuning half of the questions (eval/),
 * 82 % of those without an answer stay below it, and 19 % of those with one, a half of them with typos.
 */
export const supportThreshold = 0.4;

export type SearchDeps = Pick<
  KnowledgeDeps,
  'db' | 'embedder' | 'openEmbedder' | 'reranker' | 'meter' | 'log'
>;

export interface SearchQuestion {
  text: string;
  /** Of whoever asks; only decides which words are filler. */
  locale: string;
  limit: number;
  filter?: SearchFilter | undefined;
  signal: AbortSignal;
}

const candidatesMax = 60;
/** Waiting longer for the model than this would cost more than its vectors bring. */
const embeddingMsMax = 3000;

/**
 * The tenant's passages that fit a question best, by words and, where there is an embedding model, by meaning.
 * A reranking model, where there is one, has the last word on their order. Neighbours that were both found come
 * as one span. A model that fails leaves the search without it.
 */
export async function searchKnowledge(
  deps: SearchDeps,
  tenantId: TenantId,
  question: SearchQuestion,
): Promise<FoundPassage[]> {
  const vector = await embedded(deps, tenantId, question);
  const { db, reranker = null } = deps;
  const { text, limit, signal } = question;
  const find = async (tx: Tx) => {
    const best = await rankPassages(tx, tenantId, question, vector);
    return { best, rows: await selectPassages(tx, tenantId, best) };
  };
  const merge = async (tx: Tx, { best, rows }: Awaited<ReturnType<typeof find>>) =>
    mergeIdentical(await mergeNeighbours(tx, tenantId, best, rows)).slice(0, limit);
  if (reranker === null) return db.withTenant(tenantId, async tx => merge(tx, await find(tx)));
  const { mask, ...found } = await db.withTenant(tenantId, async tx => ({
    ...(await find(tx)),
    mask: await maskOfQuestion(tx, tenantId, text),
  }));
  const { rows } = found;
  const ordered = await rerank({ ...deps, reranker }, tenantId, { ...found, text, mask }, signal);
  return db.withTenant(tenantId, tx => merge(tx, { best: ordered, rows }));
}

/** Neighbours become one, and so does what several documents say alike. */
const spare = 4;

/** The best passages each for itself, more than asked for, because some will be merged. */
export async function rankPassages(
  tx: Tx,
  tenantId: TenantId,
  { text, locale, limit, filter = {} }: SearchQuestion,
  vector: QuestionVector | null,
): Promise<Ranked[]> {
  const documentIds = await selectFiltered(tx, tenantId, filter);
  if (documentIds?.length === 0) return [];
  const within = { documentIds, languages: filter.languages ?? null, limit: candidatesMax };
  const question = await readQuestion(tx, tenantId, { text, locale });
  const byWords = await searchWords(tx, tenantId, question, within);
  const byMeaning = vector === null ? [] : await searchVectors(tx, tenantId, vector, within);
  return fuse([byWords, byMeaning]).slice(0, spare * limit);
}

/** The question in the space that serves, with the model that made its vectors. */
export async function embedded(
  deps: SearchDeps,
  tenantId: TenantId,
  { text, signal }: Pick<SearchQuestion, 'text' | 'signal'>,
): Promise<QuestionVector | null> {
  if (deps.embedder === null) return null;
  const { space, mask } = await deps.db.withTenant(tenantId, async tx => {
    const { serving } = await openSpaces(tx, tenantId);
    return { space: serving, mask: serving && (await maskOfQuestion(tx, tenantId, text)) };
  });
  const embedder = space && embedderOf(deps, space);
  if (!space || !embedder || !mask) return null;
  const masked = mask.mask(text).slice(0, maskedLengthMax);
  const what = { purpose: 'embed-question' as const, model: embedder.model, texts: [masked] };
  try {
    const inTime = AbortSignal.any([signal, AbortSignal.timeout(embeddingMsMax)]);
    const [vector] = await deps.meter(tenantId, what, () => embedder.embed([masked], inTime));
    signal.throwIfAborted();
    return vector ? { vector, space } : null;
  } catch (thrown) {
    signal.throwIfAborted();
    deps.log.warn({ err: toError(thrown) }, 'a question was searched by its words alone');
    return null;
  }
}

/** Adds what each list makes of a passage, each list measured by its own best. */
export function fuse(lists: Hit[][]): Ranked[] {
  const ranked = new Map<string, Ranked>();
  for (const list of lists) {
    const best = Math.max(...list.map(({ value }) => value), Number.MIN_VALUE);
    for (const { versionId, ordinal, value, support } of list) {
      const place = `${versionId} ${ordinal}`;
      const known = ranked.get(place) ?? { versionId, ordinal, rank: 0, support: 0 };
      known.rank += value / best;
      known.support = Math.min(1, Math.max(known.support, support));
      ranked.set(place, known);
    }
  }
  return [...ranked.values()].sort((a, b) => b.rank - a.rank);
}

/** Spans grow over neighbours that fit nearly as well, until the model's attention would be spread too thin. */
const mergedMax = 3;
const neighbourShare = 0.5;

async function mergeNeighbours(
  tx: Tx,
  tenantId: TenantId,
  best: Ranked[],
  rows: PassageRow[],
): Promise<Omit<FoundPassage, 'alsoIn'>[]> {
  const rowAt = new Map(rows.map(row => [`${row.versionId} ${row.ordinal}`, row]));
  const left = new Map(best.map(({ versionId, ordinal, rank }) => [`${versionId} ${ordinal}`, rank]));
  const found: Omit<FoundPassage, 'alsoIn'>[] = [];
  for (const { versionId, ordinal, rank, support } of best) {
    const row = rowAt.get(`${versionId} ${ordinal}`);
    if (!row || !left.delete(`${versionId} ${ordinal}`)) continue;
    const take = (beside: number) => {
      const fits = (left.get(`${versionId} ${beside}`) ?? 0) >= neighbourShare * rank;
      const neighbour = rowAt.get(`${versionId} ${beside}`);
      return fits && neighbour && left.delete(`${versionId} ${beside}`) ? neighbour : null;
    };
    let first = row;
    let last = row;
    while (last.ordinal - first.ordinal + 1 < mergedMax) {
      const after = take(last.ordinal + 1);
      const before = after ? null : take(first.ordinal - 1);
      if (after) last = after;
      else if (before) first = before;
      else break;
    }
    const { id, title, documentId, language } = row;
    const [start, end] = [first.start, last.end];
    const body = first === last ? row.body : await sliceText(tx, tenantId, versionId, start, end);
    if (body === null) continue;
    const place = { passageId: id, documentId, versionId, title, start, end, ordinal };
    found.push({ ...place, body, heading: first.heading, language, score: support });
  }
  return found;
}
