import { safeLink } from './links.ts';

export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'code'; text: string }
  | { kind: 'break' }
  | { kind: 'cite'; n: number }
  | { kind: 'strong' | 'em' | 'del'; children: Inline[] }
  | { kind: 'link'; href: string; host: string; children: Inline[] };

const DEPTH_MAX = 6;
const LABEL_MAX = 500;
const MARKS = [
  ['**', 'strong'],
  ['__', 'strong'],
  ['~~', 'del'],
  ['*', 'em'],
  ['_', 'em'],
] as const;

const isWord = (char: string | undefined): boolean => char !== undefined && /[\p{L}\p{N}_]/u.test(char);
const isSpace = (char: string | undefined): boolean => char === undefined || /\s/.test(char);

/**
 * Reads one paragraph. Whatever is not Markdown we know stays text, HTML included.
 *
 * `open` says that more is to come: marks that have not been closed yet then hold to the end instead of being shown.
 */
export function parseInline(source: string, open = false, depth = 0): Inline[] {
  const nodes: Inline[] = [];
  const unclosed = new Set<string>();
  let text = '';
  let at = 0;

  const flush = () => {
    if (text) nodes.push({ kind: 'text', text });
    text = '';
  };
  const push = (node: Inline, next: number) => {
    flush();
    nodes.push(node);
    at = next;
  };

  while (at < source.length) {
    const char = source[at] as string;
    if (char === '\\' && /[!-/:-@[-`{-~]/.test(source[at + 1] ?? '')) {
      text += source[at + 1];
      at += 2;
    } else if (char === '\n') push({ kind: 'break' }, at + 1);
    else if (char === '`') {
      const ticks = /^`+/.exec(source.slice(at, at + 20))?.[0] ?? '`';
      const end = source.indexOf(ticks, at + ticks.length);
      if (end > 0) push({ kind: 'code', text: source.slice(at + ticks.length, end) }, end + ticks.length);
      else if (open) push({ kind: 'code', text: source.slice(at + ticks.length) }, source.length);
      else {
        text += ticks;
        at += ticks.length;
      }
    } else if (char === '[' || (char === '!' && source[at + 1] === '[')) {
      const found = readBracket(source, at, open, depth);
      if (found.node) push(found.node, found.next);
      else {
        text += found.text;
        at = found.next;
      }
    } else if (/[hHmM<]/.test(char) && !isWord(source[at - 1])) {
      const bare = /^<?((?:https?:\/\/|mailto:)[^\s<>"'`\\]+)>?/i.exec(source.slice(at, at + 2_100));
      const address = bare?.[1]?.replace(/[.,;:!?)\]}*_]+$/, '') ?? '';
      const link = address && (char !== '<' || bare?.[0].endsWith('>')) ? safeLink(address) : null;
      const length = char === '<' ? (bare?.[0].length ?? 0) : address.length;
      if (link) push({ kind: 'link', ...link, children: [{ kind: 'text', text: address }] }, at + length);
      else {
        text += char;
        at += 1;
      }
    } else {
      const mark = depth < DEPTH_MAX ? openingMark(source, at) : undefined;
      const end = mark && !unclosed.has(mark[0]) ? closingMark(source, at + mark[0].length, mark[0]) : -1;
      if (mark && end > 0) {
        const children = parseInline(source.slice(at + mark[0].length, end), false, depth + 1);
        push({ kind: mark[1], children }, end + mark[0].length);
      } else if (mark && open) {
        const children = parseInline(source.slice(at + mark[0].length), true, depth + 1);
        push({ kind: mark[1], children }, source.length);
      } else if (open && /^[*_~]+$/.test(source.slice(at))) at = source.length;
      else {
        if (mark) unclosed.add(mark[0]);
        text += mark ? mark[0] : char;
        at += mark ? mark[0].length : 1;
      }
    }
  }
  flush();
  return nodes;
}

function openingMark(source: string, at: number) {
  return MARKS.find(
    ([mark]) =>
      source.startsWith(mark, at) &&
      !isSpace(source[at + mark.length]) &&
      !(mark.startsWith('_') && isWord(source[at - 1])),
  );
}

function closingMark(source: string, from: number, mark: string): number {
  for (let at = source.indexOf(mark, from + 1); at > 0; at = source.indexOf(mark, at + 1)) {
    const after = source[at + mark.length];
    if (isSpace(source[at - 1]) || source[at - 1] === '\\') continue;
    if (mark.startsWith('_') && isWord(after)) continue;
    // A single mark does not end at one half of a double one.
    if (mark.length === 1 && after === mark) at += 1;
    else return at;
  }
  return -1;
}

type Bracket = { node: Inline | null; text: string; next: number };

/** `[1]` is a citation, `[text](address)` a link, `![text](address)` just its text: no picture is ever fetched. */
function readBracket(source: string, at: number, open: boolean, depth: number): Bracket {
  const start = source[at] === '!' ? at + 2 : at + 1;
  const asText: Bracket = { node: null, text: source.slice(at, start), next: start };
  const close = labelEnd(source, start);
  if (close < 0) {
    const half = open && source.length - start < LABEL_MAX && !source.slice(start).includes('\n');
    return half
      ? { node: null, text: source.slice(start).replace(/^\d{1,3}$/, ''), next: source.length }
      : asText;
  }
  const label = source.slice(start, close);
  if (source[close + 1] !== '(') {
    const citation = start === at + 1 && /^\d{1,3}$/.test(label);
    if (!citation && open && close + 1 === source.length) return { node: null, text: label, next: close + 1 };
    return citation ? { node: { kind: 'cite', n: Number(label) }, text: '', next: close + 1 } : asText;
  }
  const target = /^\(\s*<?([^\s<>()]*(?:\([^\s()]*\)[^\s<>()]*)*)>?(?:\s+["'(][^"'()]*["')])?\s*\)/.exec(
    source.slice(close + 1, close + 2_100),
  );
  if (!target) return open ? { node: null, text: label, next: source.length } : asText;
  const next = close + 1 + target[0].length;
  if (source[at] === '!') return { node: null, text: label, next };
  const link = safeLink(target[1] ?? '');
  if (!link) return { node: null, text: source.slice(at, next), next };
  const children = depth < DEPTH_MAX ? parseInline(label, false, DEPTH_MAX) : [];
  const words = children.filter(({ kind }) => kind === 'text' || kind === 'code');
  return { node: { kind: 'link', ...link, children: words }, text: '', next };
}

function labelEnd(source: string, start: number): number {
  let nested = 0;
  for (let at = start; at < source.length && at - start <= LABEL_MAX; at += 1) {
    if (source[at] === '\\') at += 1;
    else if (source[at] === '[') nested += 1;
    else if (source[at] === ']') {
      if (nested === 0) return at;
      nested -= 1;
    }
  }
  return -1;
}
