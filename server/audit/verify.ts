import type { Db } from '../db/index.ts';
import type { TenantId } from '../kernel/index.ts';
import { type AuditLine, genesis, hashLine } from './chain.ts';

export interface AuditVerdict {
  ok: boolean;
  /** Lines that were read and held. */
  checked: number;
  broken: { seq: number; reason: 'changed' | 'missing' | 'unchained' } | null;
}

const pageSize = 500;

/**
 * Walks the chain of one tenant from its first line and names the first that does not hold: its content was
 * changed, it is gone, or it was never chained. Lines that are added meanwhile are left for the next time.
 */
export async function verifyAudit(db: Db, tenantId: TenantId): Promise<AuditVerdict> {
  const head = await db.withTenant(tenantId, tx =>
    tx('audit_heads').where({ tenant_id: tenantId }).first('seq', 'hash'),
  );
  const last: number = head?.seq ?? 0;
  let previous = genesis;
  let checked = 0;
  const broken = (reason: 'changed' | 'missing' | 'unchained') => ({
    ok: false,
    checked,
    broken: { seq: checked + 1, reason },
  });
  while (checked < last) {
    const rows = await db.withTenant(tenantId, tx =>
      tx('audit_events')
        .where({ tenant_id: tenantId })
        .whereBetween('seq', [checked + 1, Math.min(last, checked + pageSize)])
        .orderBy('seq'),
    );
    if (rows.length === 0) return broken('missing');
    for (const row of rows) {
      if (row.seq !== checked + 1) return broken('missing');
      if (row.previous_hash !== previous || row.hash !== hashLine(previous, row.seq, toLine(row)))
        return broken('changed');
      previous = row.hash;
      checked = row.seq;
    }
  }
  if (head && head.hash !== previous) return { ok: false, checked, broken: { seq: last, reason: 'changed' } };
  return (await hasStray(db, tenantId)) ? broken('unchained') : { ok: true, checked, broken: null };
}

/** A line that no head covers: written past the chain, or left behind by a head that was put back or taken away. */
async function hasStray(db: Db, tenantId: TenantId): Promise<boolean> {
  return db.withTenant(tenantId, async tx => {
    // One statement, so that a line which is added just now is covered by the head that came with it.
    const { rows } = await tx.raw(
      `select 1 from audit_events e
       left join audit_heads h on h.tenant_id = e.tenant_id
       where e.tenant_id = :tenantId and (e.seq is null or e.seq > coalesce(h.seq, 0))
       limit 1`,
      { tenantId },
    );
    return rows.length > 0;
  });
}

function toLine(row: Record<string, unknown>): AuditLine {
  return {
    id: String(row['id']),
    at: row['at'] as Date,
    event: String(row['event']),
    actorKind: String(row['actor_kind']),
    actorId: row['actor_id'] as string | null,
    target: row['target'] as string | null,
    details: row['details'] as Record<string, unknown>,
  };
}
