import { cleanText } from './clean.ts';

/** A heading in the text: where its line starts and ends, and how deep it is. */
export interface Heading {
  start: number;
  end: number;
  level: number;
}

/** A clean text with what its file format said about its shape. */
export interface Draft {
  text: string;
  headings: Heading[];
  /** Where each page begins, for formats with pages. */
  pageOffsets: number[] | null;
  /** Rows of its tables stand without their headers, so a passage that begins inside one is given them. */
  bareTables?: boolean;
  /** What a person should know about how the file was read, though it could be. */
  notice?: string | null;
}

/** Deeper than any heading: a question, which begins a passage of its own. */
export const questionLevel = 7;

/** Marks around a heading on its way through a converter; private characters that input is cleared of. */
export const headingStart = '\ue000';
export const headingEnd = '\ue001';
export const pageStart = '\ue002';

/** For texts of a file, which must not carry marks of their own. */
export function withoutMarks(text: string): string {
  return text.replaceAll(/[\ue000-\ue0ff]/g, '');
}

/** Cleans a text with marks in it and turns the marks into offsets. */
export function draftFromMarked(marked: string): Draft {
  const headings: Heading[] = [];
  const pages: number[] = [];
  let text = '';
  let open: { start: number; level: number } | null = null;
  for (const part of cleanText(marked).split(/(\ue000\d|\ue001|\ue002)/)) {
    if (part.startsWith(headingStart)) open = { start: text.length, level: Number(part[1]) };
    else if (part === pageStart) pages.push(text.length);
    else if (part === headingEnd) {
      if (open && text.length > open.start) headings.push({ ...open, end: text.length });
      open = null;
    } else text += part;
  }
  return { text, headings, pageOffsets: pages.length > 0 ? pages : null };
}
