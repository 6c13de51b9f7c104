/** A stretch of a text, in UTF-16 units. */
export interface Span {
  start: number;
  end: number;
}

const quoteLengthMax = 400;

/**
 * The sentences of `text` that best carry `claim`: an exact stretch of it. Where claim and text share no
 * word, as between two languages, it is the beginning of the text up to `quoteLengthMax` units.
 */
export function supportingSpan(text: string, claim: string): Span {
  const exact = exactSpan(text, claim);
  if (exact) return exact;
  const sentences = sentencesOf(text);
  const wanted = new Set(wordsOf(claim));
  if (wanted.size === 0 || sentences.length === 0) return firstSpan(text, sentences);
  const scores = sentences.map(({ start, end }) => {
    const words = new Set(wordsOf(text.slice(start, end)));
    let shared = 0;
    for (const word of wanted) if (words.has(word)) shared += /\d/.test(word) ? 2 : 1;
    return shared;
  });
  const best = Math.max(...scores);
  if (best === 0) return firstSpan(text, sentences);
  const at = scores.indexOf(best);
  let first = at;
  let last = at;
  // A neighbour that carries at least half as much belongs to the same support.
  const span = () => ({ start: sentences[first]?.start ?? 0, end: sentences[last]?.end ?? text.length });
  const fits = (candidate: number, edge: 'first' | 'last') => {
    if ((scores[candidate] ?? 0) * 2 < best) return false;
    const sentence = sentences[candidate];
    if (!sentence) return false;
    return edge === 'last'
      ? sentence.end - span().start <= quoteLengthMax
      : span().end - sentence.start <= quoteLengthMax;
  };
  while (last + 1 < sentences.length && fits(last + 1, 'last')) last += 1;
  while (first > 0 && fits(first - 1, 'first')) first -= 1;
  return clip(text, span());
}

/** Where the words of `quote` stand in a text that may differ from its own in white space; null where they do not. */
export function sameWords(text: string, quote: string): Span | null {
  const words = quote
    .trim()
    .split(/\s+/)
    .map(word => word.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const found = words[0] === '' ? null : new RegExp(words.join('\\s+'), 'u').exec(text);
  return found ? { start: found.index, end: found.index + found[0].length } : null;
}

/** A claim that quotes: its longest line found as it stands. */
function exactSpan(text: string, claim: string): Span | null {
  const candidates = claim
    .split('\n')
    .map(line => line.replace(/^[\s>*\-–•"“«]+|[\s"”»]+$/g, ''))
    .filter(line => line.length >= 12)
    .sort((a, b) => b.length - a.length);
  for (const candidate of candidates) {
    const start = text.indexOf(candidate);
    if (start >= 0) return { start, end: start + candidate.length };
  }
  return null;
}

function firstSpan(text: string, sentences: Span[]): Span {
  let end = sentences[0]?.end ?? text.length;
  for (const sentence of sentences) {
    if (sentence.end > quoteLengthMax) break;
    end = sentence.end;
  }
  return clip(text, { start: sentences[0]?.start ?? 0, end });
}

/** No longer than a quote may be, and never through the middle of a surrogate pair. */
function clip(text: string, { start, end }: Span): Span {
  let to = Math.min(end, start + quoteLengthMax * 2);
  if (to < end && isLowSurrogate(text.charCodeAt(to))) to -= 1;
  return { start, end: to };
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

const segmenter = new Intl.Segmenter(undefined, { granularity: 'sentence' });

/** Sentences without the space around them. */
function sentencesOf(text: string): Span[] {
  const spans: Span[] = [];
  for (const { segment, index } of segmenter.segment(text)) {
    const lead = segment.length - segment.trimStart().length;
    const body = segment.trim();
    if (body !== '') spans.push({ start: index + lead, end: index + lead + body.length });
  }
  return spans;
}

/** Folded words, cut to six letters so that endings of inflected languages meet. */
function wordsOf(text: string): string[] {
  const folded = text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  return (folded.match(/[\p{L}\p{N}]+/gu) ?? [])
    .filter(word => word.length > 2 || /\d/.test(word))
    .map(word => word.slice(0, 6));
}
