import type { Tx } from '../db/index.ts';
import { textsFor } from '../texts/index.ts';
import type { ActionsDeps } from './deps.ts';
import { type Claim, insertEffect } from './effect-queries.ts';
import { actionNamed } from './kinds/index.ts';
import type { EffectResult } from './views.ts';

export type FollowedEffect = Pick<
  Claim,
  'tenantId' | 'leadId' | 'proposalId' | 'action' | 'args' | 'seen' | 'actingUserId' | 'locale'
>;

/** What goes with an effect that is done, in the same transaction. Answers the effects that a worker takes next. */
export async function followUp(
  deps: ActionsDeps,
  tx: Tx,
  claim: FollowedEffect,
  { result, updatedAt }: { result: EffectResult | null; updatedAt: number | null },
  now: Date,
): Promise<string[]> {
  const { tenantId, leadId } = claim;
  const action = actionNamed(claim.action);
  if (
    result?.recordId &&
    !result.already &&
    (result.record === 'lead' || result.record === 'task' || result.record === 'note')
  ) {
    const values = action.after(claim.args, claim.seen, {}) ?? {};
    await deps.recordOwnChange(tx, tenantId, {
      kind: `${result.record}s`,
      id: Number(result.recordId),
      updatedAt,
      // Kommo answers a write with a time and no record, and one more call would tell no more than its hook.
      body: null,
      fields: Object.keys(values),
      values,
    });
  }
  const text = action.recordText?.(claim.args, textsFor(claim.locale));
  if (!text) return [];
  const noteId = await insertEffect(tx, tenantId, {
    proposalId: claim.proposalId,
    leadId,
    purpose: 'record',
    action: 'note',
    args: { text },
    seen: {},
    actingUserId: claim.actingUserId,
    locale: claim.locale,
    at: now,
  });
  return [noteId];
}
