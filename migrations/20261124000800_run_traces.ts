import type { Knex } from 'knex';

/**
 * What each run was made of, sealed under a key per person, and those keys: destroying one erases what was kept of
 * that person, wherever a copy of the rows lies.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table person_keys (
      tenant_id uuid not null references tenants,
      person text not null,
      -- A key that was destroyed has a successor for what comes later.
      id uuid not null,
      sealed_key bytea not null,
      created_at timestamptz not null default now(),
      primary key (tenant_id, person)
    );
    create table run_traces (
      tenant_id uuid not null,
      run_id uuid not null,
      person text not null,
      key_id uuid not null,
      digest text not null,
      sealed bytea not null,
      created_at timestamptz not null default now(),
      primary key (tenant_id, run_id),
      foreign key (tenant_id, run_id) references runs
    );
    create index run_traces_by_age on run_traces (tenant_id, created_at);
    create index run_traces_by_person on run_traces (tenant_id, person);
  `);
  for (const table of ['person_keys', 'run_traces']) {
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
  await knex.raw('drop table run_traces; drop table person_keys');
}
