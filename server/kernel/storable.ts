/** A text as the database takes it: no NUL, no half of a surrogate pair, no space around it. */
export function storable(text: string): string {
  return text.replaceAll('\u0000', '').toWellFormed().trim();
}
