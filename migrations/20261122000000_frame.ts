import type { Knex } from 'knex';

/**
 * The frame: tenants and their keys, Kommo grants and users, knowledge, conversations, usage, audit.
 *
 * Every tenant table has a key that begins with tenant_id and stands behind a forced row policy for the
 * role cardwise_app, which owns nothing and cannot bypass it. With no tenant set the policy compares with
 * null, so no row is seen. The few tables without a tenant only route to one, or wait until it is known.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    do $$ begin
      if not exists (select from pg_roles where rolname = 'cardwise_app') then
        create role cardwise_app nologin nosuperuser nobypassrls;
      end if;
    end $$;
    create extension if not exists vector;
    grant usage on schema public to cardwise_app;
  `);
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
  await knex.raw('revoke update, delete on audit_events from cardwise_app');
}

export async function down(): Promise<void> {
  throw new Error('The first migration has nothing to go back to: drop the database instead.');
}

const walled = [
  'tenants',
  'tenant_keys',
  'leases',
  'audit_events',
  'usage_days',
  'usage_entries',
  'idempotency_keys',
  'kommo_grants',
  'kommo_users',
  'sessions',
  'documents',
  'document_versions',
  'passages',
  'passage_terms',
  'embedding_spaces',
  'passage_embeddings',
  'conversations',
  'messages',
  'runs',
  'citations',
  'feedback',
];

const routing = `
  -- Which tenant an account is; known before any tenant is.
  create table tenant_routes (
    client_uuid text not null,
    account_id bigint not null,
    tenant_id uuid not null unique,
    origin text not null,
    -- False while the integration is not installed there; the row stays, so that a new install finds the tenant.
    active boolean not null default true,
    primary key (client_uuid, account_id)
  );
  -- An account may leave its address to another one, or connect a second integration.
  create unique index tenant_routes_active_origin on tenant_routes (origin) where active;
  -- Codes Kommo sent, kept until they are exchanged: they are sent once and never again.
  create table pending_installs (
    id uuid primary key,
    origin text not null,
    client_uuid text not null,
    sealed_code bytea not null,
    -- The pair the code was exchanged for, kept until the tenant holds it: the code works only once.
    sealed_tokens bytea,
    state text not null default 'waiting' check (state in ('waiting', 'done', 'failed')),
    attempts integer not null default 0,
    -- Until then one worker has it: a code that is sent twice is refused the second time.
    claimed_until timestamptz,
    failure text,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null
  );
  create index pending_installs_waiting on pending_installs (created_at) where state = 'waiting';
  grant select, insert, update, delete on tenant_routes, pending_installs to cardwise_app;
`;

const tenantTables = `
  create table tenants (
    tenant_id uuid primary key,
    account_id bigint not null,
    client_uuid text not null,
    origin text not null,
    subdomain text not null,
    name text not null,
    locale text not null default 'en',
    timezone text not null default 'UTC',
    country text,
    state text not null default 'ready' check (state in ('ready', 'reconnect-needed', 'uninstalled')),
    installed_at timestamptz not null default now(),
    uninstalled_at timestamptz,
    -- Sessions that began before this are over: uninstalling and reconnecting move it.
    sessions_valid_from timestamptz not null default now()
  );
  create table tenant_keys (
    tenant_id uuid not null,
    version integer not null,
    sealed_key bytea not null,
    created_at timestamptz not null default now(),
    primary key (tenant_id, version)
  );
  -- Serialises work across processes: a row that expires, not a lock that is held.
  create table leases (
    tenant_id uuid not null,
    name text not null,
    holder uuid not null,
    expires_at timestamptz not null,
    primary key (tenant_id, name)
  );
  create table audit_events (
    tenant_id uuid not null,
    id uuid not null,
    at timestamptz not null default now(),
    event text not null,
    actor_kind text not null check (actor_kind in ('rep', 'admin', 'operator', 'client', 'system')),
    actor_id text,
    target text,
    details jsonb not null default '{}',
    primary key (tenant_id, id)
  );
  create table usage_days (
    tenant_id uuid not null,
    day date not null,
    reserved_micros bigint not null default 0 check (reserved_micros >= 0),
    settled_micros bigint not null default 0,
    primary key (tenant_id, day)
  );
  create table usage_entries (
    tenant_id uuid not null,
    id uuid not null,
    day date not null,
    purpose text not null,
    run_id uuid,
    model text not null,
    state text not null default 'reserved' check (state in ('reserved', 'settled', 'released')),
    reserved_micros bigint not null,
    cost_micros bigint,
    input_tokens integer,
    output_tokens integer,
    created_at timestamptz not null default now(),
    settled_at timestamptz,
    primary key (tenant_id, id)
  );
  create index usage_entries_open on usage_entries (tenant_id, created_at) where state = 'reserved';
  create table idempotency_keys (
    tenant_id uuid not null,
    actor text not null,
    key text not null,
    route text not null,
    request_hash text not null,
    result jsonb,
    created_at timestamptz not null default now(),
    primary key (tenant_id, actor, key)
  );

  create table kommo_grants (
    tenant_id uuid primary key references tenants,
    sealed_access_token bytea not null,
    sealed_refresh_token bytea not null,
    access_expires_at timestamptz not null,
    -- Grows with every pair of tokens, so that a process sees that another one refreshed.
    revision integer not null default 1,
    updated_at timestamptz not null default now()
  );
  create table kommo_users (
    tenant_id uuid not null,
    user_id bigint not null,
    name text not null,
    locale text,
    group_id bigint,
    is_admin boolean not null,
    is_active boolean not null,
    rights jsonb not null,
    synced_at timestamptz not null,
    primary key (tenant_id, user_id)
  );
  create table sessions (
    tenant_id uuid not null,
    id uuid not null,
    jti text not null,
    user_id bigint not null,
    origin text not null,
    token_expires_at timestamptz not null,
    revoked_at timestamptz,
    created_at timestamptz not null default now(),
    primary key (tenant_id, id),
    unique (tenant_id, jti)
  );

  create table documents (
    tenant_id uuid not null,
    id uuid not null,
    title text not null,
    file_name text not null,
    media_type text not null,
    state text not null default 'queued' check (state in ('queued', 'indexing', 'ready', 'failed', 'deleted')),
    stage text,
    progress_done integer not null default 0,
    progress_total integer not null default 0,
    failure_code text,
    failure_detail text,
    -- The version that answers searches: replacing or deleting a document is one change of this column.
    current_version_id uuid,
    -- The space in which every passage of that version has its vector.
    embedded_space_id uuid,
    -- Which delivery of the job may write; a later one takes it away from an earlier one.
    claim_id uuid,
    attempts integer not null default 0,
    created_by text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    deleted_at timestamptz,
    primary key (tenant_id, id)
  );
  create index documents_current on documents (tenant_id, current_version_id) where current_version_id is not null;
  create index documents_unfinished on documents (tenant_id, updated_at) where state in ('queued', 'indexing');
  create table document_versions (
    tenant_id uuid not null,
    id uuid not null,
    document_id uuid not null,
    number integer not null,
    file_key text not null,
    file_hash text not null,
    size_bytes bigint not null,
    media_type text not null,
    text text,
    -- Characters outside the basic plane make SQL count differently from UTF-16.
    text_has_astral boolean not null default false,
    language text,
    -- Of its passages, without repetition.
    languages text[] not null default '{}',
    passage_count integer not null default 0,
    page_offsets integer[],
    created_at timestamptz not null default now(),
    indexed_at timestamptz,
    primary key (tenant_id, id),
    unique (tenant_id, document_id, number),
    foreign key (tenant_id, document_id) references documents
  );
  create table passages (
    tenant_id uuid not null,
    id uuid not null,
    document_id uuid not null,
    version_id uuid not null,
    ordinal integer not null,
    -- UTF-16 code units of the version's text.
    start_offset integer not null,
    end_offset integer not null,
    body text not null,
    -- The headings above it that are not in its body; searched and embedded with it.
    heading text not null,
    content_hash text not null,
    language text not null,
    word_count integer not null,
    primary key (tenant_id, id),
    unique (tenant_id, version_id, ordinal),
    foreign key (tenant_id, version_id) references document_versions
  );
  -- The inverted index of a version. Not a GIN index over tsvector, because @@ is not leakproof: behind a
  -- row policy PostgreSQL never uses such an index. Equality and order of text are, so a btree serves.
  create table passage_terms (
    tenant_id uuid not null,
    term text collate "C" not null,
    version_id uuid not null,
    -- Ordinals of the passages with this term, and its BM25 weight in each, in step.
    ordinals integer[] not null,
    weights real[] not null,
    primary key (tenant_id, term, version_id),
    foreign key (tenant_id, version_id) references document_versions
  );
  -- For dropping a version. Without the tenant in front, so that no search is tempted to read it.
  create index passage_terms_of_version on passage_terms (version_id);
  create table embedding_spaces (
    tenant_id uuid not null,
    id uuid not null,
    model text not null,
    dimensions integer not null,
    created_at timestamptz not null default now(),
    -- When filling it failed last; it is left alone for an hour then.
    failed_at timestamptz,
    primary key (tenant_id, id),
    unique (tenant_id, model, dimensions)
  );
  create table passage_embeddings (
    tenant_id uuid not null,
    space_id uuid not null,
    -- Keyed by content, so that a new version embeds only what changed.
    content_hash text not null,
    embedding vector not null,
    created_at timestamptz not null default now(),
    primary key (tenant_id, space_id, content_hash),
    foreign key (tenant_id, space_id) references embedding_spaces
  );

  create table conversations (
    tenant_id uuid not null,
    id uuid not null,
    lead_id bigint not null,
    visibility text not null check (visibility in ('shared', 'private')),
    -- Whose private thread it is; 0 for the shared one, so that the pair is unique.
    owner_user_id bigint not null default 0,
    created_at timestamptz not null default now(),
    primary key (tenant_id, id),
    unique (tenant_id, lead_id, visibility, owner_user_id),
    check ((visibility = 'shared') = (owner_user_id = 0))
  );
  create table messages (
    tenant_id uuid not null,
    id uuid not null,
    conversation_id uuid not null,
    role text not null check (role in ('rep', 'assistant')),
    author_user_id bigint,
    author_name text not null,
    text text not null,
    run_id uuid,
    offline boolean not null default false,
    created_at timestamptz not null default now(),
    primary key (tenant_id, id),
    foreign key (tenant_id, conversation_id) references conversations
  );
  create index messages_of_conversation on messages (tenant_id, conversation_id, id);
  create table runs (
    tenant_id uuid not null,
    id uuid not null,
    conversation_id uuid not null,
    question_id uuid not null,
    answer_id uuid not null,
    actor_user_id bigint not null,
    locale text not null,
    state text not null default 'running' check (state in ('running', 'done', 'failed', 'cancelled', 'interrupted')),
    model text not null,
    offline boolean not null,
    -- What has been said so far, written now and then; the message's text when the run ends.
    draft text not null default '',
    error_code text,
    error_detail text,
    error_retryable boolean,
    process_id uuid not null,
    heartbeat_at timestamptz not null default now(),
    cancel_requested_at timestamptz,
    -- When a reader in another process last asked for it.
    followed_at timestamptz,
    started_at timestamptz not null default now(),
    ended_at timestamptz,
    input_tokens integer,
    output_tokens integer,
    cost_micros bigint,
    primary key (tenant_id, id),
    foreign key (tenant_id, conversation_id) references conversations
  );
  create index runs_running on runs (tenant_id, heartbeat_at) where state = 'running';
  create table citations (
    tenant_id uuid not null,
    id uuid not null,
    message_id uuid not null,
    number integer not null,
    kind text not null check (kind in ('document', 'lead')),
    document_id uuid,
    version_id uuid,
    start_offset integer,
    end_offset integer,
    title text not null,
    quote text not null,
    record text,
    record_id text,
    record_at timestamptz,
    primary key (tenant_id, id),
    unique (tenant_id, message_id, number),
    check ((kind = 'document') = (version_id is not null and document_id is not null
      and start_offset is not null and end_offset is not null))
  );
  create table feedback (
    tenant_id uuid not null,
    message_id uuid not null,
    user_id bigint not null,
    rating text not null check (rating in ('up', 'down')),
    reason text,
    comment text,
    updated_at timestamptz not null default now(),
    primary key (tenant_id, message_id, user_id)
  );
`;
