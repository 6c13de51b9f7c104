import type { Knex } from 'knex';

/** What the rules found in a message that an agent composed, and what the company wants done about promises. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table proposals add column wording jsonb;
    create table wording_rules (
      tenant_id uuid primary key,
      promises text not null check (promises in ('task', 'rewrite'))
    );
    alter table wording_rules enable row level security;
    alter table wording_rules force row level security;
    create policy tenant_wall on wording_rules
      using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)
      with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid);
    grant select, insert, update, delete on wording_rules to cardwise_app;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table wording_rules; alter table proposals drop column wording');
}
