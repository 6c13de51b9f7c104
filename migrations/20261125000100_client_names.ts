import type { Knex } from 'knex';

/**
 * Clients by their names, again: a name may be longer than a row of a B-tree takes (2,704 bytes), and then the record
 * could not be stored at all. 300 letters are 1,200 bytes at most, and tell nearly all names apart.
 */
export async function up(knex: Knex): Promise<void> {
  // One that an interrupted try left is there, but not valid.
  await knex.raw('drop index concurrently if exists mirror_records_client_names');
  await knex.raw(`
    create index concurrently mirror_records_client_names
      on mirror_records (tenant_id, left(lower(body ->> 'name'), 300))
      where kind in ('contacts', 'companies') and deleted_at is null`);
  await knex.raw('drop index concurrently if exists mirror_records_names');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index concurrently if exists mirror_records_names');
  await knex.raw(`
    create index concurrently mirror_records_names on mirror_records (tenant_id, lower(body ->> 'name'))
      where kind in ('contacts', 'companies') and deleted_at is null`);
  await knex.raw('drop index concurrently if exists mirror_records_client_names');
}

/** Concurrently, so that nobody waits; which no transaction allows. */
export const config = { transaction: false };
