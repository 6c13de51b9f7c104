/** Words that stand in small letters inside a name. */
const particles = new Set(
  'de del della di da das do dos du e el la las los le van von der den und y bin ibn al оглы кызы'.split(' '),
);
const wordsMax = 4;
const candidatesMax = 4_000;

/**
 * All that may be a person's or a company's full name: two to four words in a row that begin with capitals,
 * or, where `anyCase` says that somebody typed in haste, any two to four words.
 */
export function nameCandidates(texts: string[], { anyCase = false }: { anyCase?: boolean } = {}): string[] {
  const found = new Set<string>();
  for (const text of texts) {
    // Words of a name stand side by side on a line; a mark between them ends it, but for the point of an initial.
    for (const row of text.matchAll(/[\p{L}\p{M}\p{N}&'’.-]+(?:[ \u00a0]{1,3}[\p{L}\p{M}\p{N}&'’.-]+)+/gu)) {
      const words = row[0].split(/[ \u00a0]+/).map(word => word.replace(/[.'’-]+$/, ''));
      for (let from = 0; from < words.length; from += 1) {
        if (!anyCase && !isCapital(words[from])) continue;
        for (let to = from + 2; to <= Math.min(words.length, from + wordsMax); to += 1) {
          const part = words.slice(from, to);
          if (!anyCase && !part.every(word => isCapital(word) || particles.has(word))) break;
          if (anyCase || isCapital(part.at(-1))) found.add(part.join(' '));
          if (found.size >= candidatesMax) return [...found];
        }
      }
    }
  }
  return [...found];
}

function isCapital(word: string | undefined): boolean {
  return word !== undefined && /^['’]?[\p{Lu}\p{Lt}]/u.test(word);
}
