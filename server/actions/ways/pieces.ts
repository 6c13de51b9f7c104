/** Kommo shows at most so many characters at once, and takes ten handlers of which one ends the step. */
export const pieceLengthMax = 80;
export const piecesMax = 9;

/**
 * Cuts a text into pieces that a bot may show: at the ends of sentences where it can, else between words,
 * else anywhere but inside a character. Null when it does not fit.
 */
export function toPieces(text: string): string[] | null {
  const pieces: string[] = [];
  let current = '';
  for (const sentence of text.split(/(?<=[.!?…。！？])\s+|\n+/u).map(one => one.trim())) {
    if (sentence === '') continue;
    for (const part of shortEnough(sentence)) {
      const joined = current === '' ? part : `${current} ${part}`;
      if (lengthOf(joined) <= pieceLengthMax) current = joined;
      else {
        pieces.push(current);
        current = part;
      }
    }
  }
  if (current !== '') pieces.push(current);
  return pieces.length === 0 || pieces.length > piecesMax ? null : pieces;
}

/** A sentence, cut between words if it is too long. */
function shortEnough(sentence: string): string[] {
  if (lengthOf(sentence) <= pieceLengthMax) return [sentence];
  const parts: string[] = [];
  let current = '';
  for (const word of sentence.split(/\s+/).flatMap(one => slices(one))) {
    const joined = current === '' ? word : `${current} ${word}`;
    if (lengthOf(joined) <= pieceLengthMax) current = joined;
    else {
      parts.push(current);
      current = word;
    }
  }
  return current === '' ? parts : [...parts, current];
}

function slices(word: string): string[] {
  const characters = [...new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(word)].map(
    one => one.segment,
  );
  const found: string[] = [];
  let current = '';
  for (const character of characters) {
    if (current !== '' && lengthOf(current + character) > pieceLengthMax) {
      found.push(current);
      current = '';
    }
    // A letter under a pile of marks: longer than a piece by itself, it is the one thing that is cut.
    const codePoints = lengthOf(character) > pieceLengthMax ? [...character] : [character];
    for (const one of codePoints) {
      if (lengthOf(current + one) > pieceLengthMax) {
        found.push(current);
        current = '';
      }
      current += one;
    }
  }
  return current === '' ? found : [...found, current];
}

/** How Kommo counts is not said; counting UTF-16 units never counts too few. */
const lengthOf = (text: string): number => text.length;
