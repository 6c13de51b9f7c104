/** How people type: questions with slips of the finger, and without accents. The same each time. */

/** Numbers between 0 and 1 that look random and depend on the seed alone (mulberry32). */
export function randomFrom(seed: string): () => number {
  let state = 2166136261;
  for (const character of seed) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 16777619);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const letters: Record<string, string> = {
  ru: 'абвгдежзийклмнопрстуфхцчшщыьэюя',
  other: 'abcdefghijklmnopqrstuvwxyz',
};

/** One wrong letter in 30 % of the words of four letters and more, two from eight letters on in half of them. */
export function withTypos(question: string, language: string, seed: string): string {
  const random = randomFrom(`${language} ${seed}`);
  return question.replaceAll(/\p{L}+/gu, word => {
    if (word.length < 4 || random() >= 0.3) return word;
    const slips = word.length >= 8 && random() < 0.5 ? 2 : 1;
    let spoilt = word;
    for (let slip = 0; slip < slips; slip += 1) spoilt = slipOnce(spoilt, language, random);
    return spoilt;
  });
}

function slipOnce(word: string, language: string, random: () => number): string {
  const alphabet = letters[language] ?? letters.other ?? '';
  const at = Math.floor(random() * word.length);
  const letter = alphabet[Math.floor(random() * alphabet.length)] ?? 'e';
  switch (Math.floor(random() * 4)) {
    case 0:
      return word.slice(0, at) + letter + word.slice(at);
    case 1:
      return word.slice(0, at) + word.slice(at + 1);
    case 2:
      return word.slice(0, at) + letter + word.slice(at + 1);
    default:
      return (
        word.slice(0, at) +
        word
          .slice(at, at + 2)
          .split('')
          .reverse()
          .join('') +
        word.slice(at + 2)
      );
  }
}

/** As typed on a keyboard that has no accents; in Russian, ё as е. */
export function withoutAccents(question: string): string {
  return question
    .replaceAll(/[\p{Script=Latin}]\p{M}*/gu, letter => letter.normalize('NFD').replaceAll(/\p{M}+/gu, ''))
    .replaceAll('ı', 'i')
    .replaceAll('ß', 'ss')
    .replaceAll('ё', 'е')
    .replaceAll('Ё', 'Е');
}

/** The ways in which each question is asked. */
export const spoilings = {
  plain: (question: string, _language: string, _seed: string) => question,
  typos: withTypos,
  bare: (question: string, _language: string, _seed: string) => withoutAccents(question),
};
