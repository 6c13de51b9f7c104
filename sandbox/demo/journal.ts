/**
 * The history of a demo lead as a few lines of text: `<time> <mark> <author>: <text>`.
 *
 * Time: `3d 4h 10m` ago, `+2d` from now. Marks: `<` the client writes, `>` we write, `#` note, `@` incoming call,
 * `*` service message, `!` open task due at that time, `v` done task (`=>` its result). The author is a user's key
 * and may be left out.
 */
export type Mark = '<' | '>' | '#' | '@' | '*' | '!' | 'v';

export interface Entry {
  at: number;
  mark: Mark;
  author: string | null;
  text: string;
}

const unitSeconds: Record<string, number> = { d: 86_400, h: 3600, m: 60 };

/** Unix seconds of a relative time. */
export function timeOf(text: string, now: number): number {
  const ahead = text.startsWith('+');
  const parts = [...text.matchAll(/(\d+)([dhm])/g)];
  if (parts.length === 0) throw new Error(`Not a time: ${text}`);
  const seconds = parts.reduce(
    (sum, [, count, unit]) => sum + Number(count) * (unitSeconds[unit ?? ''] ?? 0),
    0,
  );
  return ahead ? now + seconds : now - seconds;
}

export function readJournal(journal: string, now: number, authors: string[]): Entry[] {
  return journal
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '')
    .map(line => {
      const match = /^(\+?(?:\d+[dhm] ?)+)\s*([<>#@*!v])\s+(?:([a-z]+): )?(.+)$/.exec(line);
      const [, time, mark, author, text] = match ?? [];
      if (!time || !mark || !text) throw new Error(`Not a journal line: ${line}`);
      const known = author !== undefined && authors.includes(author);
      return {
        at: timeOf(time, now),
        mark: mark as Mark,
        author: known ? author : null,
        text: (known || author === undefined ? text : `${author}: ${text}`).replaceAll('\\n', '\n'),
      };
    });
}
