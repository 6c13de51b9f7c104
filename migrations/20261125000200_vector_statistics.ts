import type { Knex } from 'knex';

/**
 * A space is of one tenant. Not knowing that, the planner takes a tenant's vectors for a fraction of what they are, and
 * would sort them all rather than walk the graph.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(
    'create statistics passage_embeddings_of_space (dependencies) on tenant_id, space_id from passage_embeddings',
  );
  await knex.raw('analyze passage_embeddings (tenant_id, space_id)');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop statistics passage_embeddings_of_space');
}
