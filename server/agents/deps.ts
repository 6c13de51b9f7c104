import type { Actions } from '../actions/index.ts';
import type { Db, Tx } from '../db/index.ts';
import type { Metrics } from '../http/index.ts';
import type { Queue } from '../jobs/index.ts';
import type { Clock, Logger, TenantId } from '../kernel/index.ts';
import type { Account, LeadReader } from '../kommo/index.ts';
import type { Llm } from '../llm/index.ts';
import type { Chain, Models } from '../models/index.ts';
import type { TenantSecrets } from '../secrets/index.ts';
import type { OfferedTool } from '../tools/index.ts';
import type { ActiveAgents } from './definition/index.ts';
import type { HistoryBounds } from './queries.ts';
import type { Rules } from './rules.ts';
import type { Trace } from './trace/trace.ts';

/** What the agent takes from knowledge: a stretch of a stored version that fits the question. */
export interface KnowledgeHit {
  documentId: string;
  versionId: string;
  title: string;
  start: number;
  end: number;
  body: string;
  /** The headings above it that are not in its body. */
  heading: string;
  score: number;
  /** Other documents that say the very same. */
  alsoIn: KnowledgePlace[];
}

export interface KnowledgePlace {
  documentId: string;
  versionId: string;
  title: string;
  start: number;
  end: number;
  body: string;
}

export interface AgentDeps {
  rules: Rules;
  db: Db;
  /** Which models answer for an agent. */
  models: Pick<Models, 'chainFor'>;
  /** Which agent answers, and in which version. */
  activeAgents: ActiveAgents;
  /** Answers `/find` whatever model is set: it quotes and costs nothing. */
  offline: Llm;
  /** Turns what was ordered into proposals; the agent decides and writes nothing itself. */
  actions: Pick<
    Actions,
    | 'propose'
    | 'approveAlone'
    | 'ofRun'
    | 'choices'
    | 'findContacts'
    | 'toolAnswers'
    | 'done'
    | 'eraseAnswers'
  >;
  /** Tools that administrators added: offered to the model, and carried out after a person approved. */
  customTools(tenantId: TenantId): Promise<OfferedTool[]>;
  leads: LeadReader;
  /** The leads a contact is tied to, as far as we know. */
  leadsOfContact(tx: Tx, tenantId: TenantId, contactId: number): Promise<number[]>;
  secrets: TenantSecrets;
  queue: Queue;
  historyBounds: HistoryBounds;
  /** Where a test stops or kills the process; otherwise nothing happens. */
  reach(point: string): Promise<void> | void;
  /** Told of each turn that was kept; for spans, where an operator collects them. */
  onTrace(tenantId: TenantId, trace: Trace): void;
  /** The passages that fit, best first; only those that may support an answer. */
  searchKnowledge(
    tenantId: TenantId,
    query: {
      text: string;
      locale: string;
      limit: number;
      filter?: { scope: { sourceIds: string[]; tags: string[] } | null };
      signal: AbortSignal;
    },
  ): Promise<KnowledgeHit[]>;
  /** Titles of documents to make suggestions from, newest first. */
  documentTitles(tenantId: TenantId, limit: number): Promise<string[]>;
  /** The tenant's dictionary, and which of the candidates are names of clients. */
  hiddenWords(
    tenantId: TenantId,
    candidates: string[],
  ): Promise<{ clients: string[]; always: string[]; never: string[] }>;
  accountOf(tenantId: TenantId): Promise<Account & { name: string; timeZone: string }>;
  clock: Clock;
  log: Logger;
  metrics: Metrics;
  /** This process, as runs name the one that executes them. */
  processId: string;
  dailyCapMicros: number;
  /** How long a dropped connection may take to come back. */
  graceMs: number;
  /** How often a run shows that it lives and looks whether it was cancelled elsewhere. */
  beatMs: number;
}

/** The same for one run, whose agent has a chain of its own. */
export interface RunDeps extends AgentDeps {
  /** The first choice, by whose name the run goes. */
  llm: Llm;
  /** All models in the order they are asked, the first choice included. */
  chain: Chain;
}

export function depsOfRun(deps: AgentDeps, chain: Chain): RunDeps {
  return { ...deps, llm: chain[0].llm, chain };
}
