-- The sum of all migrations. Written by scripts/schema.sh; change a migration, not this file.

CREATE SCHEMA public;

COMMENT ON SCHEMA public IS 'standard public schema';

CREATE TABLE public.audit_events (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    event text NOT NULL,
    actor_kind text NOT NULL,
    actor_id text,
    target text,
    details jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT audit_events_actor_kind_check CHECK ((actor_kind = ANY (ARRAY['rep'::text, 'admin'::text, 'operator'::text, 'client'::text, 'system'::text])))
);

ALTER TABLE ONLY public.audit_events FORCE ROW LEVEL SECURITY;

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
    indexed_at timestamp with time zone
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
    CONSTRAINT documents_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'indexing'::text, 'ready'::text, 'failed'::text, 'deleted'::text])))
);

ALTER TABLE ONLY public.documents FORCE ROW LEVEL SECURITY;

CREATE TABLE public.embedding_spaces (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    model text NOT NULL,
    dimensions integer NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    failed_at timestamp with time zone
);

ALTER TABLE ONLY public.embedding_spaces FORCE ROW LEVEL SECURITY;

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

CREATE TABLE public.passage_embeddings (
    tenant_id uuid NOT NULL,
    space_id uuid NOT NULL,
    content_hash text NOT NULL,
    embedding public.vector NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.passage_embeddings FORCE ROW LEVEL SECURITY;

CREATE TABLE public.passage_terms (
    tenant_id uuid NOT NULL,
    term text NOT NULL COLLATE pg_catalog."C",
    version_id uuid NOT NULL,
    ordinals integer[] NOT NULL,
    weights real[] NOT NULL
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
    CONSTRAINT runs_state_check CHECK ((state = ANY (ARRAY['running'::text, 'done'::text, 'failed'::text, 'cancelled'::text, 'interrupted'::text])))
);

ALTER TABLE ONLY public.runs FORCE ROW LEVEL SECURITY;

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

CREATE TABLE public.usage_days (
    tenant_id uuid NOT NULL,
    day date NOT NULL,
    reserved_micros bigint DEFAULT 0 NOT NULL,
    settled_micros bigint DEFAULT 0 NOT NULL,
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
    CONSTRAINT usage_entries_state_check CHECK ((state = ANY (ARRAY['reserved'::text, 'settled'::text, 'released'::text])))
);

ALTER TABLE ONLY public.usage_entries FORCE ROW LEVEL SECURITY;

ALTER TABLE ONLY public.knex_migrations ALTER COLUMN id SET DEFAULT nextval('public.knex_migrations_id_seq'::regclass);

ALTER TABLE ONLY public.knex_migrations_lock ALTER COLUMN index SET DEFAULT nextval('public.knex_migrations_lock_index_seq'::regclass);

ALTER TABLE ONLY public.audit_events
    ADD CONSTRAINT audit_events_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.citations
    ADD CONSTRAINT citations_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.citations
    ADD CONSTRAINT citations_tenant_id_message_id_number_key UNIQUE (tenant_id, message_id, number);

ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT conversations_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT conversations_tenant_id_lead_id_visibility_owner_user_id_key UNIQUE (tenant_id, lead_id, visibility, owner_user_id);

ALTER TABLE ONLY public.document_versions
    ADD CONSTRAINT document_versions_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.document_versions
    ADD CONSTRAINT document_versions_tenant_id_document_id_number_key UNIQUE (tenant_id, document_id, number);

ALTER TABLE ONLY public.documents
    ADD CONSTRAINT documents_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.embedding_spaces
    ADD CONSTRAINT embedding_spaces_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.embedding_spaces
    ADD CONSTRAINT embedding_spaces_tenant_id_model_dimensions_key UNIQUE (tenant_id, model, dimensions);

ALTER TABLE ONLY public.feedback
    ADD CONSTRAINT feedback_pkey PRIMARY KEY (tenant_id, message_id, user_id);

ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (tenant_id, actor, key);

ALTER TABLE ONLY public.knex_migrations_lock
    ADD CONSTRAINT knex_migrations_lock_pkey PRIMARY KEY (index);

ALTER TABLE ONLY public.knex_migrations
    ADD CONSTRAINT knex_migrations_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.kommo_grants
    ADD CONSTRAINT kommo_grants_pkey PRIMARY KEY (tenant_id);

ALTER TABLE ONLY public.kommo_users
    ADD CONSTRAINT kommo_users_pkey PRIMARY KEY (tenant_id, user_id);

ALTER TABLE ONLY public.leases
    ADD CONSTRAINT leases_pkey PRIMARY KEY (tenant_id, name);

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_pkey PRIMARY KEY (tenant_id, id);

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

ALTER TABLE ONLY public.runs
    ADD CONSTRAINT runs_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_tenant_id_jti_key UNIQUE (tenant_id, jti);

ALTER TABLE ONLY public.tenant_keys
    ADD CONSTRAINT tenant_keys_pkey PRIMARY KEY (tenant_id, version);

ALTER TABLE ONLY public.tenant_routes
    ADD CONSTRAINT tenant_routes_pkey PRIMARY KEY (client_uuid, account_id);

ALTER TABLE ONLY public.tenant_routes
    ADD CONSTRAINT tenant_routes_tenant_id_key UNIQUE (tenant_id);

ALTER TABLE ONLY public.tenants
    ADD CONSTRAINT tenants_pkey PRIMARY KEY (tenant_id);

ALTER TABLE ONLY public.usage_days
    ADD CONSTRAINT usage_days_pkey PRIMARY KEY (tenant_id, day);

ALTER TABLE ONLY public.usage_entries
    ADD CONSTRAINT usage_entries_pkey PRIMARY KEY (tenant_id, id);

CREATE INDEX documents_current ON public.documents USING btree (tenant_id, current_version_id) WHERE (current_version_id IS NOT NULL);

CREATE INDEX documents_unfinished ON public.documents USING btree (tenant_id, updated_at) WHERE (state = ANY (ARRAY['queued'::text, 'indexing'::text]));

CREATE INDEX messages_of_conversation ON public.messages USING btree (tenant_id, conversation_id, id);

CREATE INDEX passage_terms_of_version ON public.passage_terms USING btree (version_id);

CREATE INDEX pending_installs_waiting ON public.pending_installs USING btree (created_at) WHERE (state = 'waiting'::text);

CREATE INDEX runs_running ON public.runs USING btree (tenant_id, heartbeat_at) WHERE (state = 'running'::text);

CREATE UNIQUE INDEX tenant_routes_active_origin ON public.tenant_routes USING btree (origin) WHERE active;

CREATE INDEX usage_entries_open ON public.usage_entries USING btree (tenant_id, created_at) WHERE (state = 'reserved'::text);

ALTER TABLE ONLY public.document_versions
    ADD CONSTRAINT document_versions_tenant_id_document_id_fkey FOREIGN KEY (tenant_id, document_id) REFERENCES public.documents(tenant_id, id);

ALTER TABLE ONLY public.kommo_grants
    ADD CONSTRAINT kommo_grants_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(tenant_id);

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_tenant_id_conversation_id_fkey FOREIGN KEY (tenant_id, conversation_id) REFERENCES public.conversations(tenant_id, id);

ALTER TABLE ONLY public.passage_embeddings
    ADD CONSTRAINT passage_embeddings_tenant_id_space_id_fkey FOREIGN KEY (tenant_id, space_id) REFERENCES public.embedding_spaces(tenant_id, id);

ALTER TABLE ONLY public.passage_terms
    ADD CONSTRAINT passage_terms_tenant_id_version_id_fkey FOREIGN KEY (tenant_id, version_id) REFERENCES public.document_versions(tenant_id, id);

ALTER TABLE ONLY public.passages
    ADD CONSTRAINT passages_tenant_id_version_id_fkey FOREIGN KEY (tenant_id, version_id) REFERENCES public.document_versions(tenant_id, id);

ALTER TABLE ONLY public.runs
    ADD CONSTRAINT runs_tenant_id_conversation_id_fkey FOREIGN KEY (tenant_id, conversation_id) REFERENCES public.conversations(tenant_id, id);

ALTER TABLE public.audit_events ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.citations ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.conversations ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.document_versions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.documents ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.embedding_spaces ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.feedback ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.idempotency_keys ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.kommo_grants ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.kommo_users ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.leases ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.messages ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.passage_embeddings ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.passage_terms ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.passages ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.runs ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.sessions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.tenant_keys ENABLE ROW LEVEL SECURITY;

CREATE POLICY tenant_wall ON public.audit_events USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.citations USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.conversations USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.document_versions USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.documents USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.embedding_spaces USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.feedback USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.idempotency_keys USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.kommo_grants USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.kommo_users USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.leases USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.messages USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.passage_embeddings USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.passage_terms USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.passages USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.runs USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.sessions USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.tenant_keys USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.tenants USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.usage_days USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_wall ON public.usage_entries USING ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));

ALTER TABLE public.tenants ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.usage_days ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.usage_entries ENABLE ROW LEVEL SECURITY;

GRANT USAGE ON SCHEMA public TO cardwise_app;

GRANT SELECT,INSERT ON TABLE public.audit_events TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.citations TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.conversations TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.document_versions TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.documents TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.embedding_spaces TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.feedback TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.idempotency_keys TO cardwise_app;

GRANT SELECT ON TABLE public.knex_migrations TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.kommo_grants TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.kommo_users TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.leases TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.messages TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.passage_embeddings TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.passage_terms TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.passages TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.pending_installs TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.runs TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sessions TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tenant_keys TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tenant_routes TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tenants TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.usage_days TO cardwise_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.usage_entries TO cardwise_app;

