export type KeyVerb = 'approve' | 'edit' | 'refuse' | 'undo' | 'next' | 'previous';

const LETTERS: Record<string, KeyVerb> = { a: 'approve', e: 'edit', r: 'refuse', u: 'undo' };
const OTHERS: Record<string, KeyVerb> = { ArrowDown: 'next', ArrowUp: 'previous' };

export type Key = Pick<
  KeyboardEvent,
  'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'repeat' | 'isComposing'
>;

/**
 * What a key means on a card; `null` for every other key, and for one that is held down.
 *
 * Where the keyboard writes no Latin letters, the key in the same place counts.
 */
export function verbOfKey({ key, code, ctrlKey, metaKey, altKey, repeat, isComposing }: Key): KeyVerb | null {
  if (ctrlKey || metaKey || altKey || isComposing) return null;
  const other = OTHERS[key];
  if (other) return other;
  if (repeat || key.length !== 1) return null;
  const letter = key.toLowerCase();
  return LETTERS[/[a-z]/.test(letter) ? letter : code.replace(/^Key/, '').toLowerCase()] ?? null;
}

const FIELDS = 'input, textarea, select, [contenteditable]';

/** A letter that goes into a field is never a decision. */
export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest(FIELDS) !== null;
