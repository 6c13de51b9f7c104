import type { Tx } from '../db/index.ts';
import { newId, type TenantId } from '../kernel/index.ts';
import { genesis, hashLine } from './chain.ts';

export interface AuditEvent {
  /** Past tense, with its slice: `knowledge.document-added`. */
  event: string;
  actor: { kind: 'rep' | 'admin' | 'operator' | 'client' | 'system'; id: string | null };
  target?: string;
  /** Ids, states and numbers; never texts, names or secrets. */
  details?: Record<string, string | number | boolean | null>;
}

/**
 * Adds a line to the tenant's audit log, in the same transaction as the change it tells of. Call it last
 * there: from here to the commit nobody else of the tenant can add one, and whoever waits for another lock
 * while holding this one could wait for ever.
 */
export async function recordAudit(
  tx: Tx,
  tenantId: TenantId,
  { event, actor, target, details }: AuditEvent,
): Promise<void> {
  await tx('audit_heads')
    .insert({ tenant_id: tenantId, seq: 0, hash: genesis })
    .onConflict('tenant_id')
    .ignore();
  const head = await tx('audit_heads').where({ tenant_id: tenantId }).forUpdate().first('seq', 'hash');
  const seq = head.seq + 1;
  const line = {
    id: newId(),
    at: new Date(),
    event,
    actorKind: actor.kind,
    actorId: actor.id,
    target: target ?? null,
    details: details ?? {},
  };
  const hash = hashLine(head.hash, seq, line);
  await tx('audit_events').insert({
    tenant_id: tenantId,
    id: line.id,
    at: line.at,
    event,
    actor_kind: actor.kind,
    actor_id: actor.id,
    target: line.target,
    details: JSON.stringify(line.details),
    seq,
    previous_hash: head.hash,
    hash,
  });
  await tx('audit_heads').where({ tenant_id: tenantId }).update({ seq, hash });
}
