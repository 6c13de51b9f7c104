-- The sum of all migrations. Written by scripts/schema.sh; change a migration, not this file.

CREATE SCHEMA public;

COMMENT ON SCHEMA public IS 'standard public schema';

CREATE FUNCTION public.audit_head_grows() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
  begin
    if new.tenant_id <> old.tenant_id or new.seq <> old.seq + 1 then
      raise exception 'the audit log only grows' using errcode = '42501';
    end if;
    return new;
  end $$;

CREATE FUNCTION public.tenants_where(tenants uuid[], condition text, given jsonb) RETURNS SETOF uuid
    LANGUAGE plpgsql
    AS $$
    declare
      tenant uuid;
      holds boolean;
    begin
      foreach tenant in array tenants loop
        perform set_config('app.tenant_id', tenant::text, true);
        execute 'select ' || condition into holds using tenant, given;
        if holds then
          return next tenant;
        end if;
      end loop;
      perform set_config('app.tenant_id', '', true);
    end $$;

CREATE TABLE public.agent_publications (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    agent_id uuid NOT NULL,
    version integer NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    result jsonb,
    requested_by text NOT NULL,
    holder uuid,
    heartbeat_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT agent_publications_kind_check CHECK ((kind = ANY (ARRAY['publish'::text, 'roll-back'::text]))),
    CONSTRAINT agent_publications_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'running'::text, 'published'::text, 'refused'::text, 'failed'::text])))
);

ALTER TABLE ONLY public.agent_publications FORCE ROW LEVEL SECURITY;

CREATE TABLE public.agent_versions (
    tenant_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    number integer NOT NULL,
    definition jsonb NOT NULL,
    digest text NOT NULL,
    note text,
    created_by text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.agent_versions FORCE ROW LEVEL SECURITY;

CREATE TABLE public.agents (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    draft jsonb NOT NULL,
    draft_revision integer DEFAULT 1 NOT NULL,
    published_version integer,
    is_default boolean DEFAULT false NOT NULL,
    killed_at timestamp with time zone,
    killed_by text,
    deleted_at timestamp with time zone,
    created_by text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.agents FORCE ROW LEVEL SECURITY;

CREATE TABLE public.audit_events (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    event text NOT NULL,
    actor_kind text NOT NULL,
    actor_id text,
    target text,
    details jsonb DEFAULT '{}'::jsonb NOT NULL,
    seq bigint,
    previous_hash text,
    hash text,
    CONSTRAINT audit_events_actor_kind_check CHECK ((actor_kind = ANY (ARRAY['rep'::text, 'admin'::text, 'operator'::text, 'client'::text, 'system'::text])))
);

ALTER TABLE ONLY public.audit_events FORCE ROW LEVEL SECURITY;

CREATE TABLE public.audit_heads (
    tenant_id uuid NOT NULL,
    seq bigint NOT NULL,
    hash text NOT NULL
);

ALTER TABLE ONLY public.audit_heads FORCE ROW LEVEL SECURITY;

CREATE TABLE public.bot_waits (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    lead_id bigint NOT NULL,
    return_url text NOT NULL,
    received_at timestamp with time zone NOT NULL,
    continued_at timestamp with time zone
);

ALTER TABLE ONLY public.bot_waits FORCE ROW LEVEL SECURITY;

CREATE TABLE public.budget_alerts (
    tenant_id uuid NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    scope text NOT NULL,
    scope_id text NOT NULL,
    day date NOT NULL,
    measure text NOT NULL,
    percent integer NOT NULL,
    spent bigint NOT NULL,
    cap bigint NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT budget_alerts_measure_check CHECK ((measure = ANY (ARRAY['micros'::text, 'tokens'::text])))
);

ALTER TABLE ONLY public.budget_alerts FORCE ROW LEVEL SECURITY;

CREATE TABLE public.budget_settings (
    tenant_id uuid NOT NULL,
    settings jsonb NOT NULL,
    updated_by text NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.budget_settings FORCE ROW LEVEL SECURITY;

CREATE TABLE public.citations (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    message_id uuid NOT NULL,
    number integer NOT NULL,
    kind text NOT NULL,
    document_id uuid,
    version_id uuid,
    start_offset integer,
    end_offset integer,
    title text NOT NULL,
    quote text NOT NULL,
    record text,
    record_id text,
    record_at timestamp with time zone,
    CONSTRAINT citations_check CHECK (((kind = 'document'::text) = ((version_id IS NOT NULL) AND (document_id IS NOT NULL) AND (start_offset IS NOT NULL) AND (end_offset IS NOT NULL)))),
    CONSTRAINT citations_kind_check CHECK ((kind = ANY (ARRAY['document'::text, 'lead'::text])))
);

ALTER TABLE ONLY public.citations FORCE ROW LEVEL SECURITY;

CREATE TABLE public.conversation_summaries (
    tenant_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    covers_message_id uuid,
    person text NOT NULL,
    key_id uuid,
    sealed bytea,
    made_by text,
    due_at timestamp with time zone,
    claimed_until timestamp with time zone,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT conversation_summaries_check CHECK (((sealed IS NULL) = (key_id IS NULL))),
    CONSTRAINT conversation_summaries_made_by_check CHECK ((made_by = ANY (ARRAY['model'::text, 'rules'::text])))
);

ALTER TABLE ONLY public.conversation_summaries FORCE ROW LEVEL SECURITY;

CREATE TABLE public.conversations (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    lead_id bigint NOT NULL,
    visibility text NOT NULL,
    owner_user_id bigint DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT conversations_check CHECK (((visibility = 'shared'::text) = (owner_user_id = 0))),
    CONSTRAINT conversations_visibility_check CHECK ((visibility = ANY (ARRAY['shared'::text, 'private'::text])))
);

ALTER TABLE ONLY public.conversations FORCE ROW LEVEL SECURITY;

CREATE TABLE public.custom_tools (
    tenant_id uuid NOT NULL,
    name text NOT NULL,
    title text NOT NULL,
    description text NOT NULL,
    definition jsonb NOT NULL,
    pinned jsonb,
    sealed_headers bytea,
    enabled boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.custom_tools FORCE ROW LEVEL SECURITY;

CREATE TABLE public.document_versions (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    document_id uuid NOT NULL,
    number integer NOT NULL,
    file_key text NOT NULL,
    file_hash text NOT NULL,
    size_bytes bigint NOT NULL,
    media_type text NOT NULL,
    text text,
    text_has_astral boolean DEFAULT false NOT NULL,
    language text,
    languages text[] DEFAULT '{}'::text[] NOT NULL,
    passage_count integer DEFAULT 0 NOT NULL,
    page_offsets integer[],
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    indexed_at timestamp with time zone,
    index_version smallint DEFAULT 0 NOT NULL,
    passage_spans integer[],
    notice text,
    restored_from integer,
    purged_at timestamp with time zone
);

ALTER TABLE ONLY public.document_versions FORCE ROW LEVEL SECURITY;

CREATE TABLE public.documents (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    title text NOT NULL,
    file_name text NOT NULL,
    media_type text NOT NULL,
    state text DEFAULT 'queued'::text NOT NULL,
    stage text,
    progress_done integer DEFAULT 0 NOT NULL,
    progress_total integer DEFAULT 0 NOT NULL,
    failure_code text,
    failure_detail text,
    current_version_id uuid,
    embedded_space_id uuid,
    claim_id uuid,
    attempts integer DEFAULT 0 NOT NULL,
    created_by text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    deleted_at timestamp with time zone,
    source_id uuid,
    external_id text,
    address text,
    purged_at timestamp with time zone,
    tags text[] DEFAULT '{}'::text[] NOT NULL,
    CONSTRAINT documents_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'indexing'::text, 'paused'::text, 'ready'::text, 'failed'::text, 'deleted'::text])))
);

ALTER TABLE ONLY public.documents FORCE ROW LEVEL SECURITY;

CREATE TABLE public.effects (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    proposal_id uuid NOT NULL,
    lead_id bigint NOT NULL,
    purpose text NOT NULL,
    action text NOT NULL,
    arguments jsonb NOT NULL,
    seen jsonb NOT NULL,
    acting_user_id bigint NOT NULL,
    locale text NOT NULL,
    state text DEFAULT 'queued'::text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    claim_id uuid,
    claimed_at timestamp with time zone,
    claimed_until timestamp with time zone,
    next_attempt_at timestamp with time zone NOT NULL,
    mark jsonb,
    sent_at timestamp with time zone,
    error_code text,
    error_detail text,
    result jsonb,
    made text,
    created_at timestamp with time zone NOT NULL,
    done_at timestamp with time zone,
    sealed_answer bytea,
    answer_person text,
    answer_key_id uuid,
    CONSTRAINT effects_purpose_check CHECK ((purpose = ANY (ARRAY['action'::text, 'undo'::text, 'record'::text]))),
    CONSTRAINT effects_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'performing'::text, 'done'::text, 'failed'::text, 'dead'::text, 'unknown'::text])))
);

ALTER TABLE ONLY public.effects FORCE ROW LEVEL SECURITY;

CREATE TABLE public.embedding_spaces (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    model text NOT NULL,
    dimensions integer NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    failed_at timestamp with time zone,
    "precision" text DEFAULT 'full'::text NOT NULL,
    state text DEFAULT 'retired'::text NOT NULL,
    chosen boolean DEFAULT false NOT NULL,
    passages_done integer DEFAULT 0 NOT NULL,
    passages_total integer DEFAULT 0 NOT NULL,
    failure_code text,
    requested_by text,
    retired_at timestamp with time zone,
    indexed_at timestamp with time zone,
    centroid public.vector,
    CONSTRAINT embedding_spaces_precision_check CHECK (("precision" = ANY (ARRAY['full'::text, 'half'::text]))),
    CONSTRAINT embedding_spaces_state_check CHECK ((state = ANY (ARRAY['building'::text, 'serving'::text, 'retired'::text])))
);

ALTER TABLE ONLY public.embedding_spaces FORCE ROW LEVEL SECURITY;

CREATE TABLE public.erased_people (
    tenant_id uuid NOT NULL,
    person text NOT NULL,
    erased_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.erased_people FORCE ROW LEVEL SECURITY;

CREATE TABLE public.eval_results (
    tenant_id uuid NOT NULL,
    run_id uuid NOT NULL,
    ordinal integer NOT NULL,
    question_id uuid NOT NULL,
    question text NOT NULL,
    language text NOT NULL,
    expected jsonb NOT NULL,
    facts text[] DEFAULT '{}'::text[] NOT NULL,
    rank integer,
    top_score real,
    refused boolean,
    found jsonb,
    answer text,
    facts_missing text[],
    asked_at timestamp with time zone
);

ALTER TABLE ONLY public.eval_results FORCE ROW LEVEL SECURITY;

CREATE TABLE public.eval_runs (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    set_id uuid NOT NULL,
    state text DEFAULT 'queued'::text NOT NULL,
    with_answers boolean DEFAULT false NOT NULL,
    candidate jsonb,
    is_gate boolean DEFAULT false NOT NULL,
    passed boolean,
    total integer NOT NULL,
    done integer DEFAULT 0 NOT NULL,
    threshold real NOT NULL,
    figures jsonb,
    baseline_id uuid,
    failure_code text,
    failure_detail text,
    claim_id uuid,
    attempts integer DEFAULT 0 NOT NULL,
    created_by text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    ended_at timestamp with time zone,
    score_meaning text DEFAULT ''::text NOT NULL,
    CONSTRAINT eval_runs_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'running'::text, 'done'::text, 'failed'::text, 'cancelled'::text])))
);

ALTER TABLE ONLY public.eval_runs FORCE ROW LEVEL SECURITY;

CREATE TABLE public.feedback (
    tenant_id uuid NOT NULL,
    message_id uuid NOT NULL,
    user_id bigint NOT NULL,
    rating text NOT NULL,
    reason text,
    comment text,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT feedback_rating_check CHECK ((rating = ANY (ARRAY['up'::text, 'down'::text])))
);

ALTER TABLE ONLY public.feedback FORCE ROW LEVEL SECURITY;

CREATE TABLE public.gap_marks (
    tenant_id uuid NOT NULL,
    looked_until timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.gap_marks FORCE ROW LEVEL SECURITY;

CREATE TABLE public.gap_questions (
    tenant_id uuid NOT NULL,
    message_id uuid NOT NULL,
    gap_id uuid NOT NULL,
    question text NOT NULL,
    language text NOT NULL,
    reason text NOT NULL,
    terms text[] NOT NULL,
    embedding real[],
    embedding_model text,
    asked_at timestamp with time zone NOT NULL,
    CONSTRAINT gap_questions_reason_check CHECK ((reason = ANY (ARRAY['unanswered'::text, 'thumbed-down'::text])))
);

ALTER TABLE ONLY public.gap_questions FORCE ROW LEVEL SECURITY;

CREATE TABLE public.golden_questions (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    set_id uuid NOT NULL,
    question text NOT NULL,
    question_key text NOT NULL,
    language text NOT NULL,
    expected jsonb NOT NULL,
    facts text[] DEFAULT '{}'::text[] NOT NULL,
    message_id uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.golden_questions FORCE ROW LEVEL SECURITY;

CREATE TABLE public.golden_sets (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    tolerance real DEFAULT 0.02 NOT NULL,
    created_by text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    gates_publish boolean DEFAULT false NOT NULL,
    CONSTRAINT golden_sets_tolerance_check CHECK (((tolerance >= (0)::double precision) AND (tolerance <= (1)::double precision)))
);

ALTER TABLE ONLY public.golden_sets FORCE ROW LEVEL SECURITY;

CREATE TABLE public.hook_hints (
    tenant_id uuid NOT NULL,
    kind text NOT NULL,
    id text NOT NULL,
    parent_kind text DEFAULT ''::text NOT NULL,
    contact_id text,
    arrivals integer DEFAULT 1 NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    received_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.hook_hints FORCE ROW LEVEL SECURITY;

CREATE TABLE public.hook_paths (
    path_hash bytea NOT NULL,
    tenant_id uuid NOT NULL
);

CREATE TABLE public.hook_posts (
    tenant_id uuid NOT NULL,
    digest bytea NOT NULL,
    received_at timestamp with time zone NOT NULL,
    arrivals integer DEFAULT 1 NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    due_at timestamp with time zone NOT NULL,
    content_type text NOT NULL,
    body bytea NOT NULL
);

ALTER TABLE ONLY public.hook_posts FORCE ROW LEVEL SECURITY;

CREATE TABLE public.hook_subscriptions (
    tenant_id uuid NOT NULL,
    sealed_path bytea NOT NULL,
    base_url text NOT NULL,
    state text DEFAULT 'wanted'::text NOT NULL,
    problem text,
    checked_at timestamp with time zone,
    last_post_at timestamp with time zone,
    CONSTRAINT hook_subscriptions_state_check CHECK ((state = ANY (ARRAY['wanted'::text, 'subscribed'::text, 'refused'::text])))
);

ALTER TABLE ONLY public.hook_subscriptions FORCE ROW LEVEL SECURITY;

CREATE TABLE public.idempotency_keys (
    tenant_id uuid NOT NULL,
    actor text NOT NULL,
    key text NOT NULL,
    route text NOT NULL,
    request_hash text NOT NULL,
    result jsonb,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.idempotency_keys FORCE ROW LEVEL SECURITY;

CREATE TABLE public.integrations (
    client_uuid text NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    sealed_secret bytea NOT NULL,
    redirect_uri text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT integrations_kind_check CHECK ((kind = ANY (ARRAY['private'::text, 'public'::text])))
);

CREATE TABLE public.knex_migrations (
    id integer NOT NULL,
    name character varying(255),
    batch integer,
    migration_time timestamp with time zone
);

CREATE SEQUENCE public.knex_migrations_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.knex_migrations_id_seq OWNED BY public.knex_migrations.id;

CREATE TABLE public.knex_migrations_lock (
    index integer NOT NULL,
    is_locked integer
);

CREATE SEQUENCE public.knex_migrations_lock_index_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.knex_migrations_lock_index_seq OWNED BY public.knex_migrations_lock.index;

CREATE TABLE public.knowledge_gaps (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    state text DEFAULT 'open'::text NOT NULL,
    question text NOT NULL,
    language text NOT NULL,
    questions integer DEFAULT 1 NOT NULL,
    heat double precision NOT NULL,
    first_at timestamp with time zone NOT NULL,
    last_at timestamp with time zone NOT NULL,
    draft_id uuid,
    document_id uuid,
    closed_at timestamp with time zone,
    reopened integer DEFAULT 0 NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT knowledge_gaps_state_check CHECK ((state = ANY (ARRAY['open'::text, 'closed'::text, 'dismissed'::text])))
);

ALTER TABLE ONLY public.knowledge_gaps FORCE ROW LEVEL SECURITY;

CREATE UNLOGGED TABLE public.kommo_budgets (
    budget_key text NOT NULL,
    state jsonb,
    touched_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.kommo_grants (
    tenant_id uuid NOT NULL,
    sealed_access_token bytea NOT NULL,
    sealed_refresh_token bytea NOT NULL,
    access_expires_at timestamp with time zone NOT NULL,
    revision integer DEFAULT 1 NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.kommo_grants FORCE ROW LEVEL SECURITY;

CREATE TABLE public.kommo_users (
    tenant_id uuid NOT NULL,
    user_id bigint NOT NULL,
    name text NOT NULL,
    locale text,
    group_id bigint,
    is_admin boolean NOT NULL,
    is_active boolean NOT NULL,
    rights jsonb NOT NULL,
    synced_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.kommo_users FORCE ROW LEVEL SECURITY;

CREATE TABLE public.leases (
    tenant_id uuid NOT NULL,
    name text NOT NULL,
    holder uuid NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.leases FORCE ROW LEVEL SECURITY;

CREATE TABLE public.mail_accounts (
    tenant_id uuid NOT NULL,
    host text NOT NULL,
    port integer NOT NULL,
    tls text NOT NULL,
    user_name text,
    sealed_password bytea,
    from_address text NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT mail_accounts_tls_check CHECK ((tls = ANY (ARRAY['implicit'::text, 'starttls'::text, 'none'::text])))
);

ALTER TABLE ONLY public.mail_accounts FORCE ROW LEVEL SECURITY;

CREATE TABLE public.masking_terms (
    tenant_id uuid NOT NULL,
    folded text NOT NULL,
    term text NOT NULL,
    rule text NOT NULL,
    CONSTRAINT masking_terms_rule_check CHECK ((rule = ANY (ARRAY['always'::text, 'never'::text])))
);

ALTER TABLE ONLY public.masking_terms FORCE ROW LEVEL SECURITY;

CREATE TABLE public.memory_facts (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    subject text NOT NULL,
    person text NOT NULL,
    key_id uuid NOT NULL,
    sealed bytea NOT NULL,
    owner_user_id bigint DEFAULT 0 NOT NULL,
    origin text NOT NULL,
    message_id uuid,
    created_by bigint NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    suggested boolean DEFAULT false NOT NULL,
    CONSTRAINT memory_facts_origin_check CHECK ((origin = ANY (ARRAY['rep'::text, 'model'::text])))
);

ALTER TABLE ONLY public.memory_facts FORCE ROW LEVEL SECURITY;

CREATE TABLE public.message_ways (
    tenant_id uuid NOT NULL,
    way text NOT NULL,
    settings jsonb DEFAULT '{}'::jsonb NOT NULL,
    sealed_secret bytea,
    checked jsonb,
    checked_at timestamp with time zone,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT message_ways_way_check CHECK ((way = ANY (ARRAY['talk'::text, 'field-bot'::text, 'salesbot'::text, 'channel'::text, 'draft'::text])))
);

ALTER TABLE ONLY public.message_ways FORCE ROW LEVEL SECURITY;

CREATE TABLE public.messages (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    role text NOT NULL,
    author_user_id bigint,
    author_name text NOT NULL,
    text text NOT NULL,
    run_id uuid,
    offline boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT messages_role_check CHECK ((role = ANY (ARRAY['rep'::text, 'assistant'::text])))
);

ALTER TABLE ONLY public.messages FORCE ROW LEVEL SECURITY;

CREATE TABLE public.mirror_changes (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    record_id text NOT NULL,
    change text NOT NULL,
    who text NOT NULL,
    fields jsonb NOT NULL,
    record_updated_at bigint,
    at timestamp with time zone NOT NULL,
    told_at timestamp with time zone,
    CONSTRAINT mirror_changes_change_check CHECK ((change = ANY (ARRAY['added'::text, 'changed'::text, 'deleted'::text, 'restored'::text]))),
    CONSTRAINT mirror_changes_who_check CHECK ((who = ANY (ARRAY['ours'::text, 'kommo'::text])))
);

ALTER TABLE ONLY public.mirror_changes FORCE ROW LEVEL SECURITY;

CREATE TABLE public.mirror_own_changes (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    record_id text NOT NULL,
    record_updated_at bigint,
    fields jsonb NOT NULL,
    at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.mirror_own_changes FORCE ROW LEVEL SECURITY;

CREATE TABLE public.mirror_problems (
    tenant_id uuid NOT NULL,
    kind text NOT NULL,
    id text NOT NULL,
    code text NOT NULL,
    at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.mirror_problems FORCE ROW LEVEL SECURITY;

CREATE TABLE public.mirror_records (
    tenant_id uuid NOT NULL,
    kind text NOT NULL,
    id text NOT NULL,
    parent_kind text,
    parent_id text,
    updated_at bigint,
    confirmed boolean DEFAULT true NOT NULL,
    deleted_at timestamp with time zone,
    read_at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    body jsonb NOT NULL
);

ALTER TABLE ONLY public.mirror_records FORCE ROW LEVEL SECURITY;

CREATE TABLE public.mirror_syncs (
    tenant_id uuid NOT NULL,
    kind text NOT NULL,
    stage text DEFAULT 'waiting'::text NOT NULL,
    done integer DEFAULT 0 NOT NULL,
    cursor text,
    completed_at timestamp with time zone,
    started_at timestamp with time zone,
    finished_at timestamp with time zone,
    walk_wanted boolean DEFAULT false NOT NULL,
    reconcile_wanted boolean DEFAULT false NOT NULL,
    reconciled_at timestamp with time zone,
    watermark bigint DEFAULT 0 NOT NULL,
    problem text,
    deletions_watermark bigint,
    CONSTRAINT mirror_syncs_stage_check CHECK ((stage = ANY (ARRAY['waiting'::text, 'walking'::text, 'done'::text, 'unavailable'::text])))
);

ALTER TABLE ONLY public.mirror_syncs FORCE ROW LEVEL SECURITY;

CREATE TABLE public.model_providers (
    tenant_id uuid NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    base_url text NOT NULL,
    api_version text,
    models text[] NOT NULL,
    "position" integer DEFAULT 0 NOT NULL,
    sealed_key bytea,
    revision uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT model_providers_kind_check CHECK ((kind = ANY (ARRAY['openai'::text, 'openrouter'::text, 'azure'::text, 'ollama'::text, 'vllm'::text, 'compatible'::text])))
);

ALTER TABLE ONLY public.model_providers FORCE ROW LEVEL SECURITY;

CREATE TABLE public.passage_embeddings (
    tenant_id uuid NOT NULL,
    space_id uuid NOT NULL,
    content_hash text NOT NULL,
    embedding public.vector,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    half public.halfvec
);
ALTER TABLE ONLY public.passage_embeddings ALTER COLUMN content_hash SET STORAGE PLAIN;
ALTER TABLE ONLY public.passage_embeddings ALTER COLUMN embedding SET STORAGE MAIN;
ALTER TABLE ONLY public.passage_embeddings ALTER COLUMN half SET STORAGE MAIN;

ALTER TABLE ONLY public.passage_embeddings FORCE ROW LEVEL SECURITY;

CREATE TABLE public.passage_terms (
    tenant_id uuid NOT NULL,
    term text NOT NULL COLLATE pg_catalog."C",
    version_id uuid NOT NULL,
    ordinals integer[] NOT NULL,
    weights real[] NOT NULL,
    slots integer[]
);

ALTER TABLE ONLY public.passage_terms FORCE ROW LEVEL SECURITY;

CREATE TABLE public.passages (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    document_id uuid NOT NULL,
    version_id uuid NOT NULL,
    ordinal integer NOT NULL,
    start_offset integer NOT NULL,
    end_offset integer NOT NULL,
    body text NOT NULL,
    heading text NOT NULL,
    content_hash text NOT NULL,
    language text NOT NULL,
    word_count integer NOT NULL
);

ALTER TABLE ONLY public.passages FORCE ROW LEVEL SECURITY;

CREATE TABLE public.pending_installs (
    id uuid NOT NULL,
    origin text NOT NULL,
    client_uuid text NOT NULL,
    sealed_code bytea NOT NULL,
    sealed_tokens bytea,
    state text DEFAULT 'waiting'::text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    claimed_until timestamp with time zone,
    failure text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT pending_installs_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'done'::text, 'failed'::text])))
);

CREATE TABLE public.person_keys (
    tenant_id uuid NOT NULL,
    person text NOT NULL,
    id uuid NOT NULL,
    sealed_key bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.person_keys FORCE ROW LEVEL SECURITY;

CREATE TABLE public.proposals (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    group_id uuid NOT NULL,
    lead_id bigint NOT NULL,
    owner_user_id bigint DEFAULT 0 NOT NULL,
    run_id uuid,
    message_id uuid,
    action text NOT NULL,
    arguments jsonb NOT NULL,
    seen jsonb NOT NULL,
    beside jsonb NOT NULL,
    target jsonb NOT NULL,
    changes jsonb NOT NULL,
    conflict jsonb,
    digest text NOT NULL,
    policy_version integer NOT NULL,
    state text NOT NULL,
    proposer_kind text NOT NULL,
    proposer_id bigint,
    proposer_name text NOT NULL,
    locale text NOT NULL,
    decided_by bigint,
    decided_by_name text,
    decided_at timestamp with time zone,
    refused_reason text,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    wording jsonb,
    CONSTRAINT proposals_proposer_kind_check CHECK ((proposer_kind = ANY (ARRAY['rep'::text, 'agent'::text, 'admin'::text]))),
    CONSTRAINT proposals_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'open'::text, 'approved'::text, 'refused'::text, 'expired'::text])))
);

ALTER TABLE ONLY public.proposals FORCE ROW LEVEL SECURITY;

CREATE TABLE public.question_drafts (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    origin text NOT NULL,
    lead_id bigint,
    question text NOT NULL,
    answer text NOT NULL,
    language text DEFAULT 'und'::text NOT NULL,
    state text DEFAULT 'open'::text NOT NULL,
    document_id uuid,
    decided_by text,
    decided_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    kind text DEFAULT 'pair'::text NOT NULL,
    gap_id uuid,
    written_by text,
    needs_editing boolean DEFAULT false NOT NULL,
    CONSTRAINT question_drafts_kind_check CHECK ((kind = ANY (ARRAY['pair'::text, 'article'::text]))),
    CONSTRAINT question_drafts_state_check CHECK ((state = ANY (ARRAY['open'::text, 'accepted'::text, 'refused'::text])))
);

ALTER TABLE ONLY public.question_drafts FORCE ROW LEVEL SECURITY;

CREATE TABLE public.run_steps (
    tenant_id uuid NOT NULL,
    run_id uuid NOT NULL,
    ordinal integer NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    failure_code text,
    duration_ms integer NOT NULL,
    input_tokens integer DEFAULT 0 NOT NULL,
    output_tokens integer DEFAULT 0 NOT NULL,
    cost_micros bigint DEFAULT 0 NOT NULL,
    decision text,
    decision_reason text,
    CONSTRAINT run_steps_decision_check CHECK ((decision = ANY (ARRAY['auto'::text, 'ask'::text, 'never'::text]))),
    CONSTRAINT run_steps_kind_check CHECK ((kind = ANY (ARRAY['model'::text, 'tool'::text])))
);

ALTER TABLE ONLY public.run_steps FORCE ROW LEVEL SECURITY;

CREATE TABLE public.run_traces (
    tenant_id uuid NOT NULL,
    run_id uuid NOT NULL,
    person text NOT NULL,
    key_id uuid NOT NULL,
    digest text NOT NULL,
    sealed bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.run_traces FORCE ROW LEVEL SECURITY;

CREATE TABLE public.runs (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    question_id uuid NOT NULL,
    answer_id uuid NOT NULL,
    actor_user_id bigint NOT NULL,
    locale text NOT NULL,
    state text DEFAULT 'running'::text NOT NULL,
    model text NOT NULL,
    offline boolean NOT NULL,
    draft text DEFAULT ''::text NOT NULL,
    error_code text,
    error_detail text,
    error_retryable boolean,
    process_id uuid NOT NULL,
    heartbeat_at timestamp with time zone DEFAULT now() NOT NULL,
    cancel_requested_at timestamp with time zone,
    followed_at timestamp with time zone,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    ended_at timestamp with time zone,
    input_tokens integer,
    output_tokens integer,
    cost_micros bigint,
    agent_id uuid,
    agent_version integer,
    CONSTRAINT runs_state_check CHECK ((state = ANY (ARRAY['running'::text, 'done'::text, 'failed'::text, 'cancelled'::text, 'interrupted'::text])))
);

ALTER TABLE ONLY public.runs FORCE ROW LEVEL SECURITY;

CREATE TABLE public.search_keys (
    tenant_id uuid NOT NULL,
    key text NOT NULL COLLATE pg_catalog."C",
    words text[] NOT NULL
)
WITH (fillfactor='70');

ALTER TABLE ONLY public.search_keys FORCE ROW LEVEL SECURITY;

CREATE TABLE public.search_words (
    tenant_id uuid NOT NULL,
    word text NOT NULL COLLATE pg_catalog."C",
    language text NOT NULL
);

ALTER TABLE ONLY public.search_words FORCE ROW LEVEL SECURITY;

CREATE TABLE public.sessions (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    jti text NOT NULL,
    user_id bigint NOT NULL,
    origin text NOT NULL,
    token_expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.sessions FORCE ROW LEVEL SECURITY;

CREATE TABLE public.source_items (
    tenant_id uuid NOT NULL,
    source_id uuid NOT NULL,
    name text NOT NULL,
    depth integer DEFAULT 0 NOT NULL,
    state text DEFAULT 'waiting'::text NOT NULL,
    sync_id uuid,
    outcome text,
    reason text,
    etag text,
    last_modified text,
    content_hash text,
    document_id uuid,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT source_items_outcome_check CHECK ((outcome = ANY (ARRAY['added'::text, 'changed'::text, 'unchanged'::text, 'removed'::text, 'left-out'::text, 'failed'::text]))),
    CONSTRAINT source_items_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'kept'::text, 'left-out'::text, 'failed'::text, 'gone'::text])))
);

ALTER TABLE ONLY public.source_items FORCE ROW LEVEL SECURITY;

CREATE TABLE public.sources (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    title text NOT NULL,
    settings jsonb DEFAULT '{}'::jsonb NOT NULL,
    state text DEFAULT 'queued'::text NOT NULL,
    progress_done integer DEFAULT 0 NOT NULL,
    progress_total integer DEFAULT 0 NOT NULL,
    failure_code text,
    failure_detail text,
    every_minutes integer,
    next_sync_at timestamp with time zone,
    sync_id uuid,
    claim_id uuid,
    attempts integer DEFAULT 0 NOT NULL,
    synced_at timestamp with time zone,
    created_by text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    deleted_at timestamp with time zone,
    CONSTRAINT sources_every_minutes_check CHECK ((every_minutes > 0)),
    CONSTRAINT sources_kind_check CHECK ((kind = ANY (ARRAY['page'::text, 'site'::text, 'archive'::text, 'products'::text, 'conversations'::text]))),
    CONSTRAINT sources_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'syncing'::text, 'paused'::text, 'ready'::text, 'failed'::text, 'deleted'::text])))
);

ALTER TABLE ONLY public.sources FORCE ROW LEVEL SECURITY;

CREATE TABLE public.support_thresholds (
    tenant_id uuid NOT NULL,
    learned real,
    learned_from jsonb,
    learned_at timestamp with time zone,
    chosen real,
    chosen_by text,
    chosen_at timestamp with time zone,
    CONSTRAINT support_thresholds_chosen_check CHECK (((chosen >= (0)::double precision) AND (chosen <= (1)::double precision))),
    CONSTRAINT support_thresholds_learned_check CHECK (((learned >= (0)::double precision) AND (learned <= (1)::double precision)))
);

ALTER TABLE ONLY public.support_thresholds FORCE ROW LEVEL SECURITY;

CREATE TABLE public.tenant_keys (
    tenant_id uuid NOT NULL,
    version integer NOT NULL,
    sealed_key bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.tenant_keys FORCE ROW LEVEL SECURITY;

CREATE TABLE public.tenant_routes (
    client_uuid text NOT NULL,
    account_id bigint NOT NULL,
    tenant_id uuid NOT NULL,
    origin text NOT NULL,
    active boolean DEFAULT true NOT NULL
);

CREATE TABLE public.tenants (
    tenant_id uuid NOT NULL,
    account_id bigint NOT NULL,
    client_uuid text NOT NULL,
    origin text NOT NULL,
    subdomain text NOT NULL,
    name text NOT NULL,
    locale text DEFAULT 'en'::text NOT NULL,
    timezone text DEFAULT 'UTC'::text NOT NULL,
    country text,
    state text DEFAULT 'ready'::text NOT NULL,
    installed_at timestamp with time zone DEFAULT now() NOT NULL,
    uninstalled_at timestamp with time zone,
    sessions_valid_from timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT tenants_state_check CHECK ((state = ANY (ARRAY['ready'::text, 'reconnect-needed'::text, 'uninstalled'::text])))
);

ALTER TABLE ONLY public.tenants FORCE ROW LEVEL SECURITY;

CREATE TABLE public.usage_counters (
    tenant_id uuid NOT NULL,
    scope text NOT NULL,
    scope_id text NOT NULL,
    day date NOT NULL,
    reserved_micros bigint DEFAULT 0 NOT NULL,
    settled_micros bigint DEFAULT 0 NOT NULL,
    reserved_tokens bigint DEFAULT 0 NOT NULL,
    settled_tokens bigint DEFAULT 0 NOT NULL,
    cap_micros bigint,
    cap_tokens bigint,
    CONSTRAINT usage_counters_reserved_micros_check CHECK ((reserved_micros >= 0)),
    CONSTRAINT usage_counters_reserved_tokens_check CHECK ((reserved_tokens >= 0)),
    CONSTRAINT usage_counters_scope_check CHECK ((scope = ANY (ARRAY['tenant'::text, 'agent'::text, 'rep'::text, 'lead'::text])))
);

ALTER TABLE ONLY public.usage_counters FORCE ROW LEVEL SECURITY;

CREATE TABLE public.usage_days (
    tenant_id uuid NOT NULL,
    day date NOT NULL,
    reserved_micros bigint DEFAULT 0 NOT NULL,
    settled_micros bigint DEFAULT 0 NOT NULL,
    cap_micros bigint,
    own_reserved_micros bigint DEFAULT 0 NOT NULL,
    own_settled_micros bigint DEFAULT 0 NOT NULL,
    account_cap_micros bigint,
    CONSTRAINT usage_days_own_reserved_micros_check CHECK ((own_reserved_micros >= 0)),
    CONSTRAINT usage_days_reserved_micros_check CHECK ((reserved_micros >= 0))
);

ALTER TABLE ONLY public.usage_days FORCE ROW LEVEL SECURITY;

CREATE TABLE public.usage_entries (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    day date NOT NULL,
    purpose text NOT NULL,
    run_id uuid,
    model text NOT NULL,
    state text DEFAULT 'reserved'::text NOT NULL,
    reserved_micros bigint NOT NULL,
    cost_micros bigint,
    input_tokens integer,
    output_tokens integer,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    settled_at timestamp with time zone,
    agent_id text,
    user_id text,
    lead_id text,
    reserved_tokens bigint DEFAULT 0 NOT NULL,
    counted_in text[] DEFAULT '{}'::text[] NOT NULL,
    paid_by text DEFAULT 'operator'::text NOT NULL,
    CONSTRAINT usage_entries_paid_by_check CHECK ((paid_by = ANY (ARRAY['operator'::text, 'account'::text]))),
    CONSTRAINT usage_entries_state_check CHECK ((state = ANY (ARRAY['reserved'::text, 'settled'::text, 'released'::text])))
);

ALTER TABLE ONLY public.usage_entries FORCE ROW LEVEL SECURITY;

CREATE TABLE public.wording_rules (
    tenant_id uuid NOT NULL,
    promises text NOT NULL,
    CONSTRAINT wording_rules_promises_check CHECK ((promises = ANY (ARRAY['task'::text, 'rewrite'::text])))
);

ALTER TABLE ONLY public.wording_rules FORCE ROW LEVEL SECURITY;

ALTER TABLE ONLY public.knex_migrations ALTER COLUMN id SET DEFAULT nextval('public.knex_migrations_id_seq'::regclass);

ALTER TABLE ONLY public.knex_migrations_lock ALTER COLUMN index SET DEFAULT nextval('public.knex_migrations_lock_index_seq'::regclass);

ALTER TABLE ONLY public.agent_publications
    ADD CONSTRAINT agent_publications_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.agent_versions
    ADD CONSTRAINT agent_versions_pkey PRIMARY KEY (tenant_id, agent_id, number);

ALTER TABLE ONLY public.agents
    ADD CONSTRAINT agents_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE public.audit_events
    ADD CONSTRAINT audit_events_chained CHECK (((seq IS NOT NULL) AND (previous_hash IS NOT NULL) AND (hash IS NOT NULL))) NOT VALID;

ALTER TABLE ONLY public.audit_events
    ADD CONSTRAINT audit_events_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.audit_events
    ADD CONSTRAINT audit_events_seq UNIQUE (tenant_id, seq);

ALTER TABLE ONLY public.audit_heads
    ADD CONSTRAINT audit_heads_pkey PRIMARY KEY (tenant_id);

ALTER TABLE ONLY public.bot_waits
    ADD CONSTRAINT bot_waits_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.bot_waits
    ADD CONSTRAINT bot_waits_tenant_id_return_url_key UNIQUE (tenant_id, return_url);

ALTER TABLE ONLY public.budget_alerts
    ADD CONSTRAINT budget_alerts_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.budget_alerts
    ADD CONSTRAINT budget_alerts_tenant_id_scope_scope_id_day_measure_percent_key UNIQUE (tenant_id, scope, scope_id, day, measure, percent);

ALTER TABLE ONLY public.budget_settings
    ADD CONSTRAINT budget_settings_pkey PRIMARY KEY (tenant_id);

ALTER TABLE ONLY public.citations
    ADD CONSTRAINT citations_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.citations
    ADD CONSTRAINT citations_tenant_id_message_id_number_key UNIQUE (tenant_id, message_id, number);

ALTER TABLE ONLY public.conversation_summaries
    ADD CONSTRAINT conversation_summaries_pkey PRIMARY KEY (tenant_id, conversation_id);

ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT conversations_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT conversations_tenant_id_lead_id_visibility_owner_user_id_key UNIQUE (tenant_id, lead_id, visibility, owner_user_id);

ALTER TABLE ONLY public.custom_tools
    ADD CONSTRAINT custom_tools_pkey PRIMARY KEY (tenant_id, name);

ALTER TABLE ONLY public.document_versions
    ADD CONSTRAINT document_versions_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.document_versions
    ADD CONSTRAINT document_versions_tenant_id_document_id_number_key UNIQUE (tenant_id, document_id, number);

ALTER TABLE ONLY public.documents
    ADD CONSTRAINT documents_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.effects
    ADD CONSTRAINT effects_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.embedding_spaces
    ADD CONSTRAINT embedding_spaces_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.erased_people
    ADD CONSTRAINT erased_people_pkey PRIMARY KEY (tenant_id, person);

ALTER TABLE ONLY public.eval_results
    ADD CONSTRAINT eval_results_pkey PRIMARY KEY (tenant_id, run_id, ordinal);

ALTER TABLE ONLY public.eval_runs
    ADD CONSTRAINT eval_runs_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.feedback
    ADD CONSTRAINT feedback_pkey PRIMARY KEY (tenant_id, message_id, user_id);

ALTER TABLE ONLY public.gap_marks
    ADD CONSTRAINT gap_marks_pkey PRIMARY KEY (tenant_id);

ALTER TABLE ONLY public.gap_questions
    ADD CONSTRAINT gap_questions_pkey PRIMARY KEY (tenant_id, message_id);

ALTER TABLE ONLY public.golden_questions
    ADD CONSTRAINT golden_questions_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.golden_questions
    ADD CONSTRAINT golden_questions_tenant_id_set_id_question_key_key UNIQUE (tenant_id, set_id, question_key);

ALTER TABLE ONLY public.golden_sets
    ADD CONSTRAINT golden_sets_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.hook_hints
    ADD CONSTRAINT hook_hints_pkey PRIMARY KEY (tenant_id, kind, id, parent_kind);

ALTER TABLE ONLY public.hook_paths
    ADD CONSTRAINT hook_paths_pkey PRIMARY KEY (path_hash);

ALTER TABLE ONLY public.hook_paths
    ADD CONSTRAINT hook_paths_tenant_id_key UNIQUE (tenant_id);

ALTER TABLE ONLY public.hook_posts
    ADD CONSTRAINT hook_posts_pkey PRIMARY KEY (tenant_id, digest);

ALTER TABLE ONLY public.hook_subscriptions
    ADD CONSTRAINT hook_subscriptions_pkey PRIMARY KEY (tenant_id);

ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (tenant_id, actor, key);

ALTER TABLE ONLY public.integrations
    ADD CONSTRAINT integrations_pkey PRIMARY KEY (client_uuid);

ALTER TABLE ONLY public.knex_migrations_lock
    ADD CONSTRAINT knex_migrations_lock_pkey PRIMARY KEY (index);

ALTER TABLE ONLY public.knex_migrations
    ADD CONSTRAINT knex_migrations_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.knowledge_gaps
    ADD CONSTRAINT knowledge_gaps_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.kommo_budgets
    ADD CONSTRAINT kommo_budgets_pkey PRIMARY KEY (budget_key);

ALTER TABLE ONLY public.kommo_grants
    ADD CONSTRAINT kommo_grants_pkey PRIMARY KEY (tenant_id);

ALTER TABLE ONLY public.kommo_users
    ADD CONSTRAINT kommo_users_pkey PRIMARY KEY (tenant_id, user_id);

ALTER TABLE ONLY public.leases
    ADD CONSTRAINT leases_pkey PRIMARY KEY (tenant_id, name);

ALTER TABLE ONLY public.mail_accounts
    ADD CONSTRAINT mail_accounts_pkey PRIMARY KEY (tenant_id);

ALTER TABLE ONLY public.masking_terms
    ADD CONSTRAINT masking_terms_pkey PRIMARY KEY (tenant_id, folded);

ALTER TABLE ONLY public.memory_facts
    ADD CONSTRAINT memory_facts_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.message_ways
    ADD CONSTRAINT message_ways_pkey PRIMARY KEY (tenant_id);

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.mirror_changes
    ADD CONSTRAINT mirror_changes_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.mirror_own_changes
    ADD CONSTRAINT mirror_own_changes_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.mirror_problems
    ADD CONSTRAINT mirror_problems_pkey PRIMARY KEY (tenant_id, kind, id);

ALTER TABLE ONLY public.mirror_records
    ADD CONSTRAINT mirror_records_pkey PRIMARY KEY (tenant_id, kind, id);

ALTER TABLE ONLY public.mirror_syncs
    ADD CONSTRAINT mirror_syncs_pkey PRIMARY KEY (tenant_id, kind);

ALTER TABLE ONLY public.model_providers
    ADD CONSTRAINT model_providers_pkey PRIMARY KEY (tenant_id, name);

ALTER TABLE public.passage_embeddings
    ADD CONSTRAINT passage_embeddings_one CHECK ((num_nonnulls(embedding, half) = 1)) NOT VALID;

ALTER TABLE ONLY public.passage_embeddings
    ADD CONSTRAINT passage_embeddings_pkey PRIMARY KEY (tenant_id, space_id, content_hash);

ALTER TABLE ONLY public.passage_terms
    ADD CONSTRAINT passage_terms_pkey PRIMARY KEY (tenant_id, term, version_id);

ALTER TABLE ONLY public.passages
    ADD CONSTRAINT passages_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.passages
    ADD CONSTRAINT passages_tenant_id_version_id_ordinal_key UNIQUE (tenant_id, version_id, ordinal);

ALTER TABLE ONLY public.pending_installs
    ADD CONSTRAINT pending_installs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.person_keys
    ADD CONSTRAINT person_keys_pkey PRIMARY KEY (tenant_id, person);

ALTER TABLE ONLY public.proposals
    ADD CONSTRAINT proposals_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.question_drafts
    ADD CONSTRAINT question_drafts_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.question_drafts
    ADD CONSTRAINT question_drafts_tenant_id_origin_key UNIQUE (tenant_id, origin);

ALTER TABLE ONLY public.run_steps
    ADD CONSTRAINT run_steps_pkey PRIMARY KEY (tenant_id, run_id, ordinal);

ALTER TABLE ONLY public.run_traces
    ADD CONSTRAINT run_traces_pkey PRIMARY KEY (tenant_id, run_id);

ALTER TABLE ONLY public.runs
    ADD CONSTRAINT runs_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.search_keys
    ADD CONSTRAINT search_keys_pkey PRIMARY KEY (tenant_id, key);

ALTER TABLE ONLY public.search_words
    ADD CONSTRAINT search_words_pkey PRIMARY KEY (tenant_id, word, language);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_tenant_id_jti_key UNIQUE (tenant_id, jti);

ALTER TABLE ONLY public.source_items
    ADD CONSTRAINT source_items_pkey PRIMARY KEY (tenant_id, source_id, name);

ALTER TABLE ONLY public.sources
    ADD CONSTRAINT sources_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.support_thresholds
    ADD CONSTRAINT support_thresholds_pkey PRIMARY KEY (tenant_id);

ALTER TABLE ONLY public.tenant_keys
    ADD CONSTRAINT tenant_keys_pkey PRIMARY KEY (tenant_id, version);

ALTER TABLE ONLY public.tenant_routes
    ADD CONSTRAINT tenant_routes_pkey PRIMARY KEY (client_uuid, account_id);

ALTER TABLE ONLY public.tenant_routes
    ADD CONSTRAINT tenant_routes_tenant_id_key UNIQUE (tenant_id);

ALTER TABLE ONLY public.tenants
    ADD CONSTRAINT tenants_pkey PRIMARY KEY (tenant_id);

ALTER TABLE ONLY public.usage_counters
    ADD CONSTRAINT usage_counters_pkey PRIMARY KEY (tenant_id, scope, scope_id, day);

ALTER TABLE ONLY public.usage_days
    ADD CONSTRAINT usage_days_pkey PRIMARY KEY (tenant_id, day);

ALTER TABLE ONLY public.usage_entries
    ADD CONSTRAINT usage_entries_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.wording_rules
    ADD CONSTRAINT wording_rules_pkey PRIMARY KEY (tenant_id);

CREATE INDEX agent_publications_open ON public.agent_publications USING btree (tenant_id, created_at) WHERE (state = ANY (ARRAY['queued'::text, 'running'::text]));

CREATE UNIQUE INDEX agents_default ON public.agents USING btree (tenant_id) WHERE is_default;

CREATE INDEX bot_waits_of_lead ON public.bot_waits USING btree (tenant_id, lead_id, received_at) WHERE (continued_at IS NULL);

CREATE INDEX budget_alerts_newest ON public.budget_alerts USING btree (tenant_id, at);

CREATE INDEX conversation_summaries_due ON public.conversation_summaries USING btree (tenant_id, due_at) WHERE (due_at IS NOT NULL);

CREATE INDEX documents_current ON public.documents USING btree (tenant_id, current_version_id) WHERE (current_version_id IS NOT NULL);

CREATE UNIQUE INDEX documents_external ON public.documents USING btree (tenant_id, source_id, external_id) NULLS NOT DISTINCT WHERE ((external_id IS NOT NULL) AND (state <> 'deleted'::text));

CREATE INDEX documents_unfinished ON public.documents USING btree (tenant_id, updated_at) WHERE (state = ANY (ARRAY['queued'::text, 'indexing'::text]));

CREATE INDEX documents_unpurged ON public.documents USING btree (tenant_id, deleted_at) WHERE ((state = 'deleted'::text) AND (purged_at IS NULL));

CREATE UNIQUE INDEX effects_made ON public.effects USING btree (tenant_id, made) WHERE (made IS NOT NULL);

CREATE INDEX effects_of_lead ON public.effects USING btree (tenant_id, lead_id);

CREATE INDEX effects_of_proposal ON public.effects USING btree (tenant_id, proposal_id);

CREATE UNIQUE INDEX effects_once ON public.effects USING btree (tenant_id, proposal_id, purpose) WHERE ((purpose <> 'undo'::text) OR (state <> 'dead'::text));

CREATE INDEX effects_open ON public.effects USING btree (tenant_id, next_attempt_at) WHERE (state = ANY (ARRAY['queued'::text, 'performing'::text, 'failed'::text]));

CREATE INDEX effects_stuck ON public.effects USING btree (tenant_id, id) WHERE (state = ANY (ARRAY['dead'::text, 'unknown'::text]));

CREATE UNIQUE INDEX embedding_spaces_kind ON public.embedding_spaces USING btree (tenant_id, model, dimensions, "precision");

CREATE UNIQUE INDEX embedding_spaces_open ON public.embedding_spaces USING btree (tenant_id, state) WHERE (state <> 'retired'::text);

CREATE INDEX eval_runs_of_set ON public.eval_runs USING btree (tenant_id, set_id, id);

CREATE INDEX eval_runs_unfinished ON public.eval_runs USING btree (tenant_id, updated_at) WHERE (state = ANY (ARRAY['queued'::text, 'running'::text]));

CREATE INDEX feedback_down ON public.feedback USING btree (tenant_id, updated_at) WHERE (rating = 'down'::text);

CREATE INDEX gap_questions_of_gap ON public.gap_questions USING btree (tenant_id, gap_id, asked_at);

CREATE INDEX golden_questions_of_set ON public.golden_questions USING btree (tenant_id, set_id, id);

CREATE INDEX hook_hints_due ON public.hook_hints USING btree (tenant_id, due_at);

CREATE INDEX hook_posts_due ON public.hook_posts USING btree (tenant_id, due_at, received_at);

CREATE INDEX knowledge_gaps_by_heat ON public.knowledge_gaps USING btree (tenant_id, state, heat DESC, id DESC);

CREATE INDEX memory_facts_by_subject ON public.memory_facts USING btree (tenant_id, subject, id);

CREATE INDEX messages_of_conversation ON public.messages USING btree (tenant_id, conversation_id, id);

CREATE INDEX mirror_changes_record ON public.mirror_changes USING btree (tenant_id, kind, record_id, at);

CREATE INDEX mirror_changes_untold ON public.mirror_changes USING btree (tenant_id, at) WHERE (told_at IS NULL);

CREATE INDEX mirror_own_changes_record ON public.mirror_own_changes USING btree (tenant_id, kind, record_id);

CREATE INDEX mirror_records_client_names ON public.mirror_records USING btree (tenant_id, "left"(lower((body ->> 'name'::text)), 300)) WHERE ((kind = ANY (ARRAY['contacts'::text, 'companies'::text])) AND (deleted_at IS NULL));

CREATE INDEX mirror_records_parent ON public.mirror_records USING btree (tenant_id, kind, parent_kind, parent_id);

CREATE INDEX mirror_records_unconfirmed ON public.mirror_records USING btree (tenant_id, kind) WHERE (NOT confirmed);

CREATE INDEX passage_terms_of_version ON public.passage_terms USING btree (version_id);

CREATE INDEX passages_content ON public.passages USING btree (tenant_id, content_hash);

CREATE INDEX pending_installs_waiting ON public.pending_installs USING btree (created_at) WHERE (state = 'waiting'::text);

CREATE INDEX proposals_of_group ON public.proposals USING btree (tenant_id, group_id);

CREATE INDEX proposals_of_lead ON public.proposals USING btree (tenant_id, lead_id, id);

CREATE INDEX proposals_of_run ON public.proposals USING btree (tenant_id, run_id) WHERE (run_id IS NOT NULL);

CREATE INDEX proposals_waiting ON public.proposals USING btree (tenant_id, expires_at) WHERE (state = ANY (ARRAY['draft'::text, 'open'::text]));

CREATE INDEX run_traces_by_age ON public.run_traces USING btree (tenant_id, created_at);

CREATE INDEX run_traces_by_person ON public.run_traces USING btree (tenant_id, person);

CREATE INDEX runs_ended ON public.runs USING btree (tenant_id, ended_at) WHERE (state = 'done'::text);

CREATE INDEX runs_running ON public.runs USING btree (tenant_id, heartbeat_at) WHERE (state = 'running'::text);

CREATE INDEX source_items_open ON public.source_items USING btree (tenant_id, source_id, sync_id, depth);

CREATE INDEX sources_due ON public.sources USING btree (tenant_id, next_sync_at) WHERE (next_sync_at IS NOT NULL);

CREATE INDEX sources_unfinished ON public.sources USING btree (tenant_id, updated_at) WHERE (state = ANY (ARRAY['queued'::text, 'syncing'::text]));

CREATE UNIQUE INDEX tenant_routes_active_origin ON public.tenant_routes USING btree (origin) WHERE active;

CREATE INDEX usage_entries_day ON public.usage_entries USING btree (tenant_id, day);

CREATE INDEX usage_entries_open ON public.usage_entries USING btree (tenant_id, created_at) WHERE (state = 'reserved'::text);

CREATE STATISTICS public.passage_embeddings_of_space (dependencies) ON tenant_id, space_id FROM public.passage_embeddings;

CREATE TRIGGER audit_head_grows BEFORE UPDATE ON public.audit_heads FOR EACH ROW EXECUTE FUNCTION public.audit_head_grows();

ALTER TABLE ONLY public.agent_publications
    ADD CONSTRAINT agent_publications_tenant_id_agent_id_version_fkey FOREIGN KEY (tenant_id, agent_id, version) REFERENCES public.agent_versions(tenant_id, agent_id, number);

ALTER TABLE ONLY public.agent_versions
    ADD CONSTRAINT agent_versions_tenant_id_agent_id_fkey FOREIGN KEY (tenant_id, agent_id) REFERENCES public.agents(tenant_id, id);

ALTER TABLE ONLY public.budget_settings
    ADD CONSTRAINT budget_settings_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(tenant_id);

ALTER TABLE ONLY public.conversation_summaries
    ADD CONSTRAINT conversation_summaries_tenant_id_conversation_id_fkey FOREIGN KEY (tenant_id, conversation_id) REFERENCES public.conversations(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.custom_tools
    ADD CONSTRAINT custom_tools_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(tenant_id);

ALTER TABLE ONLY public.document_versions
    ADD CONSTRAINT document_versions_tenant_id_document_id_fkey FOREIGN KEY (tenant_id, document_id) REFERENCES public.documents(tenant_id, id);

ALTER TABLE ONLY public.effects
    ADD CONSTRAINT effects_tenant_id_proposal_id_fkey FOREIGN KEY (tenant_id, proposal_id) REFERENCES public.proposals(tenant_id, id);

ALTER TABLE ONLY public.eval_results
    ADD CONSTRAINT eval_results_tenant_id_run_id_fkey FOREIGN KEY (tenant_id, run_id) REFERENCES public.eval_runs(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.eval_runs
    ADD CONSTRAINT eval_runs_tenant_id_set_id_fkey FOREIGN KEY (tenant_id, set_id) REFERENCES public.golden_sets(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.gap_questions
    ADD CONSTRAINT gap_questions_tenant_id_gap_id_fkey FOREIGN KEY (tenant_id, gap_id) REFERENCES public.knowledge_gaps(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.golden_questions
    ADD CONSTRAINT golden_questions_tenant_id_set_id_fkey FOREIGN KEY (tenant_id, set_id) REFERENCES public.golden_sets(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.kommo_grants
    ADD CONSTRAINT kommo_grants_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(tenant_id);

ALTER TABLE ONLY public.memory_facts
    ADD CONSTRAINT memory_facts_tenant_id_message_id_fkey FOREIGN KEY (tenant_id, message_id) REFERENCES public.messages(tenant_id, id);

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_tenant_id_conversation_id_fkey FOREIGN KEY (tenant_id, conversation_id) REFERENCES public.conversations(tenant_id, id);

ALTER TABLE ONLY public.model_providers
    ADD CONSTRAINT model_providers_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(tenant_id);

ALTER TABLE ONLY public.passage_embeddings
    ADD CONSTRAINT passage_embeddings_tenant_id_space_id_fkey FOREIGN KEY (tenant_id, space_id) REFERENCES public.embedding_spaces(tenant_id, id);

ALTER TABLE ONLY public.passage_terms
    ADD CONSTRAINT passage_terms_tenant_id_version_id_fkey FOREIGN KEY (tenant_id, version_id) REFERENCES public.document_versions(tenant_id, id);

ALTER TABLE ONLY public.passages
    ADD CONSTRAINT passages_tenant_id_version_id_fkey FOREIGN KEY (tenant_id, version_id) REFERENCES public.document_versions(tenant_id, id);

ALTER TABLE ONLY public.person_keys
    ADD CONSTRAINT person_keys_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(tenant_id);

ALTER TABLE ONLY public.run_steps
    ADD CONSTRAINT run_steps_tenant_id_run_id_fkey FOREIGN KEY (tenant_id, run_id) REFERENCES public.runs(tenant_id, id);

ALTER TABLE ONLY public.run_traces
    ADD CONSTRAINT run_traces_tenant_id_run_id_fkey FOREIGN KEY (tenant_id, run_id) REFERENCES public.runs(tenant_id, id);

ALTER TABLE ONLY public.runs
    ADD CONSTRAINT runs_tenant_id_conversation_id_fkey FOREIGN KEY (tenant_id, conversation_id) REFERENCES public.conversations(tenant_id, id);

ALTER TABLE ONLY public.source_items
    ADD CONSTRAINT source_items_tenant_id_source_id_fkey FOREIGN KEY (tenant_id, source_id) REFERENCES public.sources(tenant_id, id);

ALTER TABLE public.agent_publications ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.agent_versions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.agents ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.audit_events ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.audit_heads ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.bot_waits ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.budget_alerts ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.budget_settings ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.citations ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.conversation_summaries ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.conversations ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.custom_tools ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.document_versions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.documents ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.effects ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.embedding_spaces ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.erased_people ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.eval_results ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.eval_runs ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.feedback ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.gap_marks ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.gap_questions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.golden_questions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.golden_sets ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.hook_hints ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.hook_posts ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.hook_subscriptions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.idempotency_keys ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.knowledge_gaps ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.kommo_grants ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.kommo_users ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.leases ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.mail_accounts ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.masking_terms ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.memory_facts ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.message_ways ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.messages ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.mirror_changes ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.mirror_own_changes ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.mirror_problems ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.mirror_records ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.mirror_syncs ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.model_providers ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.passage_embeddings ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.passage_terms ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.passages ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.person_keys ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.proposals ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.question_drafts ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.run_steps ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.run_traces ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.runs ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.search_keys ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.search_words ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.sessions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.source_items ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.sources ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.support_thresholds ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.tenant_keys ENABLE ROW LEVEL SECURITY;

CREATE POLICY tenant_wall ON public.agent_publications USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.agent_versions USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.agents USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.audit_events USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.audit_heads USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.bot_waits USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.budget_alerts USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.budget_settings USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.citations USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.conversation_summaries USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.conversations USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.custom_tools USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.document_versions USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.documents USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.effects USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.embedding_spaces USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.erased_people USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.eval_results USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.eval_runs USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.feedback USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.gap_marks USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.gap_questions USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.golden_questions USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.golden_sets USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.hook_hints USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.hook_posts USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.hook_subscriptions USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.idempotency_keys USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.knowledge_gaps USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.kommo_grants USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.kommo_users USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.leases USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.mail_accounts USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.masking_terms USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.memory_facts USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.message_ways USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.messages USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.mirror_changes USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.mirror_own_changes USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.mirror_problems USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.mirror_records USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.mirror_syncs USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.model_providers USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.passage_embeddings USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.passage_terms USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.passages USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.person_keys USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.proposals USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.question_drafts USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.run_steps USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.run_traces USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.runs USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.search_keys USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.search_words USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.sessions USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.source_items USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.sources USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.support_thresholds USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.tenant_keys USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.tenants USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.usage_counters USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.usage_days USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.usage_entries USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.wording_rules USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

ALTER TABLE public.tenants ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.usage_counters ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.usage_days ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.usage_entries ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.wording_rules ENABLE ROW LEVEL SECURITY;

GRANT USAGE ON SCHEMA public TO cardwise_app;

REVOKE ALL ON FUNCTION public.tenants_where(tenants uuid[], condition text, given jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION public.tenants_where(tenants uuid[], condition text, given jsonb) TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.agent_publications TO cardwise_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.agent_versions TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.agents TO cardwise_app;

GRANT SELECT,INSERT ON TABLE public.audit_events TO cardwise_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.audit_heads TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.bot_waits TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.budget_alerts TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.budget_settings TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.citations TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.conversation_summaries TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.conversations TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.custom_tools TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.document_versions TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.documents TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.effects TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.embedding_spaces TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.erased_people TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.eval_results TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.eval_runs TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.feedback TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.gap_marks TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.gap_questions TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.golden_questions TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.golden_sets TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.hook_hints TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.hook_paths TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.hook_posts TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.hook_subscriptions TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.idempotency_keys TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.integrations TO cardwise_app;

GRANT SELECT ON TABLE public.knex_migrations TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.knowledge_gaps TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.kommo_budgets TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.kommo_grants TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.kommo_users TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.leases TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.mail_accounts TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.masking_terms TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.memory_facts TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.message_ways TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.messages TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.mirror_changes TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.mirror_own_changes TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.mirror_problems TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.mirror_records TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.mirror_syncs TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.model_providers TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.passage_embeddings TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.passage_terms TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.passages TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.pending_installs TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.person_keys TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.proposals TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.question_drafts TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.run_steps TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.run_traces TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.runs TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.search_keys TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.search_words TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sessions TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.source_items TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sources TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.support_thresholds TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tenant_keys TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tenant_routes TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tenants TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.usage_counters TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.usage_days TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.usage_entries TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.wording_rules TO cardwise_app;

