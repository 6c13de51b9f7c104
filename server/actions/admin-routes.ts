import { z } from 'zod';
import { type Route, route, tenantOf } from '../http/index.ts';
import { Way, WayView } from './choices.ts';
import type { ActionsDeps } from './deps.ts';
import {
  checkMailAccount,
  MailAccountView,
  NewMailAccount,
  readMailAccount,
  saveMailAccount,
} from './mail/account.ts';
import { keyOf } from './routes.ts';
import { decideEffect, listStuckEffects } from './stuck-effects.ts';
import { EffectState } from './views.ts';
import { checkWays } from './ways/check.ts';
import { readWay, saveWay, WaySettings } from './ways/settings.ts';

const EffectId = z.object({ effectId: z.uuid() });
const StuckView = z.object({
  id: z.uuid(),
  proposalId: z.uuid(),
  leadId: z.int(),
  purpose: z.string(),
  action: z.string(),
  state: EffectState,
  attempts: z.int(),
  error: z.object({ code: z.string(), detail: z.string() }).nullable(),
  createdAt: z.iso.datetime(),
});
const MessageWayView = z.object({
  way: Way,
  settings: WaySettings.omit({ secret: true }),
  hasSecret: z.boolean(),
});
const NewWay = z.object({ way: Way, settings: WaySettings.default({}) });
const pageSize = 100;
const shared = { tag: 'actions', permission: 'admin' } as const;
const stuck = { 404: ['effect-not-found'], 409: ['effect-not-stuck'] };

/** What an administrator sees to: effects that wait for a person, and the ways to a client. */
export function adminRoutes(deps: ActionsDeps): Route[] {
  return [...effectRoutes(deps), ...wayRoutes(deps), ...mailRoutes(deps)];
}

function effectRoutes(deps: ActionsDeps): Route[] {
  return [
    route({
      ...shared,
      method: 'get',
      path: '/v1/effects',
      operation: 'listEffects',
      summary:
        'Effects that wait for a person: dead ones, and ones of which nothing tells whether they happened.',
      query: z.object({ state: z.enum(['dead', 'unknown']).optional(), cursor: z.uuid().optional() }),
      answers: { 200: z.object({ effects: z.array(StuckView), nextCursor: z.uuid().nullable() }) },
      async handle({ caller, query: { state, cursor } }) {
        const states = state ? [state] : (['dead', 'unknown'] as const);
        const found = await listStuckEffects(
          deps,
          tenantOf(caller),
          [...states],
          cursor ?? null,
          pageSize + 1,
        );
        const effects = found.slice(0, pageSize);
        const nextCursor = found.length > pageSize ? (effects.at(-1)?.id ?? null) : null;
        return { status: 200, body: { effects, nextCursor } };
      },
    }),
    route({
      ...shared,
      method: 'post',
      path: '/v1/effects/{effectId}/replay',
      operation: 'replayEffect',
      summary: 'Tries a dead effect again, with all its care.',
      params: EffectId,
      idempotent: true,
      answers: { 202: StuckView },
      problems: stuck,
      async handle({ caller, params, idempotencyKey }) {
        const request = keyOf({ caller, idempotencyKey }, 'replayEffect', [params.effectId]);
        const wish = { effectId: params.effectId, decision: 'replay' as const, request };
        return { status: 202, body: await decideEffect(deps, caller, tenantOf(caller), wish) };
      },
    }),
    route({
      ...shared,
      method: 'post',
      path: '/v1/effects/{effectId}/settle',
      operation: 'settleEffect',
      summary:
        'Says whether an effect of which nothing tells happened; one that did not can be replayed then.',
      params: EffectId,
      idempotent: true,
      body: z.object({ outcome: z.enum(['done', 'not-done']) }),
      answers: { 200: StuckView },
      problems: stuck,
      async handle({ caller, params, body, idempotencyKey }) {
        const request = keyOf({ caller, idempotencyKey }, 'settleEffect', [params.effectId, body]);
        const wish = { effectId: params.effectId, decision: body.outcome, request };
        return { status: 200, body: await decideEffect(deps, caller, tenantOf(caller), wish) };
      },
    }),
  ];
}

function wayRoutes(deps: ActionsDeps): Route[] {
  return [
    route({
      ...shared,
      method: 'get',
      path: '/v1/message-way',
      operation: 'getMessageWay',
      summary: 'How messages reach clients; until it is chosen, as drafts that a person sends.',
      answers: { 200: MessageWayView },
      async handle({ caller }) {
        const tenantId = tenantOf(caller);
        const { way, settings, sealedSecret } = await deps.db.withTenant(tenantId, tx =>
          readWay(tx, tenantId),
        );
        return { status: 200, body: { way, settings, hasSecret: sealedSecret !== null } };
      },
    }),
    route({
      ...shared,
      method: 'put',
      path: '/v1/message-way',
      operation: 'setMessageWay',
      summary: 'Chooses how messages reach clients; a secret that is left out is kept.',
      idempotent: 'optional',
      body: NewWay,
      answers: { 200: MessageWayView },
      problems: { 422: ['action-key-reused'] },
      async handle({ caller, body, idempotencyKey }) {
        const request = keyOf({ caller, idempotencyKey }, 'setMessageWay', withoutSecret(body));
        const saved = await saveWay(deps, caller, tenantOf(caller), body, request);
        return { status: 200, body: saved };
      },
    }),
    route({
      ...shared,
      method: 'post',
      path: '/v1/message-way/check',
      operation: 'checkMessageWays',
      summary: 'Asks Kommo which ways this account has, and why not the others.',
      idempotent: 'optional',
      answers: { 200: z.object({ ways: z.array(WayView) }) },
      problems: { 502: ['kommo-unavailable'] },
      async handle({ caller }) {
        return { status: 200, body: { ways: await checkWays(deps, tenantOf(caller), { connect: true }) } };
      },
    }),
  ];
}

function mailRoutes(deps: ActionsDeps): Route[] {
  return [
    route({
      ...shared,
      method: 'get',
      path: '/v1/mail-account',
      operation: 'getMailAccount',
      summary: 'The mail server that e-mail to clients goes through; null until one is set.',
      answers: { 200: z.object({ account: MailAccountView.nullable() }) },
      async handle({ caller }) {
        return { status: 200, body: { account: await readMailAccount(deps, tenantOf(caller)) } };
      },
    }),
    route({
      ...shared,
      method: 'put',
      path: '/v1/mail-account',
      operation: 'setMailAccount',
      summary: 'Sets the mail server; a password that is left out is kept.',
      idempotent: 'optional',
      body: NewMailAccount,
      answers: { 200: z.object({ account: MailAccountView }) },
      problems: { 422: ['address-refused', 'action-key-reused'] },
      async handle({ caller, body, idempotencyKey }) {
        const request = keyOf({ caller, idempotencyKey }, 'setMailAccount', { ...body, password: null });
        const account = await saveMailAccount(deps, caller, tenantOf(caller), body, request);
        return { status: 200, body: { account } };
      },
    }),
    route({
      ...shared,
      method: 'post',
      path: '/v1/mail-account/check',
      operation: 'checkMailAccount',
      summary: 'Signs in at the mail server and sends nothing.',
      idempotent: 'optional',
      answers: { 200: z.object({ ok: z.boolean(), reason: z.string().nullable() }) },
      problems: { 404: ['mail-account-not-found'] },
      async handle({ caller }) {
        return { status: 200, body: await checkMailAccount(deps, tenantOf(caller)) };
      },
    }),
  ];
}

/** A hash of a short secret could be guessed, so none is kept. */
function withoutSecret({ way, settings: { secret: _, ...settings } }: z.output<typeof NewWay>) {
  return { way, settings };
}
