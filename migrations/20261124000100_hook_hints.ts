import type { Knex } from 'knex';

/**
 * What hooks point at is kept by itself, so that a post of thousands of records is read once and worked off in
 * as many turns as it takes. Beside it the records that could not be read, and how far deletions were looked for.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- Records that a hook spoke of and that were not read back yet: each once, however often it was named.
    create table hook_hints (
      tenant_id uuid not null,
      kind text not null,
      id text not null,
      -- Whose list a note is in; '' for what has a list of its own.
      parent_kind text not null default '',
      contact_id text,
      -- How often it was named, so that one that is named again while it is read is read again.
      arrivals integer not null default 1,
      attempts integer not null default 0,
      received_at timestamptz not null,
      due_at timestamptz not null,
      primary key (tenant_id, kind, id, parent_kind)
    );
    create index hook_hints_due on hook_hints (tenant_id, due_at);
    -- What Kommo refused to give, or gave in a form that cannot be kept. Gone as soon as it can be read.
    create table mirror_problems (
      tenant_id uuid not null,
      kind text not null,
      id text not null,
      code text not null,
      at timestamptz not null,
      primary key (tenant_id, kind, id)
    );
    -- Up to when Kommo's events were searched for deletions of the kind, in Kommo's time.
    alter table mirror_syncs add column deletions_watermark bigint;
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
  await knex.raw('alter table mirror_syncs drop column deletions_watermark');
  for (const table of walled) await knex.raw(`drop table ${table}`);
}

const walled = ['hook_hints', 'mirror_problems'];
