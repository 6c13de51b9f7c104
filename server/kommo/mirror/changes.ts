import type { Tx } from '../../db/index.ts';
import { newId, type TenantId } from '../../kernel/index.ts';
import type { FieldChange, FieldValue } from './key-fields.ts';
import type { MirrorKind } from './kinds.ts';

/** What became of one record. */
export interface Change {
  id: string;
  change: 'added' | 'changed' | 'deleted' | 'restored';
  fields: FieldChange[];
  /** The record's own `updated_at` after it. */
  updatedAt: number | null;
}

export interface OwnField {
  field: string;
  /** What we wrote, where we know it as the mirror spells it. */
  after?: FieldValue;
}

interface OwnChange {
  id: string;
  record_id: string;
  record_updated_at: number | null;
  fields: OwnField[];
}

/** Writes down what changed, as ours where we wrote it and as Kommo's where a person or a robot there did. */
export async function keepChanges(
  tx: Tx,
  tenantId: TenantId,
  kind: MirrorKind,
  changes: Change[],
  at: Date,
): Promise<void> {
  if (changes.length === 0) return;
  const own = await readOwn(
    tx,
    tenantId,
    kind,
    changes.map(({ id }) => id),
  );
  const spent: string[] = [];
  const rows = changes.flatMap(change => {
    const { ours, kommo, spent: used } = attribute(change, own.get(change.id) ?? []);
    spent.push(...used);
    return [
      ...(ours ? [rowOf(change, 'ours', ours)] : []),
      ...(kommo ? [rowOf(change, 'kommo', kommo)] : []),
    ];
  });
  await tx('mirror_changes').insert(
    rows.map(row => ({
      tenant_id: tenantId,
      id: newId(),
      kind,
      ...row,
      fields: JSON.stringify(row.fields),
      at,
    })),
  );
  // One write has one echo: what explained it explains nothing after.
  if (spent.length > 0)
    await tx('mirror_own_changes').where({ tenant_id: tenantId }).whereIn('id', spent).delete();
}

function rowOf({ id, change, updatedAt }: Change, who: 'ours' | 'kommo', fields: FieldChange[]) {
  return { record_id: id, change, who, fields, record_updated_at: updatedAt };
}

/** Shares a change out: a part is null where nothing of it is theirs. */
function attribute(
  { change, fields, updatedAt }: Change,
  own: OwnChange[],
): { ours: FieldChange[] | null; kommo: FieldChange[] | null; spent: string[] } {
  if (change === 'added' && own.length > 0)
    return { ours: fields, kommo: null, spent: own.map(({ id }) => id) };
  // We delete and restore nothing.
  if (change !== 'changed') return { ours: null, kommo: fields, spent: [] };
  const explaining = own.filter(one => fields.some(field => explains(one, field, updatedAt)));
  const isOurs = (field: FieldChange) => explaining.some(one => explains(one, field, updatedAt));
  const ours = fields.filter(isOurs);
  const kommo = fields.filter(field => !isOurs(field));
  return {
    ours: ours.length > 0 ? ours : null,
    kommo: kommo.length > 0 ? kommo : null,
    spent: own.filter(one => explaining.includes(one) || isOverwritten(one, updatedAt)).map(({ id }) => id),
  };
}

/** The record is later than our write and does not show it: a person wrote over it, and may write the same one day. */
function isOverwritten({ record_updated_at: ours }: OwnChange, updatedAt: number | null): boolean {
  return ours !== null && updatedAt !== null && Number(ours) < updatedAt;
}

/** Where we do not know what Kommo made of our value, only a record of that very second is our echo. */
function explains(own: OwnChange, { field, after }: FieldChange, updatedAt: number | null): boolean {
  const wrote = own.fields.find(one => one.field === field);
  if (!wrote) return false;
  if ('after' in wrote) return wrote.after === after;
  return own.record_updated_at === null || own.record_updated_at === updatedAt;
}

async function readOwn(
  tx: Tx,
  tenantId: TenantId,
  kind: MirrorKind,
  ids: string[],
): Promise<Map<string, OwnChange[]>> {
  const rows: OwnChange[] = await tx('mirror_own_changes')
    .where({ tenant_id: tenantId, kind })
    .whereIn('record_id', ids);
  const found = new Map<string, OwnChange[]>();
  for (const row of rows) found.set(row.record_id, [...(found.get(row.record_id) ?? []), row]);
  return found;
}
