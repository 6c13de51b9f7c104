import type { Db, Tx } from '../db/index.ts';
import type { Queue } from '../jobs/index.ts';
import type { Clock, Logger, TenantId } from '../kernel/index.ts';
import type { Account, Integrations, KommoClient, LeadReader } from '../kommo/index.ts';
import type { TenantSecrets } from '../secrets/index.ts';
import type { TenantDirectory } from '../tenants/index.ts';
import type { CustomTools } from '../tools/index.ts';
import type { Catalogues } from './catalogue.ts';
import type { WayView } from './choices.ts';
import type { Fields } from './json.ts';

/** A record we changed ourselves, so that the hook that tells of it is no news. */
export interface OwnChange {
  kind: string;
  id: number;
  updatedAt: number | null;
  body: unknown;
  fields: string[];
  /** What we wrote into them, under the same names. */
  values?: Fields;
}

export interface ActionDeps {
  db: Db;
  client: KommoClient;
  leads: LeadReader;
  /** Which account a bot's request comes from. */
  directory: TenantDirectory;
  integrations: Integrations;
  publicUrl: string;
  /** Tools that administrators added. */
  tools: Pick<CustomTools, 'preview' | 'call'>;
  queue: Queue;
  secrets: TenantSecrets;
  clock: Clock;
  log: Logger;
  accountOf(tenantId: TenantId): Promise<Account & { timeZone: string }>;
  /** For the chat service, whose address follows from the account's. */
  fetch: typeof fetch;
  /** The address of a host that a tenant named, vetted. @throws AddressRefused, PeerUnreachable */
  vetMailHost(host: string, port: number): Promise<string>;
  recordOwnChange(tx: Tx, tenantId: TenantId, change: OwnChange): Promise<void>;
  timing: EffectTiming;
  /** How many effects one worker performs side by side. */
  atOnce: number;
  /** Tests stop or kill the process at a named point; otherwise it does nothing. */
  reach(point: string): Promise<void> | void;
}

/** With what the slice keeps for itself: `openActions` makes it. */
export interface ActionsDeps extends ActionDeps {
  catalogues: Catalogues;
  /** In which ways a message reaches a client of this account, and why not in others. */
  waysOf(tenantId: TenantId): Promise<WayView[]>;
  /** Hands an effect to a worker. Best effort: the sweep finds it too. */
  hint(tenantId: TenantId, effectId: string): Promise<void>;
}

export interface EffectTiming {
  /** A worker not heard of for so long is dead. */
  claimMs: number;
  /** So long after its mark was stored a write may still be begun. */
  sendWithinMs: number;
  /** So long after its mark was stored a write that nobody can find surely never lands. */
  settleMs: number;
  /** The pause before the second try; it trebles from try to try. */
  retryMs: number;
}

/** What is begun must have ended, well before it is taken for lost. */
export function effectTiming(settleMs: number): EffectTiming {
  return { claimMs: 120_000, sendWithinMs: Math.min(30_000, settleMs / 3), settleMs, retryMs: 5_000 };
}
