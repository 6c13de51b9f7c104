import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { readDocument } from '../server/knowledge/extraction/read-document.ts';

export const languages = ['en', 'es', 'pt', 'ru', 'de', 'tr'] as const;
export type Language = (typeof languages)[number];

export interface Expected {
  document: string;
  fact: string;
}

export interface Question {
  id: string;
  question: string;
  /** Any of these answers it; none where the documents do not. */
  expected: Expected[];
}

/** What every method searches: the same cuts of the same texts, with the headings above them. */
export interface Passage {
  document: string;
  ordinal: number;
  heading: string;
  body: string;
}

export interface Source {
  name: string;
  mediaType: string;
  bytes: Buffer;
}

const mediaTypes: Record<string, string> = {
  '.md': 'text/markdown',
  '.html': 'text/html',
  '.txt': 'text/plain',
};

export function readQuestions(language: Language): Question[] {
  return readFileSync(join(import.meta.dirname, 'questions', `${language}.jsonl`), 'utf8')
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Question);
}

export function readSources(language: Language): Source[] {
  const folder = join(import.meta.dirname, 'documents', language);
  return readdirSync(folder)
    .sort()
    .flatMap(name => {
      const mediaType = mediaTypes[extname(name)];
      return mediaType ? [{ name, mediaType, bytes: readFileSync(join(folder, name)) }] : [];
    });
}

export async function readPassages(sources: Source[]): Promise<Passage[]> {
  const passages: Passage[] = [];
  for (const { name, mediaType, bytes } of sources) {
    const { text, passages: read } = await readDocument(bytes, mediaType, () => {});
    for (const [ordinal, { start, end, heading }] of read.entries())
      passages.push({ document: name, ordinal, heading, body: text.slice(start, end) });
  }
  return passages;
}

export function answers(passage: Pick<Passage, 'document' | 'body'>, { expected }: Question): boolean {
  const body = passage.body.replaceAll(/\s+/g, ' ');
  return expected.some(({ document, fact }) => document === passage.document && body.includes(fact));
}

/** Questions with even numbers were held out: nothing was chosen or weighed by looking at them. */
export function isHeldOut({ id }: Question): boolean {
  return Number(id) % 2 === 0;
}
