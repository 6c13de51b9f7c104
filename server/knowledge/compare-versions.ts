export interface ReadVersion {
  text: string;
  /** Start and end of each passage, in turn; null where it was read before these were kept. */
  spans: number[] | null;
}

export interface PassageAt {
  start: number;
  end: number;
  text: string;
}

export interface PassageDiff {
  /** In the order of the newer text. */
  added: PassageAt[];
  /** In the order of the older text. */
  removed: PassageAt[];
  kept: number;
}

/** What one version says that the other does not, passage by passage; the same words elsewhere count as kept. */
export function diffPassages(older: ReadVersion, newer: ReadVersion): PassageDiff {
  const before = passagesOf(older);
  const after = passagesOf(newer);
  const left = new Map<string, number>();
  for (const { text } of before) left.set(text, (left.get(text) ?? 0) + 1);
  const added = after.filter(({ text }) => !take(left, text));
  const has = new Map<string, number>();
  for (const { text } of after) has.set(text, (has.get(text) ?? 0) + 1);
  const removed = before.filter(({ text }) => !take(has, text));
  return { added, removed, kept: before.length - removed.length };
}

function take(counts: Map<string, number>, text: string): boolean {
  const count = counts.get(text) ?? 0;
  counts.set(text, count - 1);
  return count > 0;
}

function passagesOf({ text, spans }: ReadVersion): PassageAt[] {
  const passages: PassageAt[] = [];
  if (spans === null) {
    for (const paragraph of text.matchAll(/\S(?:(?!\n\s*\n)[\s\S])*/g)) {
      const start = paragraph.index;
      passages.push({ start, end: start + paragraph[0].length, text: paragraph[0] });
    }
    return passages;
  }
  for (let at = 0; at + 1 < spans.length; at += 2) {
    const [start = 0, end = 0] = [spans[at], spans[at + 1]];
    passages.push({ start, end, text: text.slice(start, end) });
  }
  return passages;
}
