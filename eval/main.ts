import type { TenantId } from '../server/kernel/index.ts';
import { supportThreshold } from '../server/knowledge/search.ts';
import { closeTestDatabase, testDatabase } from '../server/testing/database.ts';
import { bm25, lunr, minisearch, type Ranker } from './baselines.ts';
import {
  answers,
  isHeldOut,
  type Language,
  languages,
  type Passage,
  type Question,
  readPassages,
  readQuestions,
  readSources,
} from './data.ts';
import { type Measures, measure } from './measures.ts';
import { indexed, search } from './ours.ts';
import { indexSizes } from './sizes.ts';
import { spoilings } from './spoiling.ts';
import { stemmed } from './stemmed.ts';
import { type Asked, abstentionTable, qualityTable, type Result } from './tables.ts';
import { stemsAndLetters } from './to-beat.ts';

/**
 * `npm run eval [held-out|tuning|all] [alone] [language ...]`: how well questions find the passages that answer
 * them, beside other methods on the same passages in the same run, or alone. Without a model, without network.
 */
const asked = process.argv.slice(2);
const part = asked.find(word => ['held-out', 'tuning', 'all'].includes(word)) ?? 'held-out';
const spoken = languages.filter(language => asked.includes(language));
const wanted = spoken.length > 0 ? spoken : [...languages];

const alone = asked.includes('alone');

const db = await testDatabase();
const results: Result[] = [];
const tookMs: number[] = [];
const tenants: TenantId[] = [];
const abstained: Asked[] = [];
for (const language of wanted) {
  const sources = readSources(language);
  const passages = await readPassages(sources);
  const questions = readQuestions(language).filter(
    question => part === 'all' || isHeldOut(question) === (part === 'held-out'),
  );
  for (const [method, rank] of alone ? [] : await others(passages, questions, language))
    for (const [spoiling, spoil] of Object.entries(spoilings))
      results.push({
        method,
        language,
        spoiling,
        ...measureRanker(rank, passages, questions, language, spoil),
      });
  const tenantId = await indexed(db, sources);
  tenants.push(tenantId);
  const named = await db.withTenant(tenantId, tx =>
    tx('documents').where({ tenant_id: tenantId }).select('id', 'title'),
  );
  const nameOf = new Map(named.map(({ id, title }) => [id, title]));
  for (const [spoiling, spoil] of Object.entries(spoilings)) {
    const ranks: (number | null)[] = [];
    for (const question of questions) {
      const startedAt = performance.now();
      const found = await search(db, tenantId, spoil(question.question, language, question.id), language);
      tookMs.push(performance.now() - startedAt);
      // An agent is given so many, of which one must support an answer.
      const score = Math.max(0, ...found.slice(0, 6).map(passage => passage.score));
      abstained.push({ language, spoiling, answerable: question.expected.length > 0, score });
      if (question.expected.length === 0) continue;
      const at = found
        .slice(0, 10)
        .findIndex(({ documentId, body }) =>
          answers({ document: nameOf.get(documentId) ?? '', body }, question),
        );
      ranks.push(at < 0 ? null : at + 1);
    }
    results.push({ method: 'cardwise', language, spoiling, ...measure(ranks) });
  }
  process.stderr.write(`${language} `);
}
const sizes = await indexSizes(db, tenants);
await closeTestDatabase();
process.stdout.write(`\n${part} questions, ${wanted.join(', ')}\n\n${qualityTable(results)}\n`);
tookMs.sort((a, b) => a - b);
const where = process.env.TEST_DATABASE_URL ? 'on PostgreSQL' : 'in the embedded database';
const at = (share: number) => (tookMs[Math.floor(share * tookMs.length)] ?? 0).toFixed(1);
process.stdout.write(`\n${tookMs.length} searches, ${where}: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms\n`);
process.stdout.write(`\n${sizes}\n`);
process.stdout.write(`\n${abstentionTable(abstained, supportThreshold)}\n`);

async function others(
  passages: Passage[],
  questions: Question[],
  language: Language,
): Promise<[string, Ranker][]> {
  const texts = passages.flatMap(({ heading, body }) => [heading, body]);
  for (const { id, question } of questions)
    for (const spoil of Object.values(spoilings)) texts.push(spoil(question, language, id));
  const stems = await stemmed(db, language, texts);
  return [
    ['bm25, words', bm25(passages)],
    ['bm25, stems', bm25(passages, stems)],
    ['bm25, stems + letters', stemsAndLetters(passages, stems)],
    ['minisearch', minisearch(passages)],
    ['minisearch, fuzzy + prefix', minisearch(passages, { fuzzy: 0.2, prefix: true })],
    ['lunr, stemmer', lunr(passages, language)],
  ];
}

function measureRanker(
  rank: Ranker,
  passages: Passage[],
  questions: Question[],
  language: Language,
  spoil: (question: string, language: string, seed: string) => string,
): Measures {
  return measure(
    questions
      .filter(({ expected }) => expected.length > 0)
      .map(question => {
        const at = rank(spoil(question.question, language, question.id))
          .slice(0, 10)
          .findIndex(index => passages[index] && answers(passages[index], question));
        return at < 0 ? null : at + 1;
      }),
  );
}
