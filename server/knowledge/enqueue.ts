import { type TenantId, toError } from '../kernel/index.ts';
import { silenceSecondsMax } from './claim.ts';
import type { KnowledgeDeps } from './deps.ts';
import { indexDocumentJob } from './job-names.ts';

/**
 * How many documents of a tenant are read or wait in the queue at a time. The rest wait as rows, so that a
 * thousand documents of one tenant stand before another's first for no longer than these take.
 */
const perTenant = 2;

/**
 * Puts a tenant's next documents into the queue. The rows are stored: where the queue fails, the sweep tries again.
 *
 * @param except was just given back to the queue, which delivers it again after a pause
 */
export async function enqueueNext(
  { db, queue, log }: Pick<KnowledgeDeps, 'db' | 'queue' | 'log'>,
  tenantId: TenantId,
  except: string | null = null,
): Promise<void> {
  try {
    const { rows } = await db.withTenant(tenantId, tx =>
      tx.raw(
        `
        select id from documents
        where tenant_id = :tenantId and state = 'queued' and id is distinct from cast(:except as uuid)
        order by updated_at, id
        limit greatest(0, :perTenant - (
          select count(*) from documents where tenant_id = :tenantId and state = 'indexing'
            and updated_at >= now() - make_interval(secs => :silenceSecondsMax)))`,
        { tenantId, except, perTenant, silenceSecondsMax },
      ),
    );
    for (const { id } of rows as { id: string }[]) await queue.add(indexDocumentJob(tenantId, id));
  } catch (thrown) {
    log.warn({ tenantId, err: toError(thrown) }, 'the queue took no job; the sweep will add it');
  }
}
