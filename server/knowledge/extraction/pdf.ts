import { getDocumentProxy } from 'unpdf';
import { type Draft, draftFromMarked, headingEnd, headingStart, pageStart } from './draft.ts';
import {
  bodySize,
  type Flow,
  flowOf,
  linesOf,
  type PdfItem,
  type PdfLine,
  withoutRunningLines,
} from './pdf-layout.ts';
import { tooComplex, Unreadable } from './unreadable.ts';

const pagesMax = 3000;
/** Text of a page beyond this is a bomb, not a page. */
const pageItemsMax = 200_000;

/**
 * The text of a PDF in reading order, with headings told by their size.
 *
 * @throws Unreadable for damaged, encrypted and scanned files
 */
export async function readPdf(
  bytes: Uint8Array,
  onProgress: (done: number, total: number) => void,
): Promise<Draft> {
  const pdf = await open(bytes);
  if (pdf.numPages > pagesMax) throw tooManyPages(pdf.numPages);
  const pages: PdfLine[][] = [];
  for (let number = 1; number <= pdf.numPages; number += 1) {
    pages.push(linesOf(await itemsOf(pdf, number)));
    onProgress(number, pdf.numPages);
  }
  const lines = withoutRunningLines(pages);
  if (lines.every(page => page.length === 0)) {
    throw new Unreadable(
      'document-has-no-text',
      'This PDF holds pictures of pages and no text. Run text recognition (OCR) on it and upload the result.',
    );
  }
  const body = bodySize(lines);
  const words = vocabulary(lines);
  let marked = '';
  for (const page of lines) {
    const flow = flowOf(page, body, words);
    const runsOn = /[\p{L}\p{N},;]$/u.test(marked) && /^\p{Ll}/u.test(flow[0]?.text ?? '');
    marked += `${runsOn ? ' ' : '\n\n'}${pageStart}${flow.map(mark).join('\n\n')}`;
  }
  return { ...draftFromMarked(marked), bareTables: true, notice: noticeOf(pages) };
}

/** Pages that are pictures are left out, and that is said. */
function noticeOf(pages: PdfLine[][]): string | null {
  const empty = pages.flatMap((lines, index) => (lines.length === 0 ? [index + 1] : []));
  if (empty.length === 0) return null;
  const named = empty.slice(0, 20).join(', ') + (empty.length > 20 ? ', …' : '');
  return `Pages without text were left out, perhaps pictures: ${named}. Text recognition (OCR) would make them readable.`;
}

function tooManyPages(count: number): Unreadable {
  const detail = `This PDF has ${count} pages; one document may have ${pagesMax}. Split it.`;
  return new Unreadable('document-too-complex', detail);
}

function mark({ text, ...part }: Flow): string {
  const clean = text.replaceAll(/[\ue000-\ue0ff]/g, '');
  return part.kind === 'heading' ? `${headingStart}${part.level}${clean}${headingEnd}` : clean;
}

type Pdf = Awaited<ReturnType<typeof getDocumentProxy>>;

async function open(bytes: Uint8Array): Promise<Pdf> {
  try {
    // A copy, because the library refuses a Buffer and takes what it is given for itself.
    return await getDocumentProxy(new Uint8Array(bytes), {
      verbosity: 0,
      stopAtErrors: false,
      useSystemFonts: false,
    });
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'PasswordException') {
      throw new Unreadable(
        'document-encrypted',
        'This PDF asks for a password. Upload a copy that has none.',
        { cause },
      );
    }
    throw damaged(cause);
  }
}

async function itemsOf(pdf: Pdf, number: number): Promise<PdfItem[]> {
  try {
    const page = await pdf.getPage(number);
    const { items } = await page.getTextContent();
    page.cleanup();
    if (items.length > pageItemsMax) throw tooComplex();
    return items.flatMap(item => {
      if (!('str' in item)) return [];
      const [a = 0, b = 0, , , x = 0, y = 0] = item.transform as number[];
      return [{ text: item.str, x, y, width: item.width, size: Math.hypot(a, b) }];
    });
  } catch (cause) {
    throw cause instanceof Unreadable ? cause : damaged(cause);
  }
}

function damaged(cause: unknown): Unreadable {
  return new Unreadable(
    'document-unreadable',
    'This file is damaged, or is no PDF. Open it in a PDF viewer, save it again and upload the copy.',
    { cause },
  );
}

function vocabulary(pages: PdfLine[][]): Set<string> {
  const words = new Set<string>();
  for (const line of pages.flat()) {
    for (const [word] of line.text.matchAll(/\p{L}{4,}/gu)) words.add(word.toLowerCase());
  }
  return words;
}
