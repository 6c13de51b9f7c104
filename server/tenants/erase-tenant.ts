import type { Db, Tx } from '../db/index.ts';
import type { TenantId } from '../kernel/index.ts';

/** What stays: that there was an account, and the log of what was done there, which holds ids and no texts. */
const kept = new Set(['tenants', 'tenant_routes', 'audit_events', 'audit_heads']);

/**
 * Erases what we hold of an account that has left: every row of every tenant table but the chained log, and the
 * key under which its secrets were sealed. A later install begins afresh under the same tenant.
 *
 * @returns false, erasing nothing, if the account was installed again meanwhile
 */
export async function eraseTenant(db: Db, tenantId: TenantId, leftBefore: Date): Promise<boolean> {
  return db.withTenant(tenantId, async tx => {
    const left = await tx('tenants')
      .where({ tenant_id: tenantId, state: 'uninstalled' })
      .where('uninstalled_at', '<', leftBefore)
      .forUpdate()
      .first('tenant_id');
    if (!left) return false;
    for (const table of await tablesToEmpty(tx)) await tx(table).where({ tenant_id: tenantId }).delete();
    await tx('tenants')
      .where({ tenant_id: tenantId })
      .update({ name: '', country: null, uninstalled_at: null });
    return true;
  });
}

/**
 * Every table with a tenant, those that refer to others first. Read from the catalogue, so that a table that a
 * later migration adds is not forgotten here.
 */
async function tablesToEmpty(tx: Tx): Promise<string[]> {
  const { rows: tables } = await tx.raw(`
    select c.relname as name from pg_class c
    join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
    where c.relkind in ('r', 'p') and c.relrowsecurity and not c.relispartition
    order by c.relname`);
  const { rows: references } = await tx.raw(`
    select child.relname as child, parent.relname as parent from pg_constraint k
    join pg_class child on child.oid = k.conrelid
    join pg_class parent on parent.oid = k.confrelid
    where k.contype = 'f' and child.oid <> parent.oid`);
  const waiting = new Set<string>(tables.map(({ name }: { name: string }) => name));
  for (const name of kept) waiting.delete(name);
  const ordered: string[] = [];
  while (waiting.size > 0) {
    const free = [...waiting].filter(
      name =>
        !references.some(
          ({ child, parent }: { child: string; parent: string }) => parent === name && waiting.has(child),
        ),
    );
    if (free.length === 0)
      throw new Error(`Tables that refer to each other in a ring: ${[...waiting].join(', ')}.`);
    for (const name of free) {
      ordered.push(name);
      waiting.delete(name);
    }
  }
  return ordered;
}

/** The accounts that left before a moment and were not erased yet. */
export async function leftTenants(db: Db, tenantIds: TenantId[], leftBefore: Date): Promise<TenantId[]> {
  const left: TenantId[] = [];
  for (const tenantId of tenantIds) {
    const row = await db.withTenant(tenantId, tx =>
      tx('tenants')
        .where({ tenant_id: tenantId, state: 'uninstalled' })
        .where('uninstalled_at', '<', leftBefore)
        .first('tenant_id'),
    );
    if (row) left.push(tenantId);
  }
  return left;
}
