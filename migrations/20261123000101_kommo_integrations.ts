import type { Knex } from 'knex';

/**
 * Private integrations beside the one of the environment. Without a tenant: which integration a call is
 * for is known before its account is. Secrets are sealed with a key of the installation.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table integrations (
      client_uuid text primary key,
      kind text not null check (kind in ('private', 'public')),
      name text not null,
      sealed_secret bytea not null,
      -- As it stands in the integration's settings, byte for byte.
      redirect_uri text not null,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    );
    grant select, insert, update, delete on integrations to cardwise_app;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table integrations');
}
