import type { Knex } from 'knex';

const tables = ['search_words', 'search_keys'];

/** Search by words that are alike: the tenant's vocabulary, and where in a passage a word stands. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- How the version was indexed; one of an older kind is searched as it is until it was indexed again.
    alter table document_versions add column index_version smallint not null default 0;
    -- In which parts of each passage the term stands, a bit for every 20 words; in step with the ordinals.
    alter table passage_terms add column slots integer[];

    -- Words the tenant ever had in passages, and the languages in which they were stemmed.
    create table search_words (
      tenant_id uuid not null,
      word text collate "C" not null,
      language text not null,
      primary key (tenant_id, word, language)
    );
    -- Which words have a stem (s...) or three letters in a row (g...). A table and not an index, because the
    -- operators of GIN are not leakproof. It grows with the vocabulary, not with the texts.
    create table search_keys (
      tenant_id uuid not null,
      key text collate "C" not null,
      words text[] not null,
      primary key (tenant_id, key)
    ) with (fillfactor = 70);
  `);
  for (const table of tables) {
    await knex.raw(`
      alter table ${table} enable row level security;
      alter table ${table} force row level security;
      create policy tenant_wall on ${table}
        using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)
        with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid);
      grant select, insert, update, delete on ${table} to cardwise_app;
    `);
  }
}

export async function down(knex: Knex): Promise<void> {
  for (const table of [...tables].reverse()) await knex.raw(`drop table ${table}`);
  await knex.raw(`
    alter table passage_terms drop column slots;
    alter table document_versions drop column index_version;
  `);
}
