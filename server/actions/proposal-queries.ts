import type { Tx } from '../db/index.ts';
import { NotFound, type TenantId } from '../kernel/index.ts';
import type { Fields } from './json.ts';
import type { ActionName, ChangeView, EffectResult, EffectState, ProposalState, Target } from './views.ts';
import { readWording, type StoredWording } from './wording/rules.ts';

export interface Proposer {
  kind: 'rep' | 'agent' | 'admin';
  /** The Kommo user who acts, or for whom the agent does. */
  id: number | null;
  name: string;
}

export interface StoredProposal {
  id: string;
  groupId: string;
  leadId: number;
  ownerUserId: number;
  runId: string | null;
  messageId: string | null;
  action: ActionName;
  args: object;
  seen: Fields;
  beside: Fields;
  target: Target;
  changes: ChangeView[];
  conflict: { at: string; differences: ChangeView[] } | null;
  /** Of a message that an agent composed. */
  wording: StoredWording | null;
  digest: string;
  policyVersion: number;
  state: ProposalState;
  proposer: Proposer;
  locale: string;
  decidedBy: { id: number; name: string } | null;
  decidedAt: Date | null;
  refusedReason: string | null;
  createdAt: Date;
  expiresAt: Date;
}

export interface StoredEffect {
  id: string;
  purpose: 'action' | 'undo' | 'record';
  state: EffectState;
  attempts: number;
  nextAttemptAt: Date;
  errorCode: string | null;
  errorDetail: string | null;
  result: EffectResult | null;
  args: object;
  /** Of its proposal, as of the same moment: an effect that ends in a conflict says so there. */
  conflict: StoredProposal['conflict'];
}

export async function insertProposal(tx: Tx, tenantId: TenantId, proposal: StoredProposal): Promise<void> {
  await tx('proposals').insert({ tenant_id: tenantId, id: proposal.id, ...toRow(proposal) });
}

export async function updateProposal(tx: Tx, tenantId: TenantId, proposal: StoredProposal): Promise<void> {
  await tx('proposals').where({ tenant_id: tenantId, id: proposal.id }).update(toRow(proposal));
}

function toRow(proposal: StoredProposal) {
  return {
    group_id: proposal.groupId,
    lead_id: proposal.leadId,
    owner_user_id: proposal.ownerUserId,
    run_id: proposal.runId,
    message_id: proposal.messageId,
    action: proposal.action,
    arguments: JSON.stringify(proposal.args),
    seen: JSON.stringify(proposal.seen),
    beside: JSON.stringify(proposal.beside),
    target: JSON.stringify(proposal.target),
    changes: JSON.stringify(proposal.changes),
    conflict: proposal.conflict === null ? null : JSON.stringify(proposal.conflict),
    wording: proposal.wording === null ? null : JSON.stringify(proposal.wording),
    digest: proposal.digest,
    policy_version: proposal.policyVersion,
    state: proposal.state,
    proposer_kind: proposal.proposer.kind,
    proposer_id: proposal.proposer.id,
    proposer_name: proposal.proposer.name,
    locale: proposal.locale,
    decided_by: proposal.decidedBy?.id ?? null,
    decided_by_name: proposal.decidedBy?.name ?? null,
    decided_at: proposal.decidedAt,
    refused_reason: proposal.refusedReason,
    created_at: proposal.createdAt,
    expires_at: proposal.expiresAt,
  };
}

/**
 * The proposal, if this user may know of it; whether they may see the lead is Kommo's to say. With `lock`
 * nobody else decides about it until the transaction ends.
 *
 * @throws NotFound
 */
export async function readProposal(
  tx: Tx,
  tenantId: TenantId,
  { proposalId, userId, lock = false }: { proposalId: string; userId: number; lock?: boolean },
): Promise<StoredProposal> {
  const query = tx('proposals')
    .where({ tenant_id: tenantId, id: proposalId })
    .whereIn('owner_user_id', [0, userId]);
  const row = await (lock ? query.forUpdate().first() : query.first());
  if (!row) throw new NotFound('proposal');
  return toProposal(row);
}

/**
 * Several as `readProposal` locks one, and always in the same order, so that no two deciders wait for each
 * other. What is missing or another's is left out.
 */
export async function lockProposals(
  tx: Tx,
  tenantId: TenantId,
  { ids, userId }: { ids: string[]; userId: number },
): Promise<Map<string, StoredProposal>> {
  const rows = await tx('proposals')
    .where({ tenant_id: tenantId })
    .whereIn('id', ids)
    .whereIn('owner_user_id', [0, userId])
    .orderBy('id')
    .forUpdate();
  return new Map(rows.map(row => [row.id, toProposal(row)]));
}

/** Newest first. */
export async function listProposals(
  tx: Tx,
  tenantId: TenantId,
  {
    leadId,
    userId,
    onlyWaiting,
    before,
    now,
    limit,
  }: {
    leadId: number;
    userId: number;
    onlyWaiting: boolean;
    before: string | null;
    now: Date;
    limit: number;
  },
): Promise<StoredProposal[]> {
  const query = tx('proposals')
    .where({ tenant_id: tenantId, lead_id: leadId })
    .whereIn('owner_user_id', [0, userId])
    .orderBy('id', 'desc')
    .limit(limit);
  if (onlyWaiting) query.whereIn('state', ['draft', 'open']).where('expires_at', '>', now);
  if (before !== null) query.where('id', '<', before);
  return (await query).map(toProposal);
}

export async function proposalsOfGroup(
  tx: Tx,
  tenantId: TenantId,
  { groupId, userId }: { groupId: string; userId: number },
): Promise<StoredProposal[]> {
  const rows = await tx('proposals')
    .where({ tenant_id: tenantId, group_id: groupId })
    .whereIn('owner_user_id', [0, userId])
    .orderBy('id');
  return rows.map(toProposal);
}

export async function proposalsOfRun(
  tx: Tx,
  tenantId: TenantId,
  { runId, userId }: { runId: string; userId: number },
): Promise<StoredProposal[]> {
  const rows = await tx('proposals')
    .where({ tenant_id: tenantId, run_id: runId })
    .whereIn('owner_user_id', [0, userId])
    .orderBy('id');
  return rows.map(toProposal);
}

/** What these runs proposed and nobody has decided yet, locked against a decision meanwhile. */
export async function waitingOfRuns(
  tx: Tx,
  tenantId: TenantId,
  { runIds, now }: { runIds: string[]; now: Date },
): Promise<StoredProposal[]> {
  if (runIds.length === 0) return [];
  const rows = await tx('proposals')
    .where({ tenant_id: tenantId })
    .whereIn('run_id', runIds)
    .whereIn('state', ['draft', 'open'])
    .where('expires_at', '>', now)
    .orderBy('id')
    .forUpdate();
  return rows.map(toProposal);
}

/** The effects of these proposals, oldest first. */
export async function effectsOf(
  tx: Tx,
  tenantId: TenantId,
  proposalIds: string[],
): Promise<Map<string, StoredEffect[]>> {
  const rows = await tx('effects as e')
    .join('proposals as p', { 'p.tenant_id': 'e.tenant_id', 'p.id': 'e.proposal_id' })
    .where({ 'e.tenant_id': tenantId })
    .whereIn('e.proposal_id', proposalIds)
    .orderBy('e.id')
    .select('e.*', 'p.conflict');
  const found = new Map<string, StoredEffect[]>();
  for (const row of rows) {
    found.set(row.proposal_id, [
      ...(found.get(row.proposal_id) ?? []),
      {
        id: row.id,
        purpose: row.purpose,
        state: row.state,
        attempts: row.attempts,
        nextAttemptAt: row.next_attempt_at,
        errorCode: row.error_code,
        errorDetail: row.error_detail,
        result: row.result,
        args: row.arguments,
        conflict: row.conflict,
      },
    ]);
  }
  return found;
}

interface ProposalRow {
  id: string;
  group_id: string;
  lead_id: number;
  owner_user_id: number;
  run_id: string | null;
  message_id: string | null;
  action: ActionName;
  arguments: object;
  seen: Fields;
  beside: Fields;
  target: Target;
  changes: ChangeView[];
  conflict: StoredProposal['conflict'];
  wording: Parameters<typeof readWording>[0];
  digest: string;
  policy_version: number;
  state: ProposalState;
  proposer_kind: Proposer['kind'];
  proposer_id: number | null;
  proposer_name: string;
  locale: string;
  decided_by: number | null;
  decided_by_name: string | null;
  decided_at: Date | null;
  refused_reason: string | null;
  created_at: Date;
  expires_at: Date;
}

function toProposal(row: ProposalRow): StoredProposal {
  return {
    id: row.id,
    groupId: row.group_id,
    leadId: row.lead_id,
    ownerUserId: row.owner_user_id,
    runId: row.run_id,
    messageId: row.message_id,
    action: row.action,
    args: row.arguments,
    seen: row.seen,
    beside: row.beside,
    target: row.target,
    changes: row.changes,
    conflict: row.conflict,
    wording: readWording(row.wording),
    digest: row.digest,
    policyVersion: row.policy_version,
    state: row.state,
    proposer: { kind: row.proposer_kind, id: row.proposer_id, name: row.proposer_name },
    locale: row.locale,
    decidedBy: row.decided_by === null ? null : { id: row.decided_by, name: row.decided_by_name ?? '' },
    decidedAt: row.decided_at,
    refusedReason: row.refused_reason,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
}
