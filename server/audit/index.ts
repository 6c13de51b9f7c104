import type { Tx } from '../db/index.ts';
import { newId, type TenantId } from '../kernel/index.ts';

export interface AuditEvent {
  /** Past tense, with its slice: `knowledge.document-added`. */
  event: string;
  actor: { kind: 'rep' | 'admin' | 'operator' | 'client' | 'system'; id: string | null };
  target?: string;
  /** Ids, states and numbers; never texts, names or secrets. */
  details?: Record<string, string | number | boolean | null>;
}

/** Adds a line to the tenant's audit log, in the same transaction as the change it tells of. */
export async function recordAudit(
  tx: Tx,
  tenantId: TenantId,
  { event, actor, target, details }: AuditEvent,
): Promise<void> {
  await tx('audit_events').insert({
    tenant_id: tenantId,
    id: newId(),
    event,
    actor_kind: actor.kind,
    actor_id: actor.id,
    target: target ?? null,
    details: JSON.stringify(details ?? {}),
  });
}
