import type { Knex } from 'knex';

/** Which passages say this: from a vector to where its text stands. */
export async function up(knex: Knex): Promise<void> {
  // One that an interrupted try left is there, but not valid.
  await knex.raw('drop index concurrently if exists passages_content');
  await knex.raw('create index concurrently passages_content on passages (tenant_id, content_hash)');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index concurrently passages_content');
}

/** Concurrently, so that nobody waits; which no transaction allows. */
export const config = { transaction: false };
