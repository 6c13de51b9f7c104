import { createHash, randomUUID } from 'node:crypto';
import { recordAudit } from '../../audit/index.ts';
import { NotFound, newId, type TenantId, toError } from '../../kernel/index.ts';
import type { Actor, AddOptions } from '../add-document.ts';
import type { KnowledgeDeps } from '../deps.ts';
import { NotInThatState } from '../errors.ts';
import { syncSourceJob } from '../job-names.ts';
import { claimOnce } from '../once.ts';
import type { SourceKind } from './settings.ts';

export interface NewSource {
  kind: SourceKind;
  title: string;
  settings: Record<string, unknown>;
  everyMinutes: number | null;
}

/**
 * Adds a source and begins to go through it. Answers its id; for the same request again, that of the source made then.
 *
 * @throws UploadKeyReused
 */
export async function addSource(
  deps: KnowledgeDeps,
  tenantId: TenantId,
  source: NewSource,
  options: AddOptions,
): Promise<string> {
  return (await make(deps, tenantId, source, { ...options, asked: source })).id;
}

async function make(
  deps: KnowledgeDeps,
  tenantId: TenantId,
  { kind, title, settings, everyMinutes }: NewSource,
  { asked, ...options }: AddOptions & { asked: unknown },
): Promise<{ id: string; isNew: boolean }> {
  const { actor } = options;
  const made = await deps.db.withTenant(tenantId, async tx => {
    const claimed = await claimOnce(tx, tenantId, options, { id: newId(), operation: 'addSource', asked });
    const { id, isNew } = claimed;
    if (!isNew) return claimed;
    await tx('sources').insert({
      tenant_id: tenantId,
      id,
      kind,
      title,
      settings: JSON.stringify(settings),
      every_minutes: everyMinutes,
      created_by: `${actor.kind}:${actor.id ?? ''}`,
    });
    await recordAudit(tx, tenantId, {
      event: 'knowledge.source-added',
      actor,
      target: id,
      details: { kind },
    });
    return claimed;
  });
  if (made.isNew) await hint(deps, tenantId, made.id);
  return made;
}

/** Adds an archive, or with `id` gives one its next contents. @throws NotFound, UploadKeyReused */
export async function addArchive(
  deps: KnowledgeDeps,
  tenantId: TenantId,
  archive: { id: string | null; title: string; fileName: string; bytes: Buffer },
  options: AddOptions,
): Promise<string> {
  const { actor } = options;
  const fileKey = randomUUID();
  const settings = { fileKey, fileName: archive.fileName, at: 0 };
  await deps.files.put(tenantId, fileKey, archive.bytes);
  const { id, title, fileName, bytes } = archive;
  if (id === null) {
    const source = { kind: 'archive', title, settings, everyMinutes: null } as const;
    const asked = { title, fileName, hash: createHash('sha256').update(bytes).digest('hex') };
    let isKept = false;
    try {
      const made = await make(deps, tenantId, source, { ...options, asked });
      isKept = made.isNew;
      return made.id;
    } finally {
      if (!isKept) await deps.files.remove(tenantId, fileKey).catch(() => {});
    }
  }
  await deps.db.withTenant(tenantId, async tx => {
    const changed = await tx('sources')
      .where({ tenant_id: tenantId, id, kind: 'archive' })
      .whereNot({ state: 'deleted' })
      .update({
        title: archive.title,
        settings: JSON.stringify(settings),
        sync_id: null,
        ...begun(tx.fn.now()),
      });
    if (changed === 0) throw new NotFound('source');
    await recordAudit(tx, tenantId, { event: 'knowledge.source-replaced', actor, target: id });
  });
  await hint(deps, tenantId, id);
  return id;
}

const begun = (now: unknown) => ({ state: 'queued', claim_id: null, attempts: 0, updated_at: now });

export type SourceControl = 'sync' | 'pause' | 'resume' | 'cancel';

const rules: Record<
  SourceControl,
  { from: string[]; done: string[]; past: string; to: Record<string, unknown> }
> = {
  sync: { from: ['ready', 'failed'], done: ['queued', 'syncing'], past: 'synced', to: { state: 'queued' } },
  pause: {
    from: ['queued', 'syncing', 'ready', 'failed'],
    done: ['paused'],
    past: 'paused',
    to: { state: 'paused' },
  },
  resume: { from: ['paused'], done: ['queued', 'syncing'], past: 'resumed', to: { state: 'queued' } },
  cancel: {
    from: ['queued', 'syncing', 'paused'],
    done: ['failed'],
    past: 'cancelled',
    to: {
      state: 'failed',
      sync_id: null,
      failure_code: 'sync-cancelled',
      failure_detail: 'Somebody stopped it. What had been read by then is kept.',
    },
  },
};

/** @throws NotFound, NotInThatState */
export async function controlSource(
  deps: KnowledgeDeps,
  tenantId: TenantId,
  id: string,
  control: SourceControl,
  actor: Actor,
): Promise<void> {
  const { from, done, past, to } = rules[control];
  await deps.db.withTenant(tenantId, async tx => {
    const source = await tx('sources')
      .where({ tenant_id: tenantId, id })
      .whereNot({ state: 'deleted' })
      .forUpdate()
      .first('state', 'kind', 'settings');
    if (!source) throw new NotFound('source');
    if (done.includes(source.state)) return;
    if (!from.includes(source.state)) throw new NotInThatState('source', source.state, past);
    const again = control === 'sync' && source.kind === 'archive';
    await tx('sources')
      .where({ tenant_id: tenantId, id })
      .update({
        ...begun(tx.fn.now()),
        ...to,
        ...(again ? { settings: JSON.stringify({ ...source.settings, at: 0 }) } : {}),
      });
    await recordAudit(tx, tenantId, { event: `knowledge.source-${past}`, actor, target: id });
  });
  await hint(deps, tenantId, id);
}

/** Takes a source out with all its documents, at once. @throws NotFound */
export async function deleteSource(
  { db }: KnowledgeDeps,
  tenantId: TenantId,
  id: string,
  actor: Actor,
): Promise<void> {
  await db.withTenant(tenantId, async tx => {
    const changed = await tx('sources')
      .where({ tenant_id: tenantId, id })
      .whereNot({ state: 'deleted' })
      .update({ state: 'deleted', claim_id: null, next_sync_at: null, deleted_at: tx.fn.now() });
    if (changed === 0) throw new NotFound('source');
    await tx.raw(
      `
      with gone as (
        update documents set state = 'deleted', stage = null, current_version_id = null, claim_id = null,
          deleted_at = now(), updated_at = now()
        where tenant_id = :tenantId and source_id = :id and state <> 'deleted'
        returning id
      ), terms as (
        delete from passage_terms where tenant_id = :tenantId and version_id in (
          select v.id from document_versions v join gone on gone.id = v.document_id where v.tenant_id = :tenantId)
      )
      delete from passages where tenant_id = :tenantId and document_id in (select id from gone)`,
      { tenantId, id },
    );
    await recordAudit(tx, tenantId, { event: 'knowledge.source-deleted', actor, target: id });
  });
}

/** The rows are stored: where the queue fails, the sweep tries again. */
async function hint({ queue, log }: KnowledgeDeps, tenantId: TenantId, id: string): Promise<void> {
  await queue
    .add(syncSourceJob(tenantId, id))
    .catch(thrown => log.warn({ err: toError(thrown) }, 'the queue took no job; the sweep will add it'));
}
