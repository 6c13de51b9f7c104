import { randomBytes } from 'node:crypto';
import type { Tx } from '../db/index.ts';
import { newId, type TenantId } from '../kernel/index.ts';
import type { LeadView } from '../kommo/index.ts';
import type { TenantSecrets } from '../secrets/index.ts';

/** Whom a lead is about: its main contact, or the lead itself while it has none. */
export type Person = `contact-${number}` | `lead-${number}`;

/** The lead's contacts among those that the rep may see, the main one marked. */
export function seenContacts({ lead, contacts }: Pick<LeadView, 'lead' | 'contacts'>) {
  const seen = new Set(contacts.map(({ id }) => id));
  return (lead._embedded?.contacts ?? []).filter(({ id }) => seen.has(id));
}

export function personOf(
  leadId: number,
  contacts: { id: number; is_main?: boolean | null | undefined }[],
): Person {
  const main = contacts.find(({ is_main }) => is_main) ?? contacts[0];
  return main ? `contact-${main.id}` : `lead-${leadId}`;
}

export interface PersonKey {
  id: string;
  key: Buffer;
}

/** The key that what is kept of this person is sealed under, made where there was none. */
export async function personKey(
  tx: Tx,
  secrets: TenantSecrets,
  tenantId: TenantId,
  person: Person,
): Promise<PersonKey> {
  const known = await findPersonKey(tx, secrets, tenantId, person);
  if (known) return known;
  const id = newId();
  const sealed = await secrets.seal(tx, tenantId, place(id), randomBytes(32).toString('base64'));
  await tx('person_keys')
    .insert({ tenant_id: tenantId, person, id, sealed_key: sealed })
    .onConflict(['tenant_id', 'person'])
    .ignore();
  const made = await findPersonKey(tx, secrets, tenantId, person);
  if (made === null) throw new Error('A key that was just stored is missing.');
  return made;
}

/** Null where there is none, or none any more. */
export async function findPersonKey(
  tx: Tx,
  secrets: TenantSecrets,
  tenantId: TenantId,
  person: string,
): Promise<PersonKey | null> {
  const row = await tx('person_keys').where({ tenant_id: tenantId, person }).first('id', 'sealed_key');
  if (!row) return null;
  const opened = await secrets.unseal(tx, tenantId, place(row.id), row.sealed_key);
  return { id: row.id, key: Buffer.from(opened, 'base64') };
}

/** What was sealed under it opens for nobody any more, whatever copies of the sealed rows there are. */
export async function destroyPersonKey(tx: Tx, tenantId: TenantId, person: string): Promise<boolean> {
  return (await tx('person_keys').where({ tenant_id: tenantId, person }).delete()) > 0;
}

function place(id: string): string {
  return `person-key:${id}`;
}
