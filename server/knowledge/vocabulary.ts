import type { Tx } from '../db/index.ts';
import type { TenantId } from '../kernel/index.ts';
import { threesOf } from './letters.ts';
import { type StemKey, stemsOf } from './stems.ts';

/** Words a question could be compared with by their letters; numbers and codes are compared as they are. */
export function isWordlike(folded: string): boolean {
  return folded.length >= 3 && /^[\p{L}\p{M}]+$/u.test(folded);
}

export const stemKey = (stem: string) => `s${stem}`;
export const threeKey = (three: string) => `g${three}`;

/** Held by who learns words, and by who forgets them alone. */
export const vocabularyLock = 4_203;

/**
 * Adds words to the tenant's vocabulary, so that questions can find them by their stems and by words that are
 * alike. In one transaction: words that are known have all their keys.
 *
 * Rows are written in the order of their keys, so that two documents at once wait for each other and no more.
 */
export async function learnWords(tx: Tx, tenantId: TenantId, words: StemKey[]): Promise<void> {
  await tx.raw('select pg_advisory_xact_lock_shared(?::int, hashtext(?))', [vocabularyLock, tenantId]);
  const unique = new Map(words.map(word => [`${word.folded}\u0000${word.language}`, word]));
  const sorted = [...unique].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, word]) => word);
  const { rows } = await tx.raw(
    `
    with before as (
      select distinct word from search_words
      where tenant_id = :tenantId and word = any(cast(:words as text[]))
    ), added as (
      insert into search_words (tenant_id, word, language)
      select cast(:tenantId as uuid), word, language
      from unnest(cast(:words as text[]), cast(:languages as text[])) as given(word, language)
      on conflict do nothing
      returning word, language
    )
    select added.word, added.language, before.word is null as "isNew"
    from added left join before on before.word = added.word`,
    {
      tenantId,
      words: sorted.map(({ folded }) => folded),
      languages: sorted.map(({ language }) => language),
    },
  );
  const added = rows as { word: string; language: string; isNew: boolean }[];
  if (added.length === 0) return;
  const stems = await stemsOf(
    tx,
    added.flatMap(({ word, language }) => unique.get(`${word}\u0000${language}`) ?? []),
  );
  const held = new Map<string, Set<string>>();
  const hold = (key: string, word: string) => held.set(key, (held.get(key) ?? new Set()).add(word));
  for (const { word, language, isNew } of added) {
    for (const stem of stems.get(`${language} ${word}`) ?? []) hold(stemKey(stem), word);
    if (isNew && isWordlike(word)) for (const three of threesOf(word)) hold(threeKey(three), word);
  }
  const keys = [...held.keys()].sort();
  await tx.raw(
    `
    insert into search_keys (tenant_id, key, words)
    select cast(:tenantId as uuid), key, string_to_array(words, ' ')
    from unnest(cast(:keys as text[]), cast(:held as text[])) as given(key, words)
    on conflict (tenant_id, key) do update set words = search_keys.words || excluded.words`,
    { tenantId, keys, held: keys.map(key => [...(held.get(key) ?? [])].join(' ')) },
  );
}
