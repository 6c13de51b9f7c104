import { z } from 'zod';
import { repOf } from '../../conversations/index.ts';
import { type Caller, type Route, route } from '../../http/index.ts';
import { storable } from '../../kernel/index.ts';
import type { AgentDeps } from '../deps.ts';
import { personOf, seenContacts } from '../person-keys.ts';
import {
  addFact,
  editFact,
  type Fact,
  forgetFact,
  forgetFacts,
  type Remembered,
  readFacts,
} from './facts.ts';

const FactText = z.string().transform(storable).pipe(z.string().trim().min(1).max(500));
const FactView = z.object({
  id: z.uuid(),
  /** `lead`: remembered with this lead alone; `contact`: with every lead of its client. */
  about: z.enum(['lead', 'contact']),
  text: z.string(),
  origin: z.enum(['rep', 'model']),
  messageId: z.uuid().nullable(),
  /** From a private thread: nobody else sees it. */
  isPrivate: z.boolean(),
  /** A model took it from words that are not the rep's: not used until a rep saves it, as it is or corrected. */
  isSuggested: z.boolean(),
  updatedAt: z.iso.datetime(),
});
const LeadId = z.object({ leadId: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER) });
const FactId = LeadId.extend({ factId: z.uuid() });
const shared = { tag: 'memory', permission: 'rep' } as const;
const problems = { 404: ['lead-not-found', 'fact-not-found'], 502: ['kommo-unavailable'] };

/** What is remembered of a lead and its client: for the rep to see, to correct and to forget. */
export function memoryRoutes({ db, secrets, leads, accountOf }: AgentDeps): Route[] {
  /** @throws NotFound unless the rep may see the lead */
  async function remembered(caller: Caller | null, leadId: number, signal: AbortSignal, privately = true) {
    const rep = repOf(caller);
    const account = await accountOf(rep.tenantId);
    const view = await leads.read(account, rep.userId, leadId, signal);
    const person = personOf(leadId, seenContacts(view));
    const of: Remembered = { leadId, person, userId: rep.userId, privately };
    return { tenantId: rep.tenantId, of };
  }

  return [
    route({
      ...shared,
      method: 'get',
      path: '/v1/leads/{leadId}/memory',
      operation: 'listFacts',
      summary: 'What is remembered of this lead and its client, newest first.',
      params: LeadId,
      answers: { 200: z.object({ facts: z.array(FactView) }) },
      problems,
      async handle({ caller, params, signal }) {
        const { tenantId, of } = await remembered(caller, params.leadId, signal);
        const facts = await db.withTenant(tenantId, tx => readFacts(tx, secrets, tenantId, of));
        return { status: 200, body: { facts: facts.map(view) } };
      },
    }),
    route({
      ...shared,
      method: 'post',
      path: '/v1/leads/{leadId}/memory',
      operation: 'rememberFact',
      summary: 'Remembers something; words that are remembered already change nothing.',
      params: LeadId,
      idempotent: true,
      body: z.object({ text: FactText, about: z.enum(['lead', 'contact']).default('lead') }),
      answers: { 201: FactView },
      problems: { ...problems, 409: ['memory-full'] },
      async handle({ caller, params, body, signal }) {
        const { tenantId, of } = await remembered(caller, params.leadId, signal, false);
        const fact = { ...body, origin: 'rep', messageId: null, isSuggested: false } as const;
        const added = await db.withTenant(tenantId, tx => addFact(tx, secrets, tenantId, of, fact));
        return { status: 201, body: view(added) };
      },
    }),
    route({
      ...shared,
      method: 'patch',
      path: '/v1/leads/{leadId}/memory/{factId}',
      operation: 'editFact',
      summary: 'Corrects what is remembered; saved as it is, a suggestion is confirmed.',
      params: FactId,
      idempotent: true,
      body: z.object({ text: FactText }),
      answers: { 200: FactView },
      problems,
      async handle({ caller, params, body, signal }) {
        const { tenantId, of } = await remembered(caller, params.leadId, signal);
        const edited = await db.withTenant(tenantId, tx =>
          editFact(tx, secrets, tenantId, of, params.factId, body.text),
        );
        return { status: 200, body: view(edited) };
      },
    }),
    route({
      ...shared,
      method: 'delete',
      path: '/v1/leads/{leadId}/memory/{factId}',
      operation: 'forgetFact',
      summary: 'Forgets it for good.',
      params: FactId,
      answers: { 204: null },
      problems,
      async handle({ caller, params, signal }) {
        const { tenantId, of } = await remembered(caller, params.leadId, signal);
        await db.withTenant(tenantId, tx => forgetFact(tx, secrets, tenantId, of, params.factId));
        return { status: 204 };
      },
    }),
    route({
      ...shared,
      method: 'delete',
      path: '/v1/leads/{leadId}/memory',
      operation: 'forgetFacts',
      summary: 'Forgets everything that this rep may know of the lead and its client, for good.',
      params: LeadId,
      answers: { 204: null },
      problems: { 404: ['lead-not-found'], 502: ['kommo-unavailable'] },
      async handle({ caller, params, signal }) {
        const { tenantId, of } = await remembered(caller, params.leadId, signal);
        await db.withTenant(tenantId, tx => forgetFacts(tx, secrets, tenantId, of));
        return { status: 204 };
      },
    }),
  ];
}

function view({ updatedAt, ...fact }: Fact): z.input<typeof FactView> {
  return { ...fact, updatedAt: updatedAt.toISOString() };
}
