import type { Knex } from 'knex';

/** Providers of models whose keys are the account's own, and who paid for what was asked. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table model_providers (
      tenant_id uuid not null references tenants,
      name text not null,
      kind text not null check (kind in ('openai', 'openrouter', 'azure', 'ollama', 'vllm', 'compatible')),
      base_url text not null,
      -- Of Azure alone.
      api_version text,
      -- Asked in this order where an agent names none; of providers the one with the least position first.
      models text[] not null,
      position integer not null default 0,
      sealed_key bytea,
      -- Another one with each change, so that nobody goes on with what it was.
      revision uuid not null,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      primary key (tenant_id, name)
    );
    alter table model_providers enable row level security;
    alter table model_providers force row level security;
    create policy tenant_wall on model_providers
      using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)
      with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid);
    grant select, insert, update, delete on model_providers to cardwise_app;

    alter table usage_entries
      add column paid_by text not null default 'operator' check (paid_by in ('operator', 'account'));
    -- reserved_micros, settled_micros and cap_micros are what the operator pays.
    alter table usage_days
      add column own_reserved_micros bigint not null default 0 check (own_reserved_micros >= 0),
      add column own_settled_micros bigint not null default 0,
      -- What the account allows itself, whoever pays; null for no cap.
      add column account_cap_micros bigint;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table usage_days drop column own_reserved_micros, drop column own_settled_micros,
      drop column account_cap_micros;
    alter table usage_entries drop column paid_by;
    drop table model_providers;
  `);
}
