import type { Knex } from 'knex';

/** Facts that nobody has confirmed: what a model made of words that are not the rep's. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table memory_facts add column suggested boolean not null default false');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table memory_facts drop column suggested');
}
