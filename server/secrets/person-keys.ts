import { randomBytes } from 'node:crypto';
import type { Tx } from '../db/index.ts';
import { newId, type TenantId } from '../kernel/index.ts';
import type { TenantSecrets } from './tenant-secrets.ts';

/** Whom something that we keep is about: a contact, or a lead while it has none. */
export type Person = `contact-${number}` | `lead-${number}`;

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
  // An erasure that is under way is waited for: a key made beside it would outlive it.
  await lockPerson(tx, tenantId, person);
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

/**
 * The same for something that was begun at `since`: null where the person was erased after that, so that what was
 * under way then is not kept.
 */
export async function personKeySince(
  tx: Tx,
  secrets: TenantSecrets,
  tenantId: TenantId,
  people: [Person, ...Person[]],
  since: Date,
): Promise<PersonKey | null> {
  const key = await personKey(tx, secrets, tenantId, people[0]);
  // Looked at after the key was found or made, so that an erasure either is seen here or destroys that very key.
  return (await wasErasedSince(tx, tenantId, people, since)) ? null : key;
}

export async function wasErasedSince(
  tx: Tx,
  tenantId: TenantId,
  people: Person[],
  since: Date,
): Promise<boolean> {
  const row = await tx('erased_people')
    .where({ tenant_id: tenantId })
    .whereIn('person', people)
    .where('erased_at', '>=', since)
    .first('person');
  return row !== undefined;
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

/**
 * What was sealed under their keys opens for nobody any more, whatever copies of the sealed rows there are; what is
 * being made of them at this moment finds out when it is to be kept. @returns whether there was a key
 */
export async function destroyPersonKeys(tx: Tx, tenantId: TenantId, people: string[]): Promise<boolean> {
  for (const person of [...people].sort()) await lockPerson(tx, tenantId, person);
  const destroyed = await tx('person_keys').where({ tenant_id: tenantId }).whereIn('person', people).delete();
  // Last of all and by the clock, not by the beginning of this transaction: all that began before it is meant.
  await tx('erased_people')
    .insert(people.map(person => ({ tenant_id: tenantId, person, erased_at: tx.raw('clock_timestamp()') })))
    .onConflict(['tenant_id', 'person'])
    .merge(['erased_at']);
  return destroyed > 0;
}

const peopleLock = 7_301;

async function lockPerson(tx: Tx, tenantId: TenantId, person: string): Promise<void> {
  await tx.raw('select pg_advisory_xact_lock(?::int, hashtext(?))', [peopleLock, `${tenantId} ${person}`]);
}

function place(id: string): string {
  return `person-key:${id}`;
}
