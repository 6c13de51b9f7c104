import type { Knex } from 'knex';

/** Tools that administrators add: calls of somebody's HTTP API, and tools of MCP servers as they were accepted. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table custom_tools (
      tenant_id uuid not null references tenants,
      name text not null,
      title text not null,
      description text not null,
      definition jsonb not null,
      -- What an MCP server said of the tool when it was accepted.
      pinned jsonb,
      -- Headers such as a key, by name; never shown again.
      sealed_headers bytea,
      enabled boolean not null default true,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      primary key (tenant_id, name)
    );
    alter table custom_tools enable row level security;
    alter table custom_tools force row level security;
    create policy tenant_wall on custom_tools
      using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)
      with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid);
    grant select, insert, update, delete on custom_tools to cardwise_app;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table custom_tools');
}
