import { supportThreshold } from '../server/knowledge/search.ts';
import { closeTestDatabase, testDatabase } from '../server/testing/database.ts';
import {
  answers,
  isHeldOut,
  languages,
  type Passage,
  readPassages,
  readQuestions,
  readSources,
} from './data.ts';
import { areaUnder, measureAbstention } from './measures.ts';
import { indexed, search } from './ours.ts';
import { randomFrom } from './spoiling.ts';

/**
 * `node --import tsx eval/small-bases.ts [language ...]`: how rightly questions are refused in bases of 1, 3 and 8
 * passages of the documents, asked plainly and politely. A question whose passage is not among them has no answer
 * there. Questions of the held-out half; passages from chance, the same each time.
 */
const polite: Record<string, (question: string) => string> = {
  en: question => `${question.replace(/\?$/, '')}, please. Say what you know.`,
  es: question => `Hola, buenos días: ${question} Por favor, dime lo que sepas.`,
  pt: question => `Olá, bom dia! ${question} Por favor, me diga o que você sabe.`,
  ru: question => `Здравствуйте! ${question} Подскажите, пожалуйста, что знаете.`,
  de: question => `Hallo, ${question} Bitte sag mir, was du weißt. Danke!`,
  tr: question => `Merhaba, ${question} Lütfen bildiğinizi söyleyin, teşekkürler.`,
};
const sizes = [1, 3, 8];
const basesEach = 5;

const wanted = languages.filter(language => process.argv.includes(language));
const db = await testDatabase();
const asked: { way: string; size: number; score: number; answerable: boolean }[] = [];
for (const language of wanted.length > 0 ? wanted : languages) {
  const passages = await readPassages(readSources(language));
  const questions = readQuestions(language).filter(isHeldOut);
  const random = randomFrom(`small ${language}`);
  const pick = <T>(list: T[]): T => list[Math.floor(random() * list.length)] as T;
  const answered = questions.filter(question => passages.some(passage => answers(passage, question)));
  const unanswered = questions.filter(({ expected }) => expected.length === 0);
  for (const size of sizes)
    for (let base = 0; base < basesEach; base += 1) {
      const own = Array.from({ length: Math.min(size, 3) }, () => pick(answered));
      const held = new Set<Passage>();
      for (const question of own) held.add(passages.find(passage => answers(passage, question)) as Passage);
      while (held.size < size) held.add(pick(passages));
      const files = [...held].map(({ heading, body }, n) => ({
        name: `${n}.md`,
        mediaType: 'text/markdown',
        bytes: Buffer.from(heading === '' ? body : `# ${heading}\n\n${body}`),
      }));
      const tenantId = await indexed(db, files);
      const others = [pick(answered), pick(answered), pick(answered), pick(unanswered), pick(unanswered)];
      for (const question of new Set([...own, ...others]))
        for (const [way, text] of [
          ['plain', question.question],
          ['polite', polite[language]?.(question.question) ?? question.question],
        ] as const) {
          const found = await search(db, tenantId, text, language);
          const score = Math.max(0, ...found.slice(0, 6).map(passage => passage.score));
          const answerable = [...held].some(passage => answers(passage, question));
          asked.push({ way, size, score, answerable });
        }
    }
  process.stderr.write(`${language} `);
}
await closeTestDatabase();
const percent = (share: number) => `${(100 * share).toFixed(0)} %`;
for (const way of ['plain', 'polite'])
  for (const size of [...sizes, null]) {
    const some = asked.filter(each => each.way === way && (size === null || each.size === size));
    const { recall, wronglyRefused } = measureAbstention(
      some.map(({ score, answerable }) => ({ answerable, refused: score < supportThreshold })),
    );
    process.stdout.write(
      `${way}, ${size ?? 'all'} passages: refused of ${some.filter(each => !each.answerable).length} without an answer ` +
        `${percent(recall)}, of ${some.filter(each => each.answerable).length} with one ${percent(wronglyRefused)}; ` +
        `ROC-AUC ${areaUnder(some).toFixed(2)}\n`,
    );
  }
