import type { Knex } from 'knex';

/** What is remembered of leads and contacts, sealed under the key of the person it is about. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table memory_facts (
      tenant_id uuid not null,
      id uuid not null,
      -- lead-1: remembered with that lead alone; contact-2: with every lead of that contact.
      subject text not null,
      person text not null,
      key_id uuid not null,
      sealed bytea not null,
      -- Whose private thread it came from; 0 where everybody may know who may see the lead.
      owner_user_id bigint not null default 0,
      origin text not null check (origin in ('rep', 'model')),
      -- The question it was said in; null where a rep wrote it into the list.
      message_id uuid,
      created_by bigint not null,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      primary key (tenant_id, id),
      foreign key (tenant_id, message_id) references messages
    );
    create index memory_facts_by_subject on memory_facts (tenant_id, subject, id);
    alter table memory_facts enable row level security;
    alter table memory_facts force row level security;
    create policy tenant_wall on memory_facts
      using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)
      with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid);
    grant select, insert, update, delete on memory_facts to cardwise_app;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table memory_facts');
}
