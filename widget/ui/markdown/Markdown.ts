import { Component, type ComponentChild, h } from 'preact';
import { type Block, parseBlocks, splitBlocks } from './parse-blocks.ts';
import type { Inline } from './parse-inline.ts';

/** A longer one may break rather than push the number out of a narrow panel. */
const WORD_LENGTH_MAX = 24;

/** Draws the marker `[n]`, or gives `null` where no such source is known. */
export type Cite = (n: number) => ComponentChild;

type Props = { text: string; open?: boolean; cite: Cite };

/** What a model wrote, as elements of a short list. Nothing is fetched and no HTML is read: see the tests beside. */
export function Markdown({ text, open = false, cite }: Props): ComponentChild {
  const pieces = splitBlocks(text);
  const last = pieces.length - 1;
  return h(
    'div',
    { class: 'prose' },
    pieces.map((source, at) => h(Piece, { key: at, source, open: open && at === last, cite })),
  );
}

type PieceProps = { source: string; open: boolean; cite: Cite };

/** Drawn again only when its own text or the sources change: a long answer costs no more per word than a short one. */
class Piece extends Component<PieceProps> {
  override shouldComponentUpdate(next: PieceProps): boolean {
    const { source, open, cite } = this.props;
    return source !== next.source || open !== next.open || cite !== next.cite;
  }
  override render({ source, open, cite }: PieceProps) {
    return h('div', null, drawBlocks(parseBlocks(source, open), cite));
  }
}

export function drawBlocks(blocks: Block[], cite: Cite): ComponentChild[] {
  return blocks.map(block => drawBlock(block, cite));
}

function drawBlock(block: Block, cite: Cite): ComponentChild {
  switch (block.kind) {
    case 'paragraph':
      return h('p', null, drawInline(block.children, cite));
    case 'heading':
      // Below the panel's own headings, whatever level the model chose.
      return h(`h${Math.min(6, block.level + 3)}`, null, drawInline(block.children, cite));
    case 'list': {
      const items = block.items.map(item => h('li', null, tight(item, cite)));
      return block.ordered ? h('ol', { start: block.start }, items) : h('ul', null, items);
    }
    case 'quote':
      return h('blockquote', null, drawBlocks(block.blocks, cite));
    case 'code':
      return h('pre', null, h('code', null, block.text));
    case 'table': {
      const cell = (tag: 'td' | 'th') => (content: Inline[]) => h(tag, null, drawInline(content, cite));
      const rows = block.rows.map(row => h('tr', null, row.map(cell('td'))));
      const head = h('thead', null, h('tr', null, block.head.map(cell('th'))));
      return h('div', { class: 'table' }, h('table', null, head, h('tbody', null, rows)));
    }
    case 'rule':
      return h('hr', null);
  }
}

/** An item that is one paragraph needs no paragraph around it. */
function tight(item: Block[], cite: Cite): ComponentChild[] {
  return item.flatMap(block =>
    block.kind === 'paragraph' ? drawInline(block.children, cite) : [drawBlock(block, cite)],
  );
}

function drawInline(nodes: Inline[], cite: Cite): ComponentChild[] {
  const drawn: ComponentChild[] = [];
  for (const node of nodes) {
    if (node.kind === 'cite') drawn.push(drawCite(node.n, cite, drawn));
    else if (node.kind === 'text') drawn.push(node.text);
    else if (node.kind === 'code') drawn.push(h('code', null, node.text));
    else if (node.kind === 'break') drawn.push(h('br', null));
    else if (node.kind === 'link') drawn.push(drawLink(node, cite));
    else drawn.push(h(node.kind, null, drawInline(node.children, cite)));
  }
  return drawn;
}

/** A source's number stays on the line of the word before it, which it takes from `drawn`. */
function drawCite(n: number, cite: Cite, drawn: ComponentChild[]): ComponentChild {
  const marker = cite(n) ?? `[${n}]`;
  const before = drawn[drawn.length - 1];
  const word =
    typeof before === 'string' ? /\S+$/.exec(before.slice(-WORD_LENGTH_MAX).trimEnd())?.[0] : undefined;
  if (typeof before !== 'string' || !word) return marker;
  drawn[drawn.length - 1] = before.slice(0, before.lastIndexOf(word));
  return h('span', { class: 'held' }, word, marker);
}

function drawLink({ href, host, children }: Extract<Inline, { kind: 'link' }>, cite: Cite): ComponentChild {
  const shown = children.map(child => ('text' in child ? child.text : '')).join('');
  const plain = shown === href || shown.replace(/\/$/, '') === href.replace(/\/$/, '') || shown === host;
  return h(
    'a',
    { href, target: '_blank', rel: 'noopener noreferrer nofollow' },
    drawInline(children, cite),
    plain ? null : h('span', { class: 'host' }, `(${host})`),
  );
}
