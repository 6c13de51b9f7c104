import type { Knex } from 'knex';

/** What was said in long conversations, summed up: sealed under the key of the person they are about. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table conversation_summaries (
      tenant_id uuid not null,
      conversation_id uuid not null,
      -- The last message it covers: those up to here are sent to no model any more. Null until there is one.
      covers_message_id uuid,
      -- Whom the conversation is about; the summary is sealed under their key.
      person text not null,
      -- Both null until there is a summary, and again once its person was erased.
      key_id uuid,
      sealed bytea,
      made_by text check (made_by in ('model', 'rules')),
      -- Since when there is something to add to it; null where there is nothing.
      due_at timestamptz,
      -- Until then a worker is at it.
      claimed_until timestamptz,
      updated_at timestamptz not null default now(),
      primary key (tenant_id, conversation_id),
      foreign key (tenant_id, conversation_id) references conversations on delete cascade,
      check ((sealed is null) = (key_id is null))
    );
    create index conversation_summaries_due on conversation_summaries (tenant_id, due_at) where due_at is not null;
    alter table conversation_summaries enable row level security;
    alter table conversation_summaries force row level security;
    create policy tenant_wall on conversation_summaries
      using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)
      with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid);
    grant select, insert, update, delete on conversation_summaries to cardwise_app;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table conversation_summaries');
}
