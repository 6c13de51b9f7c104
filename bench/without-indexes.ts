import type pg from 'pg';

/**
 * Fills tables while they have no index, and makes their indexes afterwards, as they were: from sorted rows, in a
 * fraction of the time that keeping them up row by row takes, and no larger. Answers what each part took.
 */
export async function withoutIndexes(
  client: pg.Client,
  tables: string[],
  fill: () => Promise<void>,
): Promise<{ filledMs: number; indexedMs: number }> {
  const { rows } = await client.query(
    `select indexrelid::regclass::text as name, indrelid::regclass::text as "table", pg_get_indexdef(indexrelid) as index,
       pg_get_constraintdef(c.oid) as "constraint"
     from pg_index left join pg_constraint c on c.conindid = indexrelid and c.contype in ('p', 'u')
     where indrelid = any($1::regclass[])`,
    [tables],
  );
  const indexes = rows as { name: string; table: string; index: string; constraint: string | null }[];
  for (const { name, table, constraint } of indexes)
    await client.query(constraint ? `alter table ${table} drop constraint ${name}` : `drop index ${name}`);
  const started = performance.now();
  await fill();
  const filled = performance.now();
  await client.query(`set maintenance_work_mem = '1GB'`);
  for (const { name, table, index, constraint } of indexes)
    await client.query(constraint ? `alter table ${table} add constraint ${name} ${constraint}` : index);
  for (const table of tables) await client.query(`vacuum analyze ${table}`);
  return { filledMs: filled - started, indexedMs: performance.now() - filled };
}
