import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import { countWordsOf } from '../server/knowledge/count-words.ts';
import { readDocument } from '../server/knowledge/extraction/read-document.ts';
import { type IndexedPassage, postingsOf } from '../server/knowledge/postings.ts';
import { countWords } from '../server/knowledge/words.ts';

export interface BenchText extends IndexedPassage {
  body: string;
}

/** Short, so that a million of them are a gigabyte of words and not ten. */
const wordsPerText = 30;
export const textsPerDocument = 100;

/** Stretches of the English documents of the evaluation; as many as fill whole documents of the corpus. */
export async function readTexts(): Promise<BenchText[]> {
  const folder = fileURLToPath(new URL('../eval/documents/en', import.meta.url));
  const texts: BenchText[] = [];
  for (const name of (await readdir(folder)).sort()) {
    if (!name.endsWith('.md')) continue;
    const { text } = await readDocument(await readFile(`${folder}/${name}`), 'text/markdown', () => {});
    const words = text.split(/\s+/);
    for (let at = 0; at + wordsPerText <= words.length; at += wordsPerText) {
      const body = words.slice(at, at + wordsPerText).join(' ');
      texts.push({ body, language: 'en', wordCount: countWords(body), words: countWordsOf('', body) });
    }
  }
  return texts.slice(0, texts.length - (texts.length % textsPerDocument));
}

/** Questions about these texts, as people ask them. */
export async function readAsked(): Promise<string[]> {
  const file = fileURLToPath(new URL('../eval/questions/en.jsonl', import.meta.url));
  const lines = (await readFile(file, 'utf8')).split('\n').filter(line => line !== '');
  return lines.map(line => (JSON.parse(line) as { question: string }).question);
}

/**
 * The texts, and the word index of each document that can be made of them: a tenant's documents take the texts in
 * their order, and begin again at the end. They differ in where they begin and in how many they hold.
 */
export async function keepTexts(
  client: pg.Client,
  texts: BenchText[],
  documents: { first: number; passages: number }[],
): Promise<void> {
  await client.query('create temporary table stretch (n int primary key, body text, words int)');
  await client.query('insert into stretch select * from unnest($1::int[], $2::text[], $3::int[])', [
    texts.map((_, n) => n),
    texts.map(({ body }) => body),
    texts.map(({ wordCount }) => wordCount),
  ]);
  await client.query(
    'create temporary table posting (first int, passages int, term text, ordinals int[], weights real[])',
  );
  for (const { first, passages } of documents) {
    const postings = postingsOf(texts.slice(first, first + passages));
    const arrays = (values: number[][]) => values.map(each => `{${each.join()}}`);
    await client.query(
      `insert into posting select $1, $2, term, ordinals::int[], weights::real[]
       from unnest($3::text[], $4::text[], $5::text[]) as given(term, ordinals, weights)`,
      [
        first,
        passages,
        postings.map(({ term }) => term),
        arrays(postings.map(({ ordinals }) => ordinals)),
        arrays(postings.map(({ weights }) => weights)),
      ],
    );
  }
  await client.query('analyze stretch, posting');
}
