import type { Knex } from 'knex';

/**
 * Sources: where documents come from by themselves, what was seen of them, and pairs of question and answer
 * that wait for a person. Documents learn their source, versions what they were restored from.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table documents
      -- Null for what a person or a program gave us.
      add column source_id uuid,
      -- What the source, or the program that sends documents, calls it.
      add column external_id text,
      -- Where a person finds the original.
      add column address text,
      drop constraint documents_state_check,
      add constraint documents_state_check
        check (state in ('queued', 'indexing', 'paused', 'ready', 'failed', 'deleted')),
      -- When the text and the files of a deleted document went.
      add column purged_at timestamptz;
    create unique index documents_external on documents (tenant_id, source_id, external_id) nulls not distinct
      where external_id is not null and state <> 'deleted';
    create index documents_unpurged on documents (tenant_id, deleted_at) where state = 'deleted' and purged_at is null;
    alter table document_versions
      -- Start and end of each passage, in turn: what comparing needs once the passages themselves are gone.
      add column passage_spans integer[],
      -- What a person should know about how the file was read.
      add column notice text,
      -- The number of the older version whose file this one is.
      add column restored_from integer,
      add column purged_at timestamptz;

    create table sources (
      tenant_id uuid not null,
      id uuid not null,
      kind text not null check (kind in ('page', 'site', 'archive', 'products', 'conversations')),
      title text not null,
      settings jsonb not null default '{}',
      state text not null default 'queued'
        check (state in ('queued', 'syncing', 'paused', 'ready', 'failed', 'deleted')),
      progress_done integer not null default 0,
      progress_total integer not null default 0,
      failure_code text,
      failure_detail text,
      -- Null where it is synchronised only when somebody asks.
      every_minutes integer check (every_minutes > 0),
      next_sync_at timestamptz,
      -- Which run through the source is going on; its pages carry it when they are done.
      sync_id uuid,
      claim_id uuid,
      attempts integer not null default 0,
      synced_at timestamptz,
      created_by text not null,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      deleted_at timestamptz,
      primary key (tenant_id, id)
    );
    create index sources_unfinished on sources (tenant_id, updated_at) where state in ('queued', 'syncing');
    create index sources_due on sources (tenant_id, next_sync_at) where next_sync_at is not null;
    -- What a source holds: pages, entries of an archive, products. It outlives the sync that found it, so that
    -- the next one knows what changed.
    create table source_items (
      tenant_id uuid not null,
      source_id uuid not null,
      -- The canonical address, or the name within the archive.
      name text not null,
      depth integer not null default 0,
      state text not null default 'waiting' check (state in ('waiting', 'kept', 'left-out', 'failed', 'gone')),
      -- The sync that looked at it last.
      sync_id uuid,
      outcome text check (outcome in ('added', 'changed', 'unchanged', 'removed', 'left-out', 'failed')),
      reason text,
      etag text,
      last_modified text,
      content_hash text,
      document_id uuid,
      updated_at timestamptz not null default now(),
      primary key (tenant_id, source_id, name),
      foreign key (tenant_id, source_id) references sources
    );
    create index source_items_open on source_items (tenant_id, source_id, sync_id, depth);
    create table question_drafts (
      tenant_id uuid not null,
      id uuid not null,
      -- Where it was said, so that it is proposed once.
      origin text not null,
      lead_id bigint,
      question text not null,
      answer text not null,
      language text not null default 'und',
      state text not null default 'open' check (state in ('open', 'accepted', 'refused')),
      document_id uuid,
      decided_by text,
      decided_at timestamptz,
      created_at timestamptz not null default now(),
      primary key (tenant_id, id),
      unique (tenant_id, origin)
    );
  `);
  for (const table of ['sources', 'source_items', 'question_drafts']) {
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

export async function down(): Promise<void> {
  throw new Error('Going back would lose where documents come from: restore a backup instead.');
}
