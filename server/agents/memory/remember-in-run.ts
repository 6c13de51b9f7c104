import { storable, type TenantId } from '../../kernel/index.ts';
import type { AgentDeps } from '../deps.ts';
import type { Person } from '../person-keys.ts';
import type { RunStart } from '../queries.ts';
import { addFact, type NewFact } from './facts.ts';

/** Remembers what was said in a run; what comes from a private thread stays the rep's own. @throws MemoryFull */
export async function rememberInRun(
  { db, secrets }: Pick<AgentDeps, 'db' | 'secrets'>,
  tenantId: TenantId,
  start: RunStart,
  person: Person,
  fact: Omit<NewFact, 'messageId'>,
): Promise<void> {
  const { leadId, userId, questionId, visibility } = start;
  const of = { leadId, person, userId, privately: visibility === 'private' };
  const kept = { ...fact, text: storable(fact.text), messageId: questionId };
  await db.withTenant(tenantId, tx => addFact(tx, secrets, tenantId, of, kept));
}
