import type { Tx } from '../../db/index.ts';
import { newId, type TenantId } from '../../kernel/index.ts';
import { ClaimLost } from '../claim.ts';
import type { SourceKind } from './settings.ts';

export interface SourceRow {
  id: string;
  kind: SourceKind;
  title: string;
  settings: Record<string, unknown>;
  state: 'queued' | 'syncing' | 'paused' | 'ready' | 'failed';
  progress_done: number;
  progress_total: number;
  failure_code: string | null;
  failure_detail: string | null;
  every_minutes: number | null;
  next_sync_at: Date | null;
  synced_at: Date | null;
  created_at: Date;
  documents: number;
}

/** Sources that are not deleted, newest first, with how many documents each keeps. */
export async function selectSources(
  tx: Tx,
  tenantId: TenantId,
  { id = null, after = null, limit }: { id?: string | null; after?: string | null; limit: number },
): Promise<SourceRow[]> {
  const { rows } = await tx.raw(
    `
    select s.*, (select count(*)::int from documents d
      where d.tenant_id = :tenantId and d.source_id = s.id and d.state <> 'deleted') as documents
    from sources s
    where s.tenant_id = :tenantId and s.state <> 'deleted'
      and (cast(:id as uuid) is null or s.id = cast(:id as uuid))
      and (cast(:after as uuid) is null or s.id < cast(:after as uuid))
    order by s.id desc
    limit :limit`,
    { tenantId, id, after, limit },
  );
  return rows;
}

/** One worker's right to go through a source, for a slice of it. */
export interface SourceClaim {
  tenantId: TenantId;
  id: string;
  claimId: string;
  kind: SourceKind;
  settings: unknown;
  /** The run through the source that is going on; it may take many slices. */
  syncId: string;
  attempts: number;
}

/** A slice whose worker said nothing for so long is taken over: a page may take 30 s to fetch and 60 to read. */
export const silentSecondsMax = 180;

export async function claimSource(tx: Tx, tenantId: TenantId, id: string): Promise<SourceClaim | null> {
  const { rows } = await tx.raw(
    `
    update sources set state = 'syncing', claim_id = :claimId, attempts = attempts + 1, updated_at = now(),
      sync_id = coalesce(sync_id, cast(:syncId as uuid)), failure_code = null, failure_detail = null
    where tenant_id = :tenantId and id = :id and (state = 'queued'
      or (state = 'syncing' and updated_at < now() - make_interval(secs => :silentSecondsMax)))
    returning kind, settings, sync_id as "syncId", attempts`,
    { tenantId, id, claimId: newId(), syncId: newId(), silentSecondsMax },
  );
  const [row] = rows;
  if (!row) return null;
  const held = await tx('sources').where({ tenant_id: tenantId, id }).first('claim_id');
  return { tenantId, id, claimId: held.claim_id, ...row };
}

/**
 * Shows how far it is, and locks the source until the end of the transaction.
 *
 * @throws ClaimLost when somebody paused, deleted or took it over
 */
export async function holdSource(
  tx: Tx,
  { tenantId, id, claimId }: SourceClaim,
  changes: Record<string, unknown> = {},
): Promise<void> {
  const held = await tx('sources')
    .where({ tenant_id: tenantId, id, claim_id: claimId, state: 'syncing' })
    .update({ updated_at: tx.fn.now(), attempts: 0, ...changes });
  if (held === 0) throw new ClaimLost();
}

export type Outcome = 'added' | 'changed' | 'unchanged' | 'removed' | 'left-out' | 'failed';

export interface Item {
  name: string;
  depth: number;
  etag: string | null;
  lastModified: string | null;
  contentHash: string | null;
  documentId: string | null;
}

/** The next thing this run has not looked at, nearest to the start first. */
export async function nextItem(tx: Tx, { tenantId, id, syncId }: SourceClaim): Promise<Item | null> {
  const { rows } = await tx.raw(
    `
    select name, depth, etag, last_modified as "lastModified", content_hash as "contentHash",
      document_id as "documentId"
    from source_items
    where tenant_id = :tenantId and source_id = :id and state in ('waiting', 'kept', 'failed')
      and sync_id is distinct from cast(:syncId as uuid)
    order by depth, name
    limit 1`,
    { tenantId, id, syncId },
  );
  return rows[0] ?? null;
}

/** Adds what was found, up to `most` in all; what was gone or left out gets another look. */
export async function addItems(
  tx: Tx,
  { tenantId, id, syncId }: SourceClaim,
  names: string[],
  depth: number,
  most: number,
): Promise<void> {
  await tx.raw(
    `
    insert into source_items (tenant_id, source_id, name, depth)
    select cast(:tenantId as uuid), cast(:id as uuid), name, cast(:depth as int)
    from unnest(cast(:names as text[])) with ordinality as found(name, place)
    order by place
    limit greatest(0, cast(:most as int) - (
      select count(*) from source_items where tenant_id = :tenantId and source_id = :id and state <> 'gone'))
    on conflict (tenant_id, source_id, name) do update set state = 'waiting', depth = excluded.depth
      where source_items.state in ('gone', 'left-out')
        and source_items.sync_id is distinct from cast(:syncId as uuid)`,
    { tenantId, id, syncId, names, depth, most },
  );
}

const states: Record<Outcome, string> = {
  added: 'kept',
  changed: 'kept',
  unchanged: 'kept',
  removed: 'gone',
  'left-out': 'left-out',
  failed: 'failed',
};

export interface Looked {
  outcome: Outcome;
  reason?: string | null;
  etag?: string | null;
  lastModified?: string | null;
  contentHash?: string | null;
  documentId?: string | null;
}

/** Notes what became of an item in this run, and counts it. */
export async function settleItem(tx: Tx, claim: SourceClaim, name: string, looked: Looked): Promise<void> {
  const { tenantId, id, syncId } = claim;
  const { outcome, reason = null, etag, lastModified, contentHash, documentId } = looked;
  const given = { etag, last_modified: lastModified, content_hash: contentHash, document_id: documentId };
  const row = {
    state: states[outcome],
    outcome,
    reason: reason?.slice(0, 500) ?? null,
    sync_id: syncId,
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  };
  await tx('source_items')
    .insert({ tenant_id: tenantId, source_id: id, name, ...row })
    .onConflict(['tenant_id', 'source_id', 'name'])
    .merge({ ...row, updated_at: tx.fn.now() });
  const { rows } = await tx.raw(
    `
    select count(*) filter (where sync_id = cast(:syncId as uuid))::int as done,
      count(*) filter (where sync_id = cast(:syncId as uuid) or state in ('waiting', 'kept', 'failed'))::int as total
    from source_items where tenant_id = :tenantId and source_id = :id`,
    { tenantId, id, syncId },
  );
  await holdSource(tx, claim, { progress_done: rows[0].done, progress_total: rows[0].total });
}

export interface ItemRow {
  name: string;
  outcome: Outcome | null;
  reason: string | null;
  document_id: string | null;
  updated_at: Date;
}

export async function selectItems(
  tx: Tx,
  tenantId: TenantId,
  sourceId: string,
  { outcome, after, limit }: { outcome: Outcome | null; after: string | null; limit: number },
): Promise<ItemRow[]> {
  const { rows } = await tx.raw(
    `
    select name, outcome, reason, document_id, updated_at from source_items
    where tenant_id = :tenantId and source_id = :sourceId
      and (cast(:outcome as text) is null or outcome = :outcome) and (cast(:after as text) is null or name > :after)
    order by name
    limit :limit`,
    { tenantId, sourceId, outcome, after, limit },
  );
  return rows;
}
