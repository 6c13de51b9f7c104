import { z } from 'zod';
import { actorOf, type Caller, type Context, Forbidden, type Route, route } from '../http/index.ts';
import { storable } from '../kernel/index.ts';
import { approve } from './approve.ts';
import { approveGroup } from './approve-group.ts';
import { ChoicesView, choicesOf } from './choices.ts';
import type { ActionsDeps } from './deps.ts';
import { editProposal } from './edit-proposal.ts';
import type { RequestKey } from './idempotency.ts';
import { authoriseLead, placeOf } from './place.ts';
import { listProposals } from './proposal-queries.ts';
import { propose } from './propose.ts';
import { type Rep, reachProposal } from './reach.ts';
import { refuse } from './refuse.ts';
import { showProposal, showProposals } from './show-proposal.ts';
import { withAnswers } from './tool-answers.ts';
import { undo } from './undo.ts';
import { ActionName, ProposalView } from './views.ts';

const LeadId = z.object({ leadId: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER) });
const ProposalId = z.object({ proposalId: z.uuid() });
const GroupId = z.object({ groupId: z.uuid() });
const Digest = z.string().regex(/^[0-9a-f]{64}$/, 'must be the digest of a proposal');
const Arguments = z.record(z.string(), z.unknown());
const pageSize = 50;

const shared = { tag: 'actions', permission: 'rep' } as const;
const missing = { 404: ['proposal-not-found', 'target-gone'], 502: ['kommo-unavailable'] };

/** @throws Forbidden for callers that are not a person in the account's CRM */
function repOf(caller: Caller | null): Rep {
  if (caller?.kind !== 'rep') throw new Forbidden('rep');
  return caller;
}

export function keyOf(
  { caller, idempotencyKey }: Pick<Context<unknown, unknown, unknown>, 'caller' | 'idempotencyKey'>,
  operation: string,
  request: unknown,
): RequestKey {
  const { kind, id } = actorOf(caller);
  return { actor: `${kind}:${id ?? ''}`, key: idempotencyKey, operation, request };
}

/** Proposals and what a person decides about them. */
export function proposalRoutes(deps: ActionsDeps): Route[] {
  return [...reading(deps), ...making(deps), ...deciding(deps)];
}

function reading(deps: ActionsDeps): Route[] {
  return [
    route({
      ...shared,
      method: 'get',
      path: '/v1/leads/{leadId}/proposals',
      operation: 'listProposals',
      summary: 'What is proposed for a lead, newest last within a page; the first page holds the newest.',
      params: LeadId,
      query: z.object({ state: z.enum(['open', 'all']).default('open'), cursor: z.uuid().optional() }),
      answers: { 200: z.object({ proposals: z.array(ProposalView), nextCursor: z.uuid().nullable() }) },
      problems: { 404: ['lead-not-found'], 502: ['kommo-unavailable'] },
      async handle({ caller, params, query, signal }) {
        const rep = repOf(caller);
        const { tenantId, userId } = rep;
        await authoriseLead(await placeOf(deps, tenantId, { leadId: params.leadId, userId, signal }));
        const now = deps.clock.now();
        const page = await deps.db.withTenant(tenantId, async tx => {
          const found = await listProposals(tx, tenantId, {
            leadId: params.leadId,
            userId,
            onlyWaiting: query.state === 'open',
            before: query.cursor ?? null,
            now,
            limit: pageSize + 1,
          });
          const shown = found.slice(0, pageSize).reverse();
          return {
            proposals: await withAnswers(
              tx,
              deps.secrets,
              tenantId,
              await showProposals(tx, tenantId, shown, now),
            ),
            nextCursor: found.length > pageSize ? (shown[0]?.id ?? null) : null,
          };
        });
        return { status: 200, body: page };
      },
    }),
    route({
      ...shared,
      method: 'get',
      path: '/v1/proposals/{proposalId}',
      operation: 'getProposal',
      summary: 'A proposal and what became of it.',
      params: ProposalId,
      answers: { 200: ProposalView },
      problems: missing,
      async handle({ caller, params, signal }) {
        const rep = repOf(caller);
        const { proposal } = await reachProposal(deps, rep, params.proposalId, signal);
        const [body] = await deps.db.withTenant(rep.tenantId, async tx =>
          withAnswers(tx, deps.secrets, rep.tenantId, [
            await showProposal(tx, rep.tenantId, proposal, deps.clock.now()),
          ]),
        );
        if (!body) throw new Error('A proposal without a view.');
        return { status: 200, body };
      },
    }),
    route({
      ...shared,
      method: 'get',
      path: '/v1/leads/{leadId}/choices',
      operation: 'listChoices',
      summary: 'Stages, people, fields and ways of sending that a proposal for this lead can name.',
      params: LeadId,
      answers: { 200: ChoicesView },
      problems: { 404: ['lead-not-found'], 502: ['kommo-unavailable'] },
      async handle({ caller, params, signal }) {
        const { tenantId, userId } = repOf(caller);
        const place = await placeOf(deps, tenantId, { leadId: params.leadId, userId, signal });
        await authoriseLead(place);
        const [catalogue, ways] = await Promise.all([
          deps.catalogues.of(place.account),
          deps.waysOf(tenantId),
        ]);
        return { status: 200, body: choicesOf(catalogue, ways) };
      },
    }),
  ];
}

function making(deps: ActionsDeps): Route[] {
  return [
    route({
      ...shared,
      method: 'post',
      path: '/v1/leads/{leadId}/proposals',
      operation: 'propose',
      summary: 'Proposes changes to a lead as the caller; nothing is written until somebody approves.',
      params: LeadId,
      idempotent: true,
      body: z.object({
        actions: z
          .array(z.object({ action: ActionName, arguments: Arguments }))
          .min(1)
          .max(20),
        draft: z.boolean().default(false),
      }),
      answers: { 201: z.object({ groupId: z.uuid(), proposals: z.array(ProposalView) }) },
      problems: { 404: ['lead-not-found', 'target-gone'], 422: ['action-key-reused'] },
      async handle({ caller, params, body, idempotencyKey, signal }) {
        const rep = repOf(caller);
        const made = await propose(deps, rep.tenantId, {
          leadId: params.leadId,
          actor: { kind: 'rep', id: rep.userId, name: rep.name },
          runId: null,
          messageId: null,
          draft: body.draft,
          actions: body.actions,
          request: keyOf({ caller, idempotencyKey }, 'propose', [params.leadId, body]),
          signal,
        });
        return { status: 201, body: made };
      },
    }),
    route({
      ...shared,
      method: 'patch',
      path: '/v1/proposals/{proposalId}',
      operation: 'editProposal',
      summary:
        'Other arguments, or aside as a draft; the digest is new and an approval of the old one fails.',
      params: ProposalId,
      idempotent: true,
      body: z.object({
        arguments: Arguments.optional(),
        draft: z.boolean().optional(),
        /** What the person saw: if it stands no more, nothing is changed. */
        digest: Digest.optional(),
      }),
      answers: { 200: ProposalView },
      problems: { ...missing, 409: ['proposal-changed', 'proposal-closed'], 410: ['proposal-expired'] },
      async handle({ caller, params, body, idempotencyKey, signal }) {
        const change = {
          proposalId: params.proposalId,
          args: body.arguments ?? null,
          draft: body.draft ?? null,
          digest: body.digest ?? null,
          request: keyOf({ caller, idempotencyKey }, 'editProposal', [params.proposalId, body]),
        };
        return { status: 200, body: await editProposal(deps, repOf(caller), change, signal) };
      },
    }),
  ];
}

function deciding(deps: ActionsDeps): Route[] {
  return [
    route({
      ...shared,
      method: 'post',
      path: '/v1/proposals/{proposalId}/approve',
      operation: 'approveProposal',
      summary:
        'Approves what the digest stands for, once; a changed record is a conflict and nothing is written.',
      params: ProposalId,
      idempotent: true,
      body: z.object({ digest: Digest }),
      answers: { 202: ProposalView },
      problems: {
        ...missing,
        403: ['may-not-change'],
        409: ['proposal-conflict', 'proposal-changed', 'proposal-closed'],
        410: ['proposal-expired'],
      },
      async handle({ caller, params, body, idempotencyKey, signal }) {
        const request = keyOf({ caller, idempotencyKey }, 'approveProposal', [params.proposalId, body]);
        const wish = { proposalId: params.proposalId, digest: body.digest, request };
        return { status: 202, body: await approve(deps, repOf(caller), wish, signal) };
      },
    }),
    route({
      ...shared,
      method: 'post',
      path: '/v1/proposals/{proposalId}/refuse',
      operation: 'refuseProposal',
      summary: 'Closes a proposal; nothing is written.',
      params: ProposalId,
      idempotent: true,
      body: z.object({ reason: z.string().max(1000).transform(storable).optional() }),
      answers: { 200: ProposalView },
      problems: { ...missing, 409: ['proposal-closed'] },
      async handle({ caller, params, body, idempotencyKey, signal }) {
        const request = keyOf({ caller, idempotencyKey }, 'refuseProposal', [params.proposalId, body]);
        const wish = { proposalId: params.proposalId, reason: body.reason || null, request };
        return { status: 200, body: await refuse(deps, repOf(caller), wish, signal) };
      },
    }),
    route({
      ...shared,
      method: 'post',
      path: '/v1/proposals/{proposalId}/undo',
      operation: 'undoProposal',
      summary: 'Takes back what was done, where Kommo allows and nobody changed it since.',
      params: ProposalId,
      idempotent: true,
      answers: { 202: ProposalView },
      problems: { ...missing, 403: ['may-not-change'], 409: ['undo-conflict', 'undo-impossible'] },
      async handle({ caller, params, idempotencyKey, signal }) {
        const request = keyOf({ caller, idempotencyKey }, 'undoProposal', [params.proposalId]);
        const wish = { proposalId: params.proposalId, request };
        return { status: 202, body: await undo(deps, repOf(caller), wish, signal) };
      },
    }),
    route({
      ...shared,
      method: 'post',
      path: '/v1/proposal-groups/{groupId}/approve',
      operation: 'approveGroup',
      summary: 'Approves several proposals of one answer, each on its own; each view says what came of it.',
      params: GroupId,
      idempotent: true,
      body: z.object({ digests: z.record(z.uuid(), Digest) }),
      answers: {
        202: z.object({
          proposals: z.array(ProposalView),
          /** By the id of a proposal that was not approved: the code of the reason. */
          faults: z.record(z.string(), z.string()),
        }),
      },
      problems: { 404: ['proposal-group-not-found'], 502: ['kommo-unavailable'] },
      async handle({ caller, params, body, idempotencyKey, signal }) {
        const key = keyOf({ caller, idempotencyKey }, 'approveGroup', null);
        const wish = { groupId: params.groupId, digests: body.digests, key };
        return { status: 202, body: await approveGroup(deps, repOf(caller), wish, signal) };
      },
    }),
  ];
}
