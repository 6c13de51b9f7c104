import type { Db, Tx } from '../../db/index.ts';
import type { Queue } from '../../jobs/index.ts';
import type { Clock, Logger, TenantId } from '../../kernel/index.ts';
import type { Models } from '../../models/index.ts';
import type { ActiveAgents } from './active-agent.ts';
import type { PublishGate } from './publish-gate.ts';

export interface AgentAdminDeps {
  db: Db;
  queue: Queue;
  clock: Clock;
  log: Logger;
  active: ActiveAgents;
  /** Those of these sources that the account does not have. */
  missingSources(tx: Tx, tenantId: TenantId, sourceIds: string[]): Promise<string[]>;
  models: Pick<Models, 'faultsOf'>;
  /** Null where nothing checks a version before it is published. */
  gate: PublishGate | null;
  /** This process, as publications name the one that works on them. */
  processId: string;
}
