import type { Db } from '../db/index.ts';
import type { Files } from '../files/index.ts';
import type { Sweep } from '../jobs/index.ts';
import type { Logger, TenantId } from '../kernel/index.ts';
import { forgetWords } from './forget-words.ts';

export interface RetentionDeps {
  db: Db;
  files: Files;
  log: Logger;
  retentionDays: number;
  listTenants(): Promise<TenantId[]>;
  /** How often this process does it; a day unless told. */
  everyMs?: number;
}

const dayMs = 24 * 60 * 60 * 1000;
/** A file is stored before its row: one younger than this may only wait for it. */
const orphanAgeMs = 60 * 60 * 1000;
/** Versions that are kept for going back, beside the searchable one. */
const versionsKept = 10;

/**
 * Lets go of what retention allows: text and files of deleted documents and sources, of old versions beyond
 * the last few, vectors nobody uses, words that stand nowhere any more, and files a crash left without a row. Citations still know that they were.
 */
export function retentionSweep({
  db,
  files,
  log,
  retentionDays,
  listTenants,
  everyMs = dayMs,
}: RetentionDeps): Sweep {
  let nextAt = 0;
  return {
    name: 'knowledge.retention',
    async run(signal) {
      if (Date.now() < nextAt) return;
      nextAt = Date.now() + everyMs;
      for (const tenantId of await listTenants()) {
        if (signal.aborted) return;
        const purged = await db.withTenant(tenantId, async tx => {
          const { rows } = await tx.raw(purge, { tenantId, retentionDays, versionsKept });
          await tx.raw(forget, { tenantId, retentionDays });
          return rows.length;
        });
        await db.withTenant(tenantId, tx => forgetWords(tx, tenantId));
        const orphans = await removeOrphans(db, files, tenantId);
        if (purged + orphans > 0)
          log.info({ tenantId, purged, orphans }, 'retention let go of old knowledge');
      }
    },
  };
}

const purge = `
  with old as (
    select v.id from document_versions v join documents d on d.tenant_id = :tenantId and d.id = v.document_id
    where v.tenant_id = :tenantId and v.purged_at is null and (
      (d.state = 'deleted' and d.deleted_at < now() - make_interval(days => :retentionDays))
      or (v.id is distinct from d.current_version_id and v.created_at < now() - make_interval(days => :retentionDays)
        and v.number <= (select max(number) from document_versions n
          where n.tenant_id = :tenantId and n.document_id = d.id) - :versionsKept))
  ), gone as (
    update documents set purged_at = now()
    where tenant_id = :tenantId and state = 'deleted' and purged_at is null
      and deleted_at < now() - make_interval(days => :retentionDays)
  )
  update document_versions set text = null, passage_spans = null, purged_at = now()
  where tenant_id = :tenantId and id in (select id from old)
  returning id`;

const forget = `
  delete from passage_embeddings e
  where e.tenant_id = :tenantId and (
    e.space_id in (
      select id from embedding_spaces where tenant_id = :tenantId and state = 'retired'
        and retired_at < now() - make_interval(days => :retentionDays))
    or (e.created_at < now() - make_interval(days => :retentionDays) and not exists (
      select from passages p where p.tenant_id = :tenantId and p.content_hash = e.content_hash)))`;

/** The rows are read after the files: what is stored meanwhile is too young to be taken for an orphan. */
async function removeOrphans(db: Db, files: Files, tenantId: TenantId): Promise<number> {
  const old = (await files.list(tenantId)).filter(
    ({ modifiedAt }) => modifiedAt.getTime() < Date.now() - orphanAgeMs,
  );
  if (old.length === 0) return 0;
  const { rows } = await db.withTenant(tenantId, tx =>
    tx.raw(
      `
      select file_key as key from document_versions where tenant_id = :tenantId and purged_at is null
      union all
      select settings ->> 'fileKey' from sources
      where tenant_id = :tenantId and kind = 'archive' and state <> 'deleted'`,
      { tenantId },
    ),
  );
  const used = new Set((rows as { key: string }[]).map(({ key }) => key));
  const orphans = old.filter(({ key }) => !used.has(key));
  for (const { key } of orphans) await files.remove(tenantId, key);
  return orphans.length;
}
