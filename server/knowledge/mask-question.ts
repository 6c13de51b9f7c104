import type { Tx } from '../db/index.ts';
import type { TenantId } from '../kernel/index.ts';
import { clientNamesAmong } from '../kommo/index.ts';
import { createMask, type Mask, nameCandidates, readMaskingTerms } from '../masking/index.ts';

export const maskedLengthMax = 2000;

/**
 * What an embedding or a reranking model may not see of a question: numbers and addresses of people, names of
 * clients, and what the company's dictionary hides, in its own documents too. What is left is enough to find
 * knowledge by.
 */
export async function maskOfQuestion(tx: Tx, tenantId: TenantId, text: string): Promise<Mask> {
  const { always, never } = await readMaskingTerms(tx, tenantId);
  const names = await clientNamesAmong(tx, tenantId, nameCandidates([text], { anyCase: true }));
  return createMask({ always, never, names });
}
