import { cleanText } from './clean.ts';
import { decodeText } from './decode.ts';
import type { Draft, Heading } from './draft.ts';

/** Markdown stays its source, so that a quote is found in the file; only its headings are noticed. */
export function readMarkdown(bytes: Uint8Array): Draft {
  return markdownDraft(decodeText(bytes));
}

export function markdownDraft(source: string): Draft {
  const text = cleanText(source);
  const headings: Heading[] = [];
  let start = 0;
  let fence: string | null = null;
  let before: { start: number; line: string } | null = null;
  for (const line of text.split('\n')) {
    const mark = /^ {0,3}(```+|~~~+)/.exec(line)?.[1] ?? null;
    if (fence === null && mark !== null) fence = mark;
    else if (fence !== null && mark?.startsWith(fence)) fence = null;
    else if (fence === null) {
      const hashes = /^ {0,3}(#{1,6})\s+\S/.exec(line)?.[1];
      const underline = /^ {0,3}(=+|-{2,})\s*$/.exec(line)?.[1];
      if (hashes) headings.push({ start, end: start + line.length, level: hashes.length });
      else if (underline && before && /\p{L}/u.test(before.line) && !/^[\s>|-]/.test(before.line)) {
        headings.push({ start: before.start, end: start + line.length, level: underline[0] === '=' ? 1 : 2 });
      }
    }
    before = line.trim() === '' ? null : { start, line };
    start += line.length + 1;
  }
  return { text, headings, pageOffsets: null, bareTables: true };
}

/** Plain text has no headings that could be told for sure. */
export function readPlainText(bytes: Uint8Array): Draft {
  return { text: cleanText(decodeText(bytes)), headings: [], pageOffsets: null };
}
