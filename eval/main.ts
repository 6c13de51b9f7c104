import { openPglite } from '../server/db/index.ts';
import { supportThreshold } from '../server/knowledge/search.ts';
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
import { type Measures, measure, measureAbstention } from './measures.ts';
import { indexed, search } from './ours.ts';
import { spoilings } from './spoiling.ts';
import { stemmed } from './stemmed.ts';
import { abstentionTable, qualityTable, type Result } from './tables.ts';
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

const db = await openPglite(null);
await db.migrate();
const results: Result[] = [];
const tookMs: number[] = [];
const abstained: { language: string; spoiling: string; answerable: boolean; refused: boolean }[] = [];
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
      const refused = (found[0]?.score ?? 0) < supportThreshold;
      abstained.push({ language, spoiling, answerable: question.expected.length > 0, refused });
      if (question.expected.length === 0) continue;
      const at = found.findIndex(({ documentId, body }) =>
        answers({ document: nameOf.get(documentId) ?? '', body }, question),
      );
      ranks.push(at < 0 ? null : at + 1);
    }
    results.push({ method: 'cardwise', language, spoiling, ...measure(ranks) });
  }
  process.stderr.write(`${language} `);
}
await db.close();
process.stdout.write(`\n${part} questions, ${wanted.join(', ')}\n\n${qualityTable(results)}\n`);
tookMs.sort((a, b) => a - b);
const at = (share: number) => (tookMs[Math.floor(share * tookMs.length)] ?? 0).toFixed(1);
process.stdout.write(
  `\n${tookMs.length} searches, in the embedded database: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms\n`,
);
process.stdout.write(`\n${abstentionTable(abstained, measureAbstention)}\n`);

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
