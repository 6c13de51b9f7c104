import type { Knex } from 'knex';

/** What a run did, step by step: which model answered or failed, which tools were called, what each cost. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table run_steps (
      tenant_id uuid not null,
      run_id uuid not null,
      ordinal integer not null,
      kind text not null check (kind in ('model', 'tool')),
      name text not null,
      failure_code text,
      duration_ms integer not null,
      input_tokens integer not null default 0,
      output_tokens integer not null default 0,
      cost_micros bigint not null default 0,
      primary key (tenant_id, run_id, ordinal),
      foreign key (tenant_id, run_id) references runs
    );
    alter table run_steps enable row level security;
    alter table run_steps force row level security;
    create policy tenant_wall on run_steps
      using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)
      with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid);
    create index proposals_of_run on proposals (tenant_id, run_id) where run_id is not null;
    grant select, insert, update, delete on run_steps to cardwise_app;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index proposals_of_run; drop table run_steps');
}
