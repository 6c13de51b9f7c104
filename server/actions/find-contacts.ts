import { z } from 'zod';
import type { TenantId } from '../kernel/index.ts';
import type { ActionsDeps } from './deps.ts';
import { placeOf } from './place.ts';

const Contact = z.object({ id: z.int(), name: z.string() });
const foundMax = 10;

/** The account's contacts whom some words may name, as far as this person sees them. */
export async function findContacts(
  deps: ActionsDeps,
  tenantId: TenantId,
  { userId, words, signal }: { userId: number; words: string; signal?: AbortSignal },
): Promise<{ id: number; name: string }[]> {
  const { kommo } = await placeOf(deps, tenantId, { leadId: 0, userId, signal });
  const path = `/contacts?query=${encodeURIComponent(words)}&limit=${foundMax}`;
  const items = await kommo.list(path, 'contacts', foundMax);
  return items.flatMap(item => {
    const read = Contact.safeParse(item);
    return read.success ? [{ id: read.data.id, name: read.data.name }] : [];
  });
}
