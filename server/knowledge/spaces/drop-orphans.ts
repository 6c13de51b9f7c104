import type { Db, Tx } from '../../db/index.ts';
import type { Logger, TenantId } from '../../kernel/index.ts';

/** The name of the graph of a space. */
export function graphOf(spaceId: string): string {
  return `passage_embeddings_${spaceId.replaceAll('-', '')}`;
}

/**
 * Drops the graphs of spaces that are gone, as those of an erased account are: they hold nothing any more, but every
 * vector that is stored is held against their condition.
 *
 * The graphs are listed before the spaces, and a space is there before its graph: none that is being built is dropped.
 */
export async function dropOrphanedGraphs(
  { db, log }: { db: Db; log: Logger },
  listTenants: () => Promise<TenantId[]>,
): Promise<number> {
  const { asOwner } = db;
  if (asOwner === null) return 0;
  const orphans = new Set(await db.withoutTenant(selectGraphs));
  if (orphans.size === 0) return 0;
  for (const tenantId of await listTenants()) {
    const spaces = await db.withTenant(tenantId, tx =>
      tx('embedding_spaces').where({ tenant_id: tenantId }).select('id'),
    );
    for (const { id } of spaces) orphans.delete(graphOf(id));
  }
  for (const graph of orphans) await asOwner([`drop index concurrently if exists ${graph}`]);
  if (orphans.size > 0) log.info({ graphs: orphans.size }, 'indexes of vectors that are gone were dropped');
  return orphans.size;
}

async function selectGraphs(tx: Tx): Promise<string[]> {
  const { rows } = await tx.raw(
    `select c.relname as name from pg_index i join pg_class c on c.oid = i.indexrelid
     where i.indrelid = 'passage_embeddings'::regclass and c.relname ~ '^passage_embeddings_[0-9a-f]{32}$'`,
  );
  return (rows as { name: string }[]).map(({ name }) => name);
}
