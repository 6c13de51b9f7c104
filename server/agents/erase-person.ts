import type { Tx } from '../db/index.ts';
import type { TenantId } from '../kernel/index.ts';
import { destroyPersonKeys } from '../secrets/index.ts';
import type { AgentDeps } from './deps.ts';
import { eraseSummaries } from './summary/index.ts';

/**
 * Makes what is kept about a person unreadable for good, copies included, by destroying its keys: their own, and
 * those of their leads, under which things were kept while those had no contact. What a conversation came to and
 * what tools answered is taken away with it.
 *
 * @returns whether there was a key
 */
export async function erasePerson(
  tx: Tx,
  { leadsOfContact, actions }: Pick<AgentDeps, 'leadsOfContact' | 'actions'>,
  tenantId: TenantId,
  person: string,
): Promise<boolean> {
  const leadIds = await leadsOf(tx, leadsOfContact, tenantId, person);
  const people = [...new Set([person, ...leadIds.map(id => `lead-${id}`)])];
  // First the rows that a worker may be about to write: it waits, and then sees that they are gone.
  await eraseSummaries(tx, tenantId, people);
  await actions.eraseAnswers(tx, tenantId, leadIds);
  return destroyPersonKeys(tx, tenantId, people);
}

/** The leads of a contact, as the mirror knows them, and those in whose conversations they were the person. */
async function leadsOf(
  tx: Tx,
  leadsOfContact: AgentDeps['leadsOfContact'],
  tenantId: TenantId,
  person: string,
): Promise<number[]> {
  const [kind, id] = person.split('-');
  if (kind === 'lead') return [Number(id)];
  const { rows } = await tx.raw(
    `select c.lead_id from run_traces t
     join runs r on r.tenant_id = t.tenant_id and r.id = t.run_id
     join conversations c on c.tenant_id = r.tenant_id and c.id = r.conversation_id
     where t.tenant_id = :tenantId and t.person = :person
     union
     select c.lead_id from conversation_summaries s
     join conversations c on c.tenant_id = s.tenant_id and c.id = s.conversation_id
     where s.tenant_id = :tenantId and s.person = :person
     union
     select substr(f.subject, 6)::bigint from memory_facts f
     where f.tenant_id = :tenantId and f.person = :person and f.subject like 'lead-%'`,
    { tenantId, person },
  );
  const known = rows.map(({ lead_id }: { lead_id: string | number }) => Number(lead_id));
  return [...new Set([...known, ...(await leadsOfContact(tx, tenantId, Number(id)))])];
}
