import { recordAudit } from '../audit/index.ts';
import type { Tx } from '../db/index.ts';
import { newId, type TenantId } from '../kernel/index.ts';
import type { Place } from './action.ts';
import type { ActionsDeps } from './deps.ts';
import { digestOf, policyVersion } from './digest.ts';
import { answeredBefore, claimKey, type RequestKey } from './idempotency.ts';
import { sameJson } from './json.ts';
import { readingOnce } from './kommo-as.ts';
import { type Look, lookAt, type Wish } from './look.ts';
import { authoriseLead, placeOf } from './place.ts';
import {
  insertProposal,
  type Proposer,
  proposalsOfGroup,
  type StoredProposal,
  updateProposal,
  waitingOfRuns,
} from './proposal-queries.ts';
import { showProposals } from './show-proposal.ts';
import type { ProposalView } from './views.ts';
import { type CheckedWish, checkWording } from './wording/check-wording.ts';
import { readWordingRules } from './wording/rules.ts';

export const openForMs = 24 * 60 * 60_000;
export const draftForMs = 30 * 24 * 60 * 60_000;

export interface NewProposals {
  leadId: number;
  /** Who asks for it, or for whom the agent does: their rights decide what is read. */
  actor: Proposer & { id: number };
  /** The answer they come with. */
  runId: string | null;
  messageId: string | null;
  /** Runs on the same question: what they proposed and nobody decided is taken over, not proposed again. */
  tries?: string[];
  /** `private` hides them from everybody but the actor, as the thread they came up in. */
  visibility?: 'shared' | 'private';
  draft?: boolean;
  /** Language of what is composed for people, such as the word of why a task is closed. */
  locale?: string;
  actions: Wish[];
  request?: RequestKey;
  signal?: AbortSignal;
}

/**
 * Proposes changes that wait for a person. Nothing is written to Kommo.
 *
 * @throws NotFound unless the actor may see the lead, InvalidInput, TargetGone, KommoUnavailable
 */
export async function propose(
  deps: ActionsDeps,
  tenantId: TenantId,
  wanted: NewProposals,
): Promise<{ groupId: string; proposals: ProposalView[] }> {
  const { leadId, actor, signal } = wanted;
  const place = await placeOf(deps, tenantId, { leadId, userId: actor.id, signal });
  await authoriseLead(place);
  const before = await answeredBefore(deps.db, tenantId, wanted.request, (tx, made) =>
    groupOf(tx, tenantId, String(made['groupId']), actor.id, deps.clock.now()),
  );
  if (before) return before;
  const catalogue = await deps.catalogues.of(place.account);
  const now = deps.clock.now();
  const checked = await check(deps, tenantId, wanted, place, now);
  const once = { ...place, kommo: readingOnce(place.kommo), asAdmin: readingOnce(place.asAdmin) };
  const looks = await Promise.all(
    checked.map(({ wish }, index) => lookAt(once, wish, catalogue, `actions.${index}.arguments`)),
  );
  const groupId = newId();
  const proposals = looks.map((look, index) =>
    toProposal(look, wanted, place, groupId, now, checked[index]?.wording ?? null),
  );
  for (const [index, { keeps }] of checked.entries()) {
    const message = keeps === null ? undefined : proposals[keeps];
    const task = proposals[index];
    if (message?.wording && task) message.wording.tasks.push({ id: task.id, digest: task.digest });
  }
  return deps.db.withTenant(tenantId, async tx => {
    const earlier = wanted.request ? await claimKey(tx, tenantId, wanted.request, { groupId }) : null;
    if (earlier !== null) return groupOf(tx, tenantId, String(earlier['groupId']), actor.id, now);
    const waiting = await waitingOfRuns(tx, tenantId, { runIds: wanted.tries ?? [], now });
    const { stored, known } = takeOver(proposals, waiting);
    for (const proposal of stored) {
      if (known.has(proposal.id)) await updateProposal(tx, tenantId, proposal);
      else await insertProposal(tx, tenantId, proposal);
    }
    const views = await showProposals(tx, tenantId, stored, now);
    for (const { id, action } of stored) {
      if (known.has(id)) continue;
      await recordAudit(tx, tenantId, {
        event: 'action.proposed',
        actor: { kind: actor.kind === 'agent' ? 'system' : actor.kind, id: String(actor.id) },
        target: id,
        details: { action, leadId, runId: wanted.runId },
      });
    }
    return { groupId, proposals: views };
  });
}

/** What a person proposes is in their own words; what an agent writes to clients is held to the rules. */
async function check(
  deps: ActionsDeps,
  tenantId: TenantId,
  { actor, actions, locale = 'en' }: NewProposals,
  { account: { timeZone } }: Place,
  now: Date,
): Promise<CheckedWish[]> {
  if (actor.kind !== 'agent') return actions.map(wish => ({ wish, wording: null, keeps: null }));
  const readRule = () =>
    deps.db.withTenant(tenantId, async tx => (await readWordingRules(tx, tenantId)).promises);
  return checkWording(readRule, actions, { locale, now, timeZone });
}

/** What an earlier request with the same key made. */
async function groupOf(tx: Tx, tenantId: TenantId, groupId: string, userId: number, now: Date) {
  const stored = await proposalsOfGroup(tx, tenantId, { groupId, userId });
  return { groupId, proposals: await showProposals(tx, tenantId, stored, now) };
}

/** A card that a person has before them already stays, as it would be made now and with the newest answer. */
function takeOver(
  made: StoredProposal[],
  waiting: StoredProposal[],
): { stored: StoredProposal[]; known: Set<string> } {
  const earlier = new Map<string, StoredProposal>();
  for (const { id, action, args } of made) {
    const at = waiting.findIndex(one => one.action === action && sameJson(one.args, args));
    const [found] = at === -1 ? [] : waiting.splice(at, 1);
    if (found) earlier.set(id, found);
  }
  const taken = new Map<string, StoredProposal>();
  for (const proposal of made) {
    const found = earlier.get(proposal.id);
    const aside = found?.state === 'draft' ? { state: found.state, expiresAt: found.expiresAt } : {};
    const same = found ? { ...proposal, id: found.id, createdAt: found.createdAt, ...aside } : proposal;
    taken.set(proposal.id, { ...same, digest: digestOf(same) });
  }
  const stored = [...taken.values()].map(proposal => {
    const { wording } = proposal;
    const tasks = wording?.tasks.map(task => {
      const { id, digest } = taken.get(task.id) ?? task;
      return { id, digest };
    });
    return { ...proposal, wording: wording && { ...wording, tasks: tasks ?? [] } };
  });
  return { stored, known: new Set([...earlier.values()].map(({ id }) => id)) };
}

function toProposal(
  { action, args, sight, changes }: Look,
  wanted: NewProposals,
  place: Place,
  groupId: string,
  now: Date,
  wording: CheckedWish['wording'],
): StoredProposal {
  const draft = wanted.draft === true || (wording?.unsupported.length ?? 0) > 0;
  const content = {
    id: newId(),
    leadId: place.leadId,
    action: action.name as StoredProposal['action'],
    args,
    target: sight.target,
    seen: sight.fields,
    proposer: { kind: wanted.actor.kind, id: wanted.actor.id, name: wanted.actor.name },
    policyVersion,
  };
  return {
    ...content,
    groupId,
    ownerUserId: wanted.visibility === 'private' ? wanted.actor.id : 0,
    runId: wanted.runId,
    messageId: wanted.messageId,
    beside: sight.beside,
    changes,
    conflict: null,
    wording: wording && { ...wording, tasks: [] },
    digest: digestOf(content),
    state: draft ? 'draft' : 'open',
    locale: wanted.locale ?? 'en',
    decidedBy: null,
    decidedAt: null,
    refusedReason: null,
    createdAt: now,
    expiresAt: new Date(now.getTime() + (draft ? draftForMs : openForMs)),
  };
}
