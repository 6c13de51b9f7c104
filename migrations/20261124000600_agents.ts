import type { Knex } from 'knex';

const walled = ['agents', 'agent_versions', 'agent_publications'];

/** Agents, what was published of them and how that went; and which version of which agent a run was answered by. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table agents (
      tenant_id uuid not null,
      id uuid not null,
      name text not null,
      -- What an administrator works on; runs never read it.
      draft jsonb not null,
      -- Grows with each change of the draft, so that two editors cannot overwrite each other.
      draft_revision integer not null default 1,
      -- The one version that answers. In one column, so that there can be no two.
      published_version integer,
      -- Answers in the lead card.
      is_default boolean not null default false,
      -- While set, nothing of it runs.
      killed_at timestamptz,
      killed_by text,
      deleted_at timestamptz,
      created_by text not null,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      primary key (tenant_id, id)
    );
    create unique index agents_default on agents (tenant_id) where is_default;

    create table agent_versions (
      tenant_id uuid not null,
      agent_id uuid not null,
      number integer not null,
      definition jsonb not null,
      digest text not null,
      note text,
      created_by text not null,
      created_at timestamptz not null default now(),
      primary key (tenant_id, agent_id, number),
      foreign key (tenant_id, agent_id) references agents
    );

    create table agent_publications (
      tenant_id uuid not null,
      id uuid not null,
      agent_id uuid not null,
      version integer not null,
      kind text not null check (kind in ('publish', 'roll-back')),
      state text not null check (state in ('queued', 'running', 'published', 'refused', 'failed')),
      result jsonb,
      requested_by text not null,
      -- Who works on it, and when that process last showed itself.
      holder uuid,
      heartbeat_at timestamptz,
      created_at timestamptz not null default now(),
      ended_at timestamptz,
      primary key (tenant_id, id),
      foreign key (tenant_id, agent_id, version) references agent_versions
    );
    create index agent_publications_open on agent_publications (tenant_id, created_at)
      where state in ('queued', 'running');

    alter table runs add column agent_id uuid, add column agent_version integer;
    alter table run_steps add column decision text check (decision in ('auto', 'ask', 'never')),
      add column decision_reason text;
  `);
  for (const table of walled) {
    await knex.raw(`
      alter table ${table} enable row level security;
      alter table ${table} force row level security;
      create policy tenant_wall on ${table}
        using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)
        with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid);
    `);
  }
  // A version never changes: the application's role has no right to update one.
  await knex.raw(`
    grant select, insert, update, delete on agents, agent_publications to cardwise_app;
    grant select, insert, delete on agent_versions to cardwise_app;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table run_steps drop column decision, drop column decision_reason;
    alter table runs drop column agent_id, drop column agent_version;
    drop table agent_publications; drop table agent_versions; drop table agents;
  `);
}
