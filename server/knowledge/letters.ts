/**
 * The runs of three letters in a folded word, its borders included. Cyrillic is written in Latin letters for
 * this, so that a name is found across the two scripts.
 */
export function threesOf(folded: string): string[] {
  const framed = `^${latin(folded)}$`;
  const threes = new Set<string>();
  for (let at = 0; at + 3 <= framed.length; at += 1) threes.add(framed.slice(at, at + 3));
  return [...threes];
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
