import { recordAudit } from '../audit/index.ts';
import type { Tx } from '../db/index.ts';
import type { TenantId } from '../kernel/index.ts';
import { insertEffect } from './effect-queries.ts';
import { type StoredProposal, updateProposal } from './proposal-queries.ts';

/** An agent's policy approves, for a person and within their rights. */
export interface Alone {
  agentId: string | null;
  agentVersion: number | null;
}

export interface Decision {
  by: { userId: number; name: string };
  alone: Alone | undefined;
  /** The message whose promise this keeps, where it is approved with that. */
  keeps?: string;
  now: Date;
}

/** The approval, the effect that follows from it and the line of the audit log: all of it or nothing. */
export async function decide(
  tx: Tx,
  tenantId: TenantId,
  locked: StoredProposal,
  { by, alone, keeps, now }: Decision,
): Promise<{ decided: StoredProposal; effectId: string }> {
  const decided: StoredProposal = {
    ...locked,
    state: 'approved',
    conflict: null,
    decidedBy: { id: by.userId, name: by.name },
    decidedAt: now,
  };
  await updateProposal(tx, tenantId, decided);
  const effectId = await insertEffect(tx, tenantId, {
    proposalId: locked.id,
    leadId: locked.leadId,
    purpose: 'action',
    action: locked.action,
    args: locked.args,
    seen: locked.seen,
    actingUserId: by.userId,
    locale: locked.locale,
    at: now,
  });
  await recordAudit(tx, tenantId, {
    event: 'action.approved',
    actor: { kind: alone ? 'system' : 'rep', id: String(by.userId) },
    target: locked.id,
    details: {
      action: locked.action,
      leadId: locked.leadId,
      effectId,
      digest: locked.digest,
      ...alone,
      ...(keeps === undefined ? {} : { keeps }),
    },
  });
  return { decided, effectId };
}
