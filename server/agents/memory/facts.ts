import type { Tx } from '../../db/index.ts';
import { AppError, NotFound, newId, type TenantId } from '../../kernel/index.ts';
import {
  findPersonKey,
  type Person,
  personKey,
  seal,
  type TenantSecrets,
  unseal,
} from '../../secrets/index.ts';

/** What is remembered of a lead or of its client. */
export interface Fact {
  id: string;
  about: 'lead' | 'contact';
  text: string;
  origin: 'rep' | 'model';
  /** The question it was said in. */
  messageId: string | null;
  /** From a private thread: this rep's alone. */
  isPrivate: boolean;
  /** Nobody has confirmed it: no answer is given it until then. */
  isSuggested: boolean;
  updatedAt: Date;
}

/** Whose facts: those of this lead, and those of its main contact where it has one. */
export interface Remembered {
  leadId: number;
  person: Person;
  /** Who reads or writes. */
  userId: number;
  /** Whether facts from this rep's private threads belong here: what is said in a shared thread everybody reads. */
  privately: boolean;
}

export interface NewFact {
  text: string;
  about: Fact['about'];
  origin: Fact['origin'];
  messageId: string | null;
  isSuggested: boolean;
}

/** More than anybody reads; a model that remembers everything remembers nothing. */
export const factsMax = 40;

export class MemoryFull extends AppError {
  readonly code = 'memory-full';
  readonly status = 409;

  constructor() {
    super(`As many as ${factsMax} facts are remembered here. Forget one first.`);
  }
}

const place = (tenantId: TenantId, id: string) => `memory-fact:${tenantId}:${id}`;

function subjectsOf({ leadId, person }: Remembered): string[] {
  return [`lead-${leadId}`, ...(person.startsWith('contact-') ? [person] : [])];
}

/** Newest first; nothing of what was erased with its person. */
export async function readFacts(
  tx: Tx,
  secrets: TenantSecrets,
  tenantId: TenantId,
  of: Remembered,
): Promise<Fact[]> {
  const rows = await tx('memory_facts')
    .where({ tenant_id: tenantId })
    .whereIn('subject', subjectsOf(of))
    .whereIn('owner_user_id', of.privately ? [0, of.userId] : [0])
    .orderBy('id', 'desc')
    .limit(2 * factsMax);
  // A contact may have become the main one since: keys are those of who it was then.
  const keys = new Map<string, Awaited<ReturnType<typeof findPersonKey>>>();
  for (const { person } of rows)
    if (!keys.has(person)) keys.set(person, await findPersonKey(tx, secrets, tenantId, person));
  return rows.flatMap(row => {
    const found = keys.get(row.person);
    if (!found || found.id !== row.key_id) return [];
    return [
      {
        id: row.id,
        about: row.subject.startsWith('contact-') ? ('contact' as const) : ('lead' as const),
        text: unseal(found.key, row.sealed, place(tenantId, row.id)).toString(),
        origin: row.origin,
        messageId: row.message_id,
        isPrivate: Number(row.owner_user_id) !== 0,
        isSuggested: row.suggested,
        updatedAt: row.updated_at,
      },
    ];
  });
}

/**
 * Remembers it once: words that are remembered already answer as the fact that they are, and confirm it where it
 * was a suggestion. @throws MemoryFull
 */
export async function addFact(
  tx: Tx,
  secrets: TenantSecrets,
  tenantId: TenantId,
  of: Remembered,
  { text, about, origin, messageId, isSuggested }: NewFact,
): Promise<Fact> {
  const { id: keyId, key } = await personKey(tx, secrets, tenantId, of.person);
  // Two who remember at once: the second waits here, and then sees what the first wrote.
  await tx('person_keys').where({ tenant_id: tenantId, person: of.person }).forUpdate().first('id');
  const known = await readFacts(tx, secrets, tenantId, of);
  const same = known.find(fact => alike(fact.text, text));
  if (same)
    return same.isSuggested && !isSuggested ? editFact(tx, secrets, tenantId, of, same.id, text) : same;
  if (known.length >= factsMax) throw new MemoryFull();
  const id = newId();
  const [lead, contact] = subjectsOf(of);
  const subject = about === 'contact' && contact ? contact : lead;
  const [row] = await tx('memory_facts')
    .insert({
      tenant_id: tenantId,
      id,
      subject,
      person: of.person,
      key_id: keyId,
      sealed: seal(key, Buffer.from(text), place(tenantId, id)),
      owner_user_id: of.privately ? of.userId : 0,
      origin,
      suggested: isSuggested,
      message_id: messageId,
      created_by: of.userId,
    })
    .returning('updated_at');
  return {
    id,
    about: subject === contact ? 'contact' : 'lead',
    text,
    origin,
    messageId,
    isPrivate: of.privately,
    isSuggested,
    updatedAt: row.updated_at,
  };
}

/** Its words become the rep's own, which confirms them. @throws NotFound */
export async function editFact(
  tx: Tx,
  secrets: TenantSecrets,
  tenantId: TenantId,
  of: Remembered,
  id: string,
  text: string,
): Promise<Fact> {
  const fact = await factOf(tx, secrets, tenantId, of, id);
  const row = await tx('memory_facts').where({ tenant_id: tenantId, id }).first('person');
  const { id: keyId, key } = await personKey(tx, secrets, tenantId, row.person);
  const updatedAt = new Date();
  await tx('memory_facts')
    .where({ tenant_id: tenantId, id })
    .update({
      sealed: seal(key, Buffer.from(text), place(tenantId, id)),
      key_id: keyId,
      origin: 'rep',
      suggested: false,
      updated_at: updatedAt,
    });
  return { ...fact, text, origin: 'rep', isSuggested: false, updatedAt };
}

/** @throws NotFound */
export async function forgetFact(
  tx: Tx,
  secrets: TenantSecrets,
  tenantId: TenantId,
  of: Remembered,
  id: string,
): Promise<void> {
  await factOf(tx, secrets, tenantId, of, id);
  await tx('memory_facts').where({ tenant_id: tenantId, id }).delete();
}

/** Everything that this rep may know of the lead and its client. */
export async function forgetFacts(
  tx: Tx,
  secrets: TenantSecrets,
  tenantId: TenantId,
  of: Remembered,
): Promise<void> {
  const facts = await readFacts(tx, secrets, tenantId, of);
  const ids = facts.map(({ id }) => id);
  await tx('memory_facts').where({ tenant_id: tenantId }).whereIn('id', ids).delete();
}

async function factOf(tx: Tx, secrets: TenantSecrets, tenantId: TenantId, of: Remembered, id: string) {
  const fact = (await readFacts(tx, secrets, tenantId, of)).find(one => one.id === id);
  if (!fact) throw new NotFound('fact');
  return fact;
}

function alike(one: string, other: string): boolean {
  const plain = (text: string) =>
    text
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
      .trim();
  return plain(one) === plain(other);
}
