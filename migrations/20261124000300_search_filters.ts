import type { Knex } from 'knex';

/** Tags of documents, by which searches and agents are confined. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table documents add column tags text[] not null default '{}';
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table documents drop column tags;
  `);
}
