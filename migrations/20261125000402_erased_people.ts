import type { Knex } from 'knex';

/** Who was erased, and when: what was under way then must not be kept. Ids only. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table erased_people (
      tenant_id uuid not null,
      person text not null,
      erased_at timestamptz not null,
      primary key (tenant_id, person)
    );
    alter table erased_people enable row level security;
    alter table erased_people force row level security;
    create policy tenant_wall on erased_people
      using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)
      with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid);
    grant select, insert, update, delete on erased_people to cardwise_app;
    -- What a tool answered, under the key of the person its lead is about.
    alter table effects
      add column sealed_answer bytea,
      add column answer_person text,
      add column answer_key_id uuid;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table effects drop column sealed_answer, drop column answer_person, drop column answer_key_id;
    drop table erased_people;
  `);
}
