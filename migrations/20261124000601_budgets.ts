import type { Knex } from 'knex';

const walled = ['usage_counters', 'budget_settings', 'budget_alerts'];

/** Caps on a day's spending by agent, rep, lead and account, in money and in tokens, and word of how far it is. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table usage_entries
      add column agent_id text, add column user_id text, add column lead_id text,
      add column reserved_tokens bigint not null default 0,
      -- Which counters it is set aside in, as scope and id.
      add column counted_in text[] not null default '{}';
    alter table usage_days add column cap_micros bigint;

    -- One row for each thing with a cap of its own and each day.
    create table usage_counters (
      tenant_id uuid not null,
      scope text not null check (scope in ('tenant', 'agent', 'rep', 'lead')),
      scope_id text not null,
      day date not null,
      reserved_micros bigint not null default 0 check (reserved_micros >= 0),
      settled_micros bigint not null default 0,
      reserved_tokens bigint not null default 0 check (reserved_tokens >= 0),
      settled_tokens bigint not null default 0,
      -- As they were when something was last set aside; null for none.
      cap_micros bigint,
      cap_tokens bigint,
      primary key (tenant_id, scope, scope_id, day)
    );
    create table budget_settings (
      tenant_id uuid primary key references tenants,
      settings jsonb not null,
      updated_by text not null,
      updated_at timestamptz not null default now()
    );
    create table budget_alerts (
      tenant_id uuid not null,
      id uuid not null default gen_random_uuid(),
      scope text not null,
      scope_id text not null,
      day date not null,
      measure text not null check (measure in ('micros', 'tokens')),
      percent integer not null,
      spent bigint not null,
      cap bigint not null,
      at timestamptz not null default now(),
      primary key (tenant_id, id),
      unique (tenant_id, scope, scope_id, day, measure, percent)
    );
    create index budget_alerts_newest on budget_alerts (tenant_id, at);
    create index usage_entries_day on usage_entries (tenant_id, day);
  `);
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
  await knex.raw(`
    drop index usage_entries_day;
    drop table budget_alerts; drop table budget_settings; drop table usage_counters;
    alter table usage_days drop column cap_micros;
    alter table usage_entries drop column agent_id, drop column user_id, drop column lead_id,
      drop column reserved_tokens, drop column counted_in;
  `);
}
