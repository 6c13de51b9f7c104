import type { Knex } from 'knex';

/**
 * The mirror of what Kommo holds, how far it has been read, what changed in it, and the hooks that say so.
 *
 * A record is kept whole as Kommo sent it, beside the few columns that are asked for, so that a field this
 * code does not know is there when a later one does. Times of Kommo are unix seconds, as it sends them.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(routing);
  await knex.raw(tenantTables);
  for (const table of walled) {
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
  for (const table of [...walled, 'hook_paths']) await knex.raw(`drop table ${table}`);
}

const walled = [
  'mirror_syncs',
  'mirror_records',
  'mirror_own_changes',
  'mirror_changes',
  'hook_subscriptions',
  'hook_posts',
];

const routing = `
  -- Which tenant a hook's address belongs to. The address is a secret, so only its hash is here.
  create table hook_paths (
    path_hash bytea primary key,
    tenant_id uuid not null unique
  );
  grant select, insert, update, delete on hook_paths to cardwise_app;
`;

const tenantTables = `
  -- How far each kind has been read. A walk reads all of it, page by page; a reconcile what changed since.
  create table mirror_syncs (
    tenant_id uuid not null,
    kind text not null,
    stage text not null default 'waiting' check (stage in ('waiting', 'walking', 'done', 'unavailable')),
    -- Records read by the walk that is under way, or by the last one.
    done integer not null default 0,
    -- Where the walk goes on after a crash; null while none is under way.
    cursor text,
    -- When the first walk was complete: until then the mirror does not answer for this kind.
    completed_at timestamptz,
    started_at timestamptz,
    finished_at timestamptz,
    -- Ask for a walk or a reconcile at the next turn, whatever the time.
    walk_wanted boolean not null default false,
    reconcile_wanted boolean not null default false,
    reconciled_at timestamptz,
    -- The newest updated_at a reconcile has seen.
    watermark bigint not null default 0,
    problem text,
    primary key (tenant_id, kind)
  );
  create table mirror_records (
    tenant_id uuid not null,
    kind text not null,
    id text not null,
    -- What the record hangs on: a note on its lead, a message on its talk.
    parent_kind text,
    parent_id text,
    updated_at bigint,
    -- False while only a hook has told of it.
    confirmed boolean not null default true,
    deleted_at timestamptz,
    -- When the call began that brought this body, and when a walk last met the record.
    read_at timestamptz not null,
    seen_at timestamptz not null,
    body jsonb not null,
    primary key (tenant_id, kind, id)
  );
  create index mirror_records_parent on mirror_records (tenant_id, kind, parent_kind, parent_id);
  create index mirror_records_unconfirmed on mirror_records (tenant_id, kind) where not confirmed;
  -- What we wrote into Kommo lately, so that its echo is not taken for news.
  create table mirror_own_changes (
    tenant_id uuid not null,
    id uuid not null,
    kind text not null,
    record_id text not null,
    record_updated_at bigint,
    fields jsonb not null,
    at timestamptz not null,
    primary key (tenant_id, id)
  );
  create index mirror_own_changes_record on mirror_own_changes (tenant_id, kind, record_id);
  create table mirror_changes (
    tenant_id uuid not null,
    id uuid not null,
    kind text not null,
    record_id text not null,
    change text not null check (change in ('added', 'changed', 'deleted', 'restored')),
    who text not null check (who in ('ours', 'kommo')),
    fields jsonb not null,
    record_updated_at bigint,
    at timestamptz not null,
    told_at timestamptz,
    primary key (tenant_id, id)
  );
  create index mirror_changes_record on mirror_changes (tenant_id, kind, record_id, at);
  create index mirror_changes_untold on mirror_changes (tenant_id, at) where told_at is null;

  create table hook_subscriptions (
    tenant_id uuid primary key,
    sealed_path bytea not null,
    -- The address without its secret part: a server that moved subscribes anew.
    base_url text not null,
    state text not null default 'wanted' check (state in ('wanted', 'subscribed', 'refused')),
    problem text,
    checked_at timestamptz,
    last_post_at timestamptz
  );
  -- What was acknowledged and waits to be read. The same body twice is one row: it says the same.
  create table hook_posts (
    tenant_id uuid not null,
    digest bytea not null,
    received_at timestamptz not null,
    -- How often it came, so that one that comes again while it is worked on is worked on again.
    arrivals integer not null default 1,
    attempts integer not null default 0,
    due_at timestamptz not null,
    content_type text not null,
    body bytea not null,
    primary key (tenant_id, digest)
  );
  create index hook_posts_due on hook_posts (tenant_id, due_at, received_at);
`;
