import { recordAudit } from '../audit/index.ts';
import type { Tx } from '../db/index.ts';
import { NotFound, type TenantId } from '../kernel/index.ts';
import type { Actor } from './add-document.ts';
import type { KnowledgeDeps } from './deps.ts';
import { queueAgain } from './document-queries.ts';
import { enqueueNext } from './enqueue.ts';
import { NotInThatState } from './errors.ts';

export type Control = 'pause' | 'resume' | 'cancel' | 'retry';

interface Rule {
  /** States in which it does something. */
  from: string[];
  /** States in which it is done already, so that asking twice is fine. */
  done: string[];
  past: string;
  change(tx: Tx, tenantId: TenantId, documentId: string): Promise<unknown>;
}

/** A document whose claim is taken away is written to no more; its reader stops at the next heartbeat. */
const stop = (fields: Record<string, unknown>) => (tx: Tx, tenantId: TenantId, documentId: string) =>
  tx('documents')
    .where({ tenant_id: tenantId, id: documentId })
    .update({ stage: null, claim_id: null, updated_at: tx.fn.now(), ...fields });

const cancelled = {
  state: 'failed',
  failure_code: 'indexing-cancelled',
  failure_detail: 'Somebody stopped it. The version before, if there is one, still answers. Retry to go on.',
};

const rules: Record<Control, Rule> = {
  pause: {
    from: ['queued', 'indexing'],
    done: ['paused'],
    past: 'paused',
    change: stop({ state: 'paused' }),
  },
  resume: { from: ['paused'], done: ['queued', 'indexing'], past: 'resumed', change: queueAgain },
  cancel: {
    from: ['queued', 'indexing', 'paused'],
    done: ['failed'],
    past: 'cancelled',
    change: stop(cancelled),
  },
  retry: { from: ['failed'], done: ['queued', 'indexing'], past: 'retried', change: queueAgain },
};

/**
 * Pauses, resumes, cancels or retries the indexing of a document. The version that is searched stays.
 *
 * @throws NotFound, NotInThatState
 */
export async function controlDocument(
  deps: KnowledgeDeps,
  tenantId: TenantId,
  documentId: string,
  control: Control,
  actor: Actor,
): Promise<void> {
  const { from, done, past, change } = rules[control];
  await deps.db.withTenant(tenantId, async tx => {
    const document = await tx('documents')
      .where({ tenant_id: tenantId, id: documentId })
      .whereNot({ state: 'deleted' })
      .forUpdate()
      .first('state');
    if (!document) throw new NotFound('document');
    if (done.includes(document.state)) return;
    if (!from.includes(document.state)) throw new NotInThatState('document', document.state, past);
    await change(tx, tenantId, documentId);
    await recordAudit(tx, tenantId, { event: `knowledge.document-${past}`, actor, target: documentId });
  });
  await enqueueNext(deps, tenantId);
}
