import type { Tx } from '../db/index.ts';
import type { TenantId } from '../kernel/index.ts';
import {
  findPersonKey,
  type Person,
  personKeySince,
  seal,
  type TenantSecrets,
  unseal,
} from '../secrets/index.ts';

/** A row of `effects`, as far as its answer goes. */
export interface SealedAnswer {
  id: string;
  sealed_answer: Buffer | null;
  answer_person: string | null;
  answer_key_id: string | null;
}

const place = (tenantId: TenantId, effectId: string) => `tool-answer:${tenantId}:${effectId}`;

/** Keeps what a tool answered under the key of the person its lead is about; not where they were erased meanwhile. */
export async function keepAnswer(
  tx: Tx,
  secrets: TenantSecrets,
  { tenantId, effectId, leadId }: { tenantId: TenantId; effectId: string; leadId: number },
  { answer, about }: { answer: string; about: Person },
): Promise<void> {
  const row = await tx('effects').where({ tenant_id: tenantId, id: effectId }).first('created_at');
  const lead: Person = `lead-${leadId}`;
  const key = await personKeySince(tx, secrets, tenantId, [about, lead], row.created_at);
  if (key === null) return;
  await tx('effects')
    .where({ tenant_id: tenantId, id: effectId })
    .update({
      sealed_answer: seal(key.key, Buffer.from(answer), place(tenantId, effectId)),
      answer_person: about,
      answer_key_id: key.id,
    });
}

/** Null where there is none, or none any more. */
export async function openAnswer(
  tx: Tx,
  secrets: TenantSecrets,
  tenantId: TenantId,
  { id, sealed_answer, answer_person, answer_key_id }: SealedAnswer,
): Promise<string | null> {
  if (sealed_answer === null || answer_person === null) return null;
  const found = await findPersonKey(tx, secrets, tenantId, answer_person);
  if (found === null || found.id !== answer_key_id) return null;
  return unseal(found.key, sealed_answer, place(tenantId, id)).toString();
}

/** Takes away what tools answered on these leads, also what stands there from before answers were sealed. */
export async function eraseAnswers(tx: Tx, tenantId: TenantId, leadIds: number[]): Promise<void> {
  if (leadIds.length === 0) return;
  await tx('effects')
    .where({ tenant_id: tenantId, action: 'call-tool' })
    .whereIn('lead_id', leadIds)
    .update({
      sealed_answer: null,
      answer_person: null,
      answer_key_id: null,
      result: tx.raw(`result - 'answer'`),
    });
}
