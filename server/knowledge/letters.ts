/**
 * The runs of three letters in a folded word, its borders included, each once. Cyrillic is written in Latin letters for
 * this, so that a name is found across the two scripts.
 */
export function threesOf(folded: string): string[] {
  return [...new Set(runsOf(folded, 3))];
}

/** The same of four letters, each as often as it stands there; a shorter word is one run. */
export function foursOf(folded: string): string[] {
  return runsOf(folded, 4);
}

function runsOf(folded: string, length: number): string[] {
  const framed = `^${latin(folded)}$`;
  if (framed.length <= length) return [framed];
  const runs: string[] = [];
  for (let at = 0; at + length <= framed.length; at += 1) runs.push(framed.slice(at, at + length));
  return runs;
}

function latin(folded: string): string {
  return folded.replaceAll(/[а-я]/g, letter => inLatin[letter] ?? '');
}

const inLatin: Record<string, string> = {
  а: 'a',
  б: 'b',
  в: 'v',
  г: 'g',
  д: 'd',
  е: 'e',
  ж: 'zh',
  з: 'z',
  и: 'i',
  й: 'y',
  к: 'k',
  л: 'l',
  м: 'm',
  н: 'n',
  о: 'o',
  п: 'p',
  р: 'r',
  с: 's',
  т: 't',
  у: 'u',
  ф: 'f',
  х: 'h',
  ц: 'ts',
  ч: 'ch',
  ш: 'sh',
  щ: 'sch',
  ы: 'y',
  э: 'e',
  ю: 'yu',
  я: 'ya',
};
