/** A place where the same words stand. */
export interface Place {
  documentId: string;
  versionId: string;
  title: string;
  start: number;
  end: number;
}

/**
 * Shows the same words once: what several documents say alike is one result, the best of them, with the places
 * of the others. Differences in white space are none.
 */
export function mergeIdentical<T extends Place & { body: string }>(found: T[]): (T & { alsoIn: Place[] })[] {
  const merged = new Map<string, T & { alsoIn: Place[] }>();
  for (const passage of found) {
    const words = passage.body.replaceAll(/\s+/g, ' ').trim();
    const known = merged.get(words);
    const { documentId, versionId, title, start, end } = passage;
    if (known) known.alsoIn.push({ documentId, versionId, title, start, end });
    else merged.set(words, { ...passage, alsoIn: [] });
  }
  return [...merged.values()];
}
