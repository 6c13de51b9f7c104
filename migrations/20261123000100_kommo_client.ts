import type { Knex } from 'knex';

/**
 * The rate budget of installations without Redis. Without a tenant: the integrations of one account share
 * its budget, and all accounts share the address. Unlogged: after a crash of the database nothing of it matters.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create unlogged table kommo_budgets (
      budget_key text primary key,
      state jsonb,
      touched_at timestamptz not null default now()
    );
    grant select, insert, update, delete on kommo_budgets to cardwise_app;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table kommo_budgets');
}
