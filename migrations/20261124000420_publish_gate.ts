import type { Knex } from 'knex';

/** A golden set may stand before every publish of an agent. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table golden_sets add column gates_publish boolean not null default false');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table golden_sets drop column gates_publish');
}
