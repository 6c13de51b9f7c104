/** A place where the same words stand. */
export interface Place {
  documentId: string;
  versionId: string;
  title: string;
  start: number;
  end: number;
  /** As it stands there: only its white space may differ. */
  body: string;
}

/**
 * Shows the same words once: what several documents say alike is one result, the best of them, with the places
 * of the others. Differences in white space are none.
 */
export function mergeIdentical<T extends Place>(found: T[]): (T & { alsoIn: Place[] })[] {
  const merged = new Map<string, T & { alsoIn: Place[] }>();
  for (const passage of found) {
    const words = passage.body.replaceAll(/\s+/g, ' ').trim();
    const known = merged.get(words);
    const { documentId, versionId, title, start, end, body } = passage;
    if (known) known.alsoIn.push({ documentId, versionId, title, start, end, body });
    else merged.set(words, { ...passage, alsoIn: [] });
  }
  return [...merged.values()];
}
