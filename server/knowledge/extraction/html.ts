import { type FormatCallback, htmlToText } from 'html-to-text';
import { decodeText } from './decode.ts';
import { type Draft, draftFromMarked, headingEnd, headingStart, withoutMarks } from './draft.ts';
import { htmlTableLines } from './html-table.ts';

/** The readable text of a page: no scripts, styles, menus or forms; headings are kept as they are written. */
export function readHtml(bytes: Uint8Array): Draft {
  return htmlDraft(decodeText(bytes, declaredEncoding(bytes)));
}

export function htmlDraft(html: string): Draft {
  return draftFromMarked(
    htmlToText(withoutMarks(html), {
      wordwrap: false,
      limits: { maxInputLength: 40_000_000 },
      formatters: { markedHeading, dataTable, tableRow, question: markedHeading },
      selectors: [
        ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector, index) => ({
          selector,
          format: 'markedHeading',
          options: { level: index + 1 },
        })),
        ...['summary', 'dt'].map(selector => ({ selector, format: 'question', options: { level: 6 } })),
        ...['nav', 'footer', 'aside', 'form', 'template', 'svg', 'noscript', 'img', 'button']
          .concat('iframe', 'object', 'video', 'audio', 'canvas', 'select', 'dialog', '[hidden]')
          .map(selector => ({ selector, format: 'skip' })),
        { selector: 'a', options: { ignoreHref: true } },
        { selector: 'table', format: 'dataTable' },
        { selector: 'tr', format: 'tableRow' },
        { selector: 'ul', options: { itemPrefix: '- ' } },
        { selector: 'blockquote', format: 'block' },
        { selector: 'hr', format: 'skip' },
      ],
    }),
  );
}

const markedHeading: FormatCallback = (element, walk, builder, options) => {
  builder.openBlock({ leadingLineBreaks: 2 });
  builder.addLiteral(`${headingStart}${(options as { level?: number }).level ?? 6}`);
  walk(element.children, builder);
  builder.addLiteral(headingEnd);
  builder.closeBlock({ trailingLineBreaks: 2 });
};

/** A table that only lays out the page is read like any other part of it. */
const dataTable: FormatCallback = (element, walk, builder) => {
  const lines = htmlTableLines(element);
  builder.openBlock({ leadingLineBreaks: 2 });
  if (lines === null) walk(element.children, builder);
  else {
    // Not markup: a caption is the only part beside the rows.
    walk(
      element.children.filter(({ name }) => name === 'caption'),
      builder,
    );
    for (const line of lines) {
      builder.openBlock({ leadingLineBreaks: 1 });
      builder.addLiteral(line);
      builder.closeBlock({ trailingLineBreaks: 1 });
    }
  }
  builder.closeBlock({ trailingLineBreaks: 2 });
};

const tableRow: FormatCallback = (element, walk, builder) => {
  builder.openBlock({ leadingLineBreaks: 1 });
  let cells = 0;
  for (const cell of element.children) {
    if (cell.name !== 'td' && cell.name !== 'th') continue;
    if (cells > 0) builder.addLiteral(' | ');
    cells += 1;
    walk(cell.children, builder);
  }
  builder.closeBlock({ trailingLineBreaks: 1 });
};

function declaredEncoding(bytes: Uint8Array): string | null {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 2048));
  return /<meta[^>]{0,200}charset\s*=\s*["']?([\w-]{2,40})/i.exec(head)?.[1] ?? null;
}
