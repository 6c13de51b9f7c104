import { AppError, storable, type TenantId } from '../../kernel/index.ts';
import { type Person, wasErasedSince } from '../../secrets/index.ts';
import type { AgentDeps } from '../deps.ts';
import type { RunStart } from '../queries.ts';
import { addFact, type NewFact } from './facts.ts';

/** Takes back what was about to be remembered. */
class ErasedMeanwhile extends AppError {
  readonly code = 'erased-meanwhile';
  readonly status = 409;

  constructor() {
    super('What is kept about this client was erased while you asked, so nothing was remembered.');
  }
}

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
  await db.withTenant(tenantId, async tx => {
    await addFact(tx, secrets, tenantId, of, kept);
    // What was said of somebody who was erased meanwhile is not kept.
    const { created_at: since } = await tx('messages').where({ tenant_id: tenantId, id: questionId }).first();
    if (await wasErasedSince(tx, tenantId, [person, `lead-${leadId}`], since)) throw new ErasedMeanwhile();
  });
}
