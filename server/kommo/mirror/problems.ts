import { createHash } from 'node:crypto';
import type { Tx } from '../../db/index.ts';
import type { TenantId } from '../../kernel/index.ts';
import { type Incoming, type MirrorKind, toIncoming } from './kinds.ts';

/** Writes down what could not be read, so that somebody sees that the mirror lacks it. */
export async function keepProblems(
  tx: Tx,
  tenantId: TenantId,
  kind: MirrorKind,
  ids: string[],
  code: string,
): Promise<void> {
  if (ids.length === 0) return;
  await tx('mirror_problems')
    .insert(ids.map(id => ({ tenant_id: tenantId, kind, id, code, at: new Date() })))
    .onConflict(['tenant_id', 'kind', 'id'])
    .merge();
}

/** They were read, or are gone. */
export async function clearProblems(
  tx: Tx,
  tenantId: TenantId,
  kind: MirrorKind,
  ids: string[],
): Promise<void> {
  await tx('mirror_problems').where({ tenant_id: tenantId, kind }).whereIn('id', ids).delete();
}

/** Sorts the items of a page: records, and those without an id, which cannot be kept, under the hash of what they say. */
export function readItems(
  kind: MirrorKind,
  items: unknown[],
  parent: { kind: string; id?: string } | null,
): { records: Incoming[]; unreadable: string[] } {
  const records: Incoming[] = [];
  const unreadable: string[] = [];
  for (const item of items) {
    const record = toIncoming(kind, item, parent);
    if (record !== null) records.push(record);
    else unreadable.push(`?${createHash('sha256').update(JSON.stringify(item)).digest('hex').slice(0, 16)}`);
  }
  return { records, unreadable };
}
