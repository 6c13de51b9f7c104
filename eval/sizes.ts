import type { Db } from '../server/db/index.ts';
import type { TenantId } from '../server/kernel/index.ts';

const tables = ['passages', 'passage_terms', 'search_words', 'search_keys', 'document_versions'];

/** What search keeps beside the texts, indexes of the tables included, in kB and as a multiple of the texts. */
export async function indexSizes(db: Db, tenants: TenantId[]): Promise<string> {
  let text = 0;
  for (const tenantId of tenants) {
    const row = await db.withTenant(tenantId, tx =>
      tx('document_versions')
        .where({ tenant_id: tenantId })
        .select(tx.raw('sum(octet_length(text))::int as bytes'))
        .first(),
    );
    text += row?.bytes ?? 0;
  }
  const lines = [`Texts: ${Math.round(text / 1000)} kB. Kept for them:`];
  for (const table of tables) {
    const { rows } = await db.withoutTenant(tx =>
      tx.raw('select pg_table_size(?::regclass)::int as rows, pg_indexes_size(?::regclass)::int as indexes', [
        table,
        table,
      ]),
    );
    const { rows: own, indexes } = rows[0] as { rows: number; indexes: number };
    const times = ((own + indexes) / Math.max(1, text)).toFixed(1);
    lines.push(
      `  ${table}: ${Math.round(own / 1000)} kB of rows, ${Math.round(indexes / 1000)} kB of indexes (${times} times the texts)`,
    );
  }
  return lines.join('\n');
}
