import { readQuestion } from '../server/knowledge/question.ts';
import { type Evidence, evidenceNames } from '../server/knowledge/score.ts';
import { searchWords } from '../server/knowledge/search-words.ts';
import { closeTestDatabase, testDatabase } from '../server/testing/database.ts';
import { isHeldOut, languages, readQuestions, readSources } from './data.ts';
import { areaUnder, measureAbstention } from './measures.ts';
import { indexed } from './ours.ts';
import { spoilings } from './spoiling.ts';

/**
 * `node --import tsx eval/train-score.ts`: prints the weights of `server/knowledge/score.ts`, from the tuning half
 * alone: what speaks for the best passage of each question, plain and with typos, against whether the documents
 * answer it.
 */
interface Example {
  language: string;
  /** Of the best passage. */
  evidence: Evidence;
  /** Of all that an agent is given. */
  given: Evidence[];
  answerable: boolean;
}

const givenMax = 6;
const db = await testDatabase();
const examples: Example[] = [];
for (const language of languages) {
  const tenantId = await indexed(db, readSources(language));
  for (const { id, question, expected } of readQuestions(language).filter(each => !isHeldOut(each)))
    for (const spoil of [spoilings.plain, spoilings.typos]) {
      const text = spoil(question, language, id);
      const found = await db.withTenant(tenantId, async tx => {
        const read = await readQuestion(tx, tenantId, { text, locale: language });
        return searchWords(tx, tenantId, read, { documentIds: null, languages: null, limit: 60 });
      });
      const given = found.slice(0, givenMax).map(({ evidence }) => evidence);
      const [evidence] = given;
      if (evidence) examples.push({ language, evidence, given, answerable: expected.length > 0 });
    }
  process.stderr.write(`${language} `);
}
await closeTestDatabase();

/** `few` is chosen apart: these bases are not small. */
type Weights = Omit<Evidence, 'few'> & { bias: number };

/** Each side weighs the same in all, by gradient descent with a little damping. */
function train(on: Example[]): Weights {
  const weights = { bias: 0, ...Object.fromEntries(evidenceNames.map(name => [name, 0])) } as Weights;
  const many = on.filter(({ answerable }) => answerable).length;
  for (let step = 0; step < 1500; step += 1) {
    const slope = { bias: 0, ...Object.fromEntries(evidenceNames.map(name => [name, 0])) } as typeof weights;
    for (const { evidence, answerable } of on) {
      const wrong =
        ((answerable ? 1 : 0) - chance(weights, evidence)) / (answerable ? many : on.length - many);
      slope.bias += wrong;
      for (const name of evidenceNames) slope[name] += wrong * evidence[name];
    }
    weights.bias += slope.bias;
    for (const name of evidenceNames) weights[name] += slope[name] - 0.004 * weights[name];
  }
  return weights;
}

function chance(weights: Weights, evidence: Evidence): number {
  const sum = evidenceNames.reduce((so, name) => so + weights[name] * evidence[name], weights.bias);
  return 1 / (1 + Math.exp(-sum));
}

/** Where the shares of questions refused rightly and answered rightly have the highest sum. */
function bestThreshold(asked: { score: number; answerable: boolean }[]): number {
  const right = (threshold: number) => {
    const { recall, wronglyRefused } = measureAbstention(
      asked.map(({ score, answerable }) => ({ answerable, refused: score < threshold })),
    );
    return recall - wronglyRefused;
  };
  const tried = Array.from({ length: 99 }, (_, at) => (at + 1) / 100);
  return tried.reduce((best, threshold) => (right(threshold) > right(best) ? threshold : best));
}

const area = (on: Example[], of: (evidence: Evidence) => number) =>
  areaUnder(on.map(({ evidence, answerable }) => ({ score: of(evidence), answerable }))).toFixed(3);
for (const language of languages) {
  const others = train(examples.filter(each => each.language !== language));
  const own = examples.filter(each => each.language === language);
  const trained = area(own, evidence => chance(others, evidence));
  process.stdout.write(
    `${language}, trained on the others: ROC-AUC ${trained}; covered alone ${area(own, e => e.covered)}\n`,
  );
}
const weights = train(examples);
const byGiven = examples.map(({ given, answerable }) => ({
  score: Math.max(...given.map(evidence => chance(weights, evidence))),
  answerable,
}));
const chosen = bestThreshold(byGiven);
// The default threshold stays at .4 whatever the weights are: the bias moves the best one there.
const logOdds = (share: number) => Math.log(share / (1 - share));
weights.bias += logOdds(0.4) - logOdds(chosen);
process.stdout.write(`all: ROC-AUC ${area(examples, evidence => chance(weights, evidence))}\n`);
process.stdout.write(
  `${JSON.stringify(weights, (_, value) => (typeof value === 'number' ? Number(value.toFixed(2)) : value), 2)}\n`,
);
