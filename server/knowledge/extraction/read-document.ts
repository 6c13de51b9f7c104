import { type CountedWord, countWordsOf } from '../count-words.ts';
import { officeTypes } from '../office-types.ts';
import type { Draft } from './draft.ts';
import { languageOf } from './language.ts';
import { readMarkdown, readPlainText } from './markdown.ts';
import { type Span, splitText } from './split.ts';
import { tooComplex, Unreadable } from './unreadable.ts';

/** A document as the database wants it. */
export interface ReadDocument {
  text: string;
  hasAstral: boolean;
  pageOffsets: number[] | null;
  /** `und` where it cannot be told. */
  language: string;
  passages: ReadPassage[];
  /** What a person should know about how it was read. */
  notice: string | null;
}

export interface ReadPassage extends Span {
  language: string;
  words: CountedWord[];
}

const textLengthMax = 4_000_000;
const passagesMax = 20_000;
/** Shorter passages follow the language of their document: a few words are easily mistaken. */
const tellingLength = 160;
/** Enough to tell a language; detecting takes longer than all the rest. */
const sampleLength = 400;

/**
 * From bytes to passages: everything about a document that is slow, or that a hostile file could abuse.
 * Runs in a process of its own.
 *
 * @throws Unreadable when the document is at fault
 */
export async function readDocument(
  bytes: Uint8Array,
  mediaType: string,
  onProgress: (done: number, total: number) => void,
): Promise<ReadDocument> {
  const draft = await draftOf(bytes, mediaType, onProgress);
  const { text } = draft;
  if (!/[\p{L}\p{N}]/u.test(text)) {
    throw new Unreadable('document-has-no-text', 'There is no text in this file.');
  }
  if (text.length > textLengthMax) throw tooComplex();
  const spans = splitText(draft);
  if (spans.length > passagesMax) throw tooComplex();
  const language = languageOf(text) ?? 'und';
  return {
    text,
    hasAstral: /[\ud800-\udfff]/.test(text),
    pageOffsets: draft.pageOffsets,
    language,
    notice: draft.notice ?? null,
    passages: spans.map(span => readPassage(text, span, language)),
  };
}

async function draftOf(
  bytes: Uint8Array,
  mediaType: string,
  onProgress: (done: number, total: number) => void,
): Promise<Draft> {
  // Loaded when they are needed: each document has a process of its own to start.
  switch (mediaType) {
    case 'application/pdf':
      return (await import('./pdf.ts')).readPdf(bytes, onProgress);
    case officeTypes.docx:
      return (await import('./docx.ts')).readDocx(bytes);
    case officeTypes.xlsx:
      return (await import('./spreadsheet.ts')).readSpreadsheet(bytes);
    case officeTypes.pptx:
      return (await import('./pptx.ts')).readPptx(bytes, onProgress);
    case 'text/csv':
      return (await import('./csv.ts')).readCsv(bytes);
    case 'application/json':
      return (await import('./json.ts')).readJson(bytes);
    case 'text/html':
      return (await import('./html.ts')).readHtml(bytes);
    case 'text/markdown':
      return readMarkdown(bytes);
    default:
      return readPlainText(bytes);
  }
}

function readPassage(text: string, span: Span, documentLanguage: string): ReadPassage {
  const body = text.slice(span.start, span.end);
  const own = body.length < tellingLength ? null : languageOf(body.slice(0, sampleLength));
  return { ...span, language: own ?? documentLanguage, words: countWordsOf(span.heading, body) };
}
