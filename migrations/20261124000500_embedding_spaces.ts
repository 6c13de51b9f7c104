import type { Knex } from 'knex';

/**
 * Embedding spaces have a life: one is filled while another serves, and what served before is kept for a while.
 *
 * Nothing here rewrites a table: columns are added empty, and how vectors are stored concerns new rows alone.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table embedding_spaces
      -- Half precision takes half the room; above 2,000 dimensions nothing else can be indexed.
      add column precision text not null default 'full' check (precision in ('full', 'half')),
      -- A space of before is found to be serving when it is next looked for.
      add column state text not null default 'retired' check (state in ('building', 'serving', 'retired')),
      -- Chosen for this tenant, who then does not follow the configuration.
      add column chosen boolean not null default false,
      -- Of the filling: passages gone through, and how many there were when it began.
      add column passages_done integer not null default 0,
      add column passages_total integer not null default 0,
      add column failure_code text,
      add column requested_by text,
      add column retired_at timestamptz,
      -- Since when its graph answers searches; null where its vectors are scanned.
      add column indexed_at timestamptz,
      -- The mean of its vectors, each of length 1: what a question has in common with everything.
      add column centroid vector,
      drop constraint embedding_spaces_tenant_id_model_dimensions_key;
    create unique index embedding_spaces_kind on embedding_spaces (tenant_id, model, dimensions, precision);
    create unique index embedding_spaces_open on embedding_spaces (tenant_id, state) where state <> 'retired';

    alter table passage_embeddings
      -- Of a space of half precision; the other column is null then.
      add column half halfvec,
      alter column embedding drop not null,
      -- In the row itself: looking up 800 vectors of 1,536 dimensions elsewhere took four times as long.
      alter column embedding set storage main,
      alter column half set storage main,
      -- Or it would be the part that is moved elsewhere instead.
      alter column content_hash set storage plain;
    alter table passage_embeddings
      add constraint passage_embeddings_one check (num_nonnulls(embedding, half) = 1) not valid;
  `);
}

export async function down(): Promise<void> {
  throw new Error('Going back would lose vectors of half precision: restore a backup instead.');
}
