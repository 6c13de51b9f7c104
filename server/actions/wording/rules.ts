import { z } from 'zod';
import { type AuditEvent, recordAudit } from '../../audit/index.ts';
import type { Tx } from '../../db/index.ts';
import type { TenantId } from '../../kernel/index.ts';

/** What the rules found in a message that an agent composed. */
export const Wording = z.object({
  /** What neither a cited source nor a field carries: it made the message a draft. */
  unsupported: z.array(
    z.object({
      kind: z.enum(['price', 'percent', 'quantity', 'date', 'time', 'policy', 'promise']),
      text: z.string(),
    }),
  ),
  /** Promises that were taken out, because nobody could say when they are due. */
  leftOut: z.array(z.string()),
  /** Proposals of tasks that keep its promises: approved with it. */
  tasks: z.array(z.uuid()),
});
export type Wording = z.infer<typeof Wording>;

/** A task as the message's reader was shown it. */
export interface KeepingTask {
  id: string;
  /** Null in what was stored before digests were: nobody can say whether the task is still the same. */
  digest: string | null;
}

export interface StoredWording extends Omit<Wording, 'tasks'> {
  tasks: KeepingTask[];
}

/** As the column holds it, plain ids from before among it. */
export function readWording(
  stored: (Omit<Wording, 'tasks'> & { tasks: (string | KeepingTask)[] }) | null,
): StoredWording | null {
  if (stored === null) return null;
  const tasks = stored.tasks.map(task => (typeof task === 'string' ? { id: task, digest: null } : task));
  return { ...stored, tasks };
}

export const WordingRules = z.object({
  /** `task`: a promise with a time becomes a task beside the message. `rewrite`: promises are taken out. */
  promises: z.enum(['task', 'rewrite']),
});
export type WordingRules = z.infer<typeof WordingRules>;

export async function readWordingRules(tx: Tx, tenantId: TenantId): Promise<WordingRules> {
  const row = await tx('wording_rules').where({ tenant_id: tenantId }).first('promises');
  return { promises: row?.promises ?? 'task' };
}

export async function saveWordingRules(
  tx: Tx,
  tenantId: TenantId,
  rules: WordingRules,
  actor: AuditEvent['actor'],
): Promise<WordingRules> {
  await tx('wording_rules')
    .insert({ tenant_id: tenantId, ...rules })
    .onConflict('tenant_id')
    .merge();
  await recordAudit(tx, tenantId, { event: 'action.wording-rules-set', actor, details: rules });
  return rules;
}
