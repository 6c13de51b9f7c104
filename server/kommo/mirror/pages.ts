import { pageSize } from './ask.ts';

/** The least that a page may hold: fewer would cost more calls than the overlap is worth. */
const leastSize = 200;

export interface PageAt {
  page: number;
  limit: number;
  /** The place in the list where it begins. */
  start: number;
}

/**
 * The page that begins a little before a place, so that it repeats the last record that was read: where that is
 * missing, records before it were deleted meanwhile and others have moved up, unread. Kommo knows pages only,
 * so the size is chosen such that one of its pages begins there.
 */
export function pageBefore(place: number): PageAt {
  let best: PageAt = { page: 1, limit: pageSize, start: 0 };
  if (place < leastSize) return best;
  for (let limit = pageSize; limit >= leastSize; limit -= 1) {
    const page = Math.floor((place - 1) / limit) + 1;
    const start = (page - 1) * limit;
    if (start > best.start) best = { page, limit, start };
  }
  return best;
}

/** Where the walk of a kind stands: in which of its lists, at which place, and the last id it met there. */
export interface Cursor {
  list: number;
  place: number;
  last: number;
}

export function readCursor(text: string): Cursor {
  const [list = 0, place = 0, last] = text === '' ? [] : text.split(':').map(Number);
  // One of an earlier release counted pages: that list begins anew.
  return last === undefined ? { list, place: 0, last: 0 } : { list, place, last };
}

export function writeCursor({ list, place, last }: Cursor): string {
  return `${list}:${place}:${last}`;
}

/**
 * Whether records between what was read and this page may have been passed over: it should repeat the last one,
 * or, where that one was deleted, begin with one before it.
 */
export function isTorn(ids: number[], { start }: PageAt, last: number): boolean {
  if (start === 0 || last === 0 || ids.includes(last)) return false;
  const isInOrder = ids.every((id, index) => index === 0 || id > (ids[index - 1] ?? 0));
  return !isInOrder || ids[0] === undefined || ids[0] > last;
}
