import { LRUCache } from 'lru-cache';
import type { Tx } from '../db/index.ts';
import type { Route } from '../http/index.ts';
import type { Queue, Sweep } from '../jobs/index.ts';
import { type TenantId, toError } from '../kernel/index.ts';
import { adminRoutes } from './admin-routes.ts';
import { approve } from './approve.ts';
import { auditRoutes } from './audit-routes.ts';
import { openCatalogues } from './catalogue.ts';
import type { WayView } from './choices.ts';
import { type Choices, choicesOf } from './choices.ts';
import type { ActionDeps, ActionsDeps } from './deps.ts';
import { type DoneAction, doneActions } from './done-actions.ts';
import { effectJob, effectWorker } from './effect-jobs.ts';
import { findContacts } from './find-contacts.ts';
import { proposalsOfRun } from './proposal-queries.ts';
import { type NewProposals, propose } from './propose.ts';
import { proposalRoutes } from './routes.ts';
import { showProposals } from './show-proposal.ts';
import { eraseAnswers } from './tool-answer-seal.ts';
import { type ToolAnswer, toolAnswers, withAnswers } from './tool-answers.ts';
import type { ProposalView } from './views.ts';
import { botRoutes } from './ways/bot-routes.ts';
import { checkWays } from './ways/check.ts';
import { releaseBotsSweep } from './ways/release-bots.ts';
import { wordingRoutes } from './wording/routes.ts';

export interface Actions {
  routes: Route[];
  /** Proposes changes that wait for a person: what tools and slash commands of an agent do. */
  propose(tenantId: TenantId, wanted: NewProposals): Promise<{ groupId: string; proposals: ProposalView[] }>;
  /** Approves what an agent's policy lets pass, as a person would: same record read again, same digest, same rights. */
  approveAlone(
    tenantId: TenantId,
    wanted: {
      proposalId: string;
      digest: string;
      by: { userId: number; name: string; agentId: string | null; agentVersion: number | null };
      signal?: AbortSignal;
    },
  ): Promise<ProposalView>;
  /** Those a run made that this user may know of, oldest first, as they stand now. */
  ofRun(tenantId: TenantId, of: { runId: string; userId: number }): Promise<ProposalView[]>;
  /** What a person or an agent may choose from in this account. */
  choices(tenantId: TenantId): Promise<Choices>;
  /** Contacts whom a person may mean by some words. */
  findContacts(
    tenantId: TenantId,
    of: { userId: number; words: string; signal?: AbortSignal },
  ): Promise<{ id: number; name: string }[]>;
  /** What tools have answered on a lead, newest first. */
  toolAnswers(
    tx: Tx,
    tenantId: TenantId,
    of: { leadId: number; userId: number; privately: boolean },
  ): Promise<ToolAnswer[]>;
  /** What was carried out of what came with these answers. */
  done(tenantId: TenantId, messageIds: string[]): Promise<DoneAction[]>;
  /** Takes away what tools answered on these leads. */
  eraseAnswers(tx: Tx, tenantId: TenantId, leadIds: number[]): Promise<void>;
  /** Performs effects in this process. */
  work(queue: Queue): Promise<void>;
  sweeps(options: { listTenants(): Promise<TenantId[]>; soleProcess: boolean }): Sweep[];
  close(): void;
}

export function openActions(given: ActionDeps): Actions {
  const deps: ActionsDeps = {
    ...given,
    catalogues: openCatalogues(given),
    waysOf: rememberedWays(tenantId => checkWays(deps, tenantId, { connect: false })),
    async hint(tenantId, effectId) {
      try {
        await given.queue.add(effectJob(tenantId, effectId));
      } catch (thrown) {
        given.log.warn(
          { tenantId, effectId, err: toError(thrown) },
          'the queue took no job; the sweep will add it',
        );
      }
    },
  };
  const worker = effectWorker(deps);
  return {
    routes: [
      ...proposalRoutes(deps),
      ...adminRoutes(deps),
      ...auditRoutes(deps.db),
      ...wordingRoutes(deps.db),
      ...botRoutes(deps),
    ],
    propose: (tenantId, wanted) => propose(deps, tenantId, wanted),
    approveAlone(tenantId, { proposalId, digest, by, signal }) {
      const { userId, name, ...alone } = by;
      return approve(deps, { tenantId, userId, name }, { proposalId, digest, request: null, alone }, signal);
    },
    async ofRun(tenantId, of) {
      return given.db.withTenant(tenantId, async tx =>
        withAnswers(
          tx,
          given.secrets,
          tenantId,
          await showProposals(tx, tenantId, await proposalsOfRun(tx, tenantId, of), given.clock.now()),
        ),
      );
    },
    done: (tenantId, messageIds) =>
      given.db.withTenant(tenantId, tx => doneActions(tx, tenantId, messageIds)),
    toolAnswers: (tx, tenantId, of) => toolAnswers(tx, given.secrets, tenantId, of),
    eraseAnswers,
    async choices(tenantId) {
      const account = await given.accountOf(tenantId);
      return choicesOf(await deps.catalogues.of(account), await deps.waysOf(tenantId));
    },
    findContacts: (tenantId, of) => findContacts(deps, tenantId, of),
    work: queue => worker.work(queue),
    sweeps: options => [worker.sweep(options), releaseBotsSweep(deps, options.listTenants)],
    close: () => worker.close(),
  };
}

/** Asking costs four calls to Kommo, and the answer changes when an administrator changes something. */
function rememberedWays(ask: (tenantId: TenantId) => Promise<WayView[]>): ActionsDeps['waysOf'] {
  const known = new LRUCache<TenantId, Promise<WayView[]>>({ max: 2_000, ttl: 60_000 });
  return tenantId => {
    const earlier = known.get(tenantId);
    if (earlier) return earlier;
    const asking = ask(tenantId);
    known.set(tenantId, asking);
    asking.catch(() => known.delete(tenantId));
    return asking;
  };
}
