/** A sentence at `text.slice(start, end)`, its closing mark and no blanks around it. */
export interface Sentence {
  text: string;
  start: number;
  end: number;
}

/** Splits at ends of sentences and lines; `10.30`, `art. 5` and `3.5` stay whole. */
export function sentencesOf(text: string): Sentence[] {
  const found: Sentence[] = [];
  let start = 0;
  const close = (end: number) => {
    const raw = text.slice(start, end);
    const trimmed = raw.trim();
    if (trimmed !== '') {
      const from = start + raw.indexOf(trimmed);
      found.push({ text: trimmed, start: from, end: from + trimmed.length });
    }
    start = end;
  };
  for (const { 0: mark, index } of text.matchAll(
    /[.!?…]+["»”')]*(?=\s+[\p{Lu}¿¡«"“(\p{Extended_Pictographic}]|\s*$)|\n+|[?!]+(?=\s)/gu,
  ))
    close(index + mark.length);
  close(text.length);
  return found;
}

/** The text without these sentences, and without the gaps they leave. */
export function withoutSentences(text: string, gone: Sentence[]): string {
  let rest = '';
  let at = 0;
  for (const { start, end } of gone) {
    rest += text.slice(at, start);
    at = end;
  }
  rest += text.slice(at);
  return rest
    .replace(/[ \t]{2,}/g, ' ')
    .replace(/[ \t]+\n/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
