import type { Tx } from '../db/index.ts';
import type { TenantId } from '../kernel/index.ts';

export interface Correction {
  word: string;
  /** .85 for each letter that differs. */
  share: number;
}

const wordsMax = 6;
const candidatesMax = 3000;
const correctionsMax = 3;
const sharePerEdit = 0.85;

/**
 * What unknown words may have been meant to be: words of the tenant's passages with the same first letter, one
 * letter away from four letters on, two from eight on. Codes and numbers are never corrected.
 */
export async function correctionsOf(
  tx: Tx,
  tenantId: TenantId,
  unknown: string[],
): Promise<Map<string, Correction[]>> {
  const corrections = new Map<string, Correction[]>();
  for (const word of unknown.filter(isCorrectable).slice(0, wordsMax)) {
    const near = (await selectVocabulary(tx, tenantId, word))
      .flatMap(candidate => {
        const edits = editsBetween(word, candidate, editsMax(word));
        return edits === null ? [] : [{ word: candidate, share: sharePerEdit ** edits }];
      })
      .sort((a, b) => b.share - a.share || (a.word < b.word ? -1 : 1));
    const best = near[0]?.share ?? 0;
    corrections.set(word, near.filter(({ share }) => share === best).slice(0, correctionsMax));
  }
  return corrections;
}

function isCorrectable(word: string): boolean {
  return word.length >= 4 && /^\p{L}+$/u.test(word);
}

function editsMax(word: string): number {
  return word.length >= 8 ? 2 : 1;
}

/** Exact terms that begin like a word and are about as long; read in the order of the index. */
async function selectVocabulary(tx: Tx, tenantId: TenantId, word: string): Promise<string[]> {
  const first = String.fromCodePoint(word.codePointAt(0) ?? 0);
  const reach = editsMax(word);
  const { rows } = await tx.raw(
    `
    select distinct t.term
    from passage_terms t
    where t.tenant_id = :tenantId and t.term >= :from and t.term < :until
      and length(t.term) between :shortest and :longest
    limit :candidatesMax`,
    {
      tenantId,
      from: `=${first}`,
      until: `=${String.fromCodePoint((first.codePointAt(0) ?? 0) + 1)}`,
      shortest: word.length + 1 - reach,
      longest: word.length + 1 + reach,
      candidatesMax,
    },
  );
  return (rows as { term: string }[]).map(({ term }) => term.slice(1));
}

/** Letters added, left out, changed, or swapped with their neighbour; null when there are more than `most`. */
export function editsBetween(one: string, other: string, most: number): number | null {
  if (Math.abs(one.length - other.length) > most) return null;
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const differs = one[i - 1] === other[j - 1] ? 0 : 1;
      let edits = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + differs);
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) {
        edits = Math.min(edits, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(edits);
    }
    beforeLast = last;
    last = row;
  }
  const edits = last[other.length] ?? 0;
  return edits <= most ? edits : null;
}
