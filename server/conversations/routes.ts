import { z } from 'zod';
import type { Db } from '../db/index.ts';
import { type Caller, Forbidden, type Route, route } from '../http/index.ts';
import { NotFound, storable } from '../kernel/index.ts';
import {
  findCitation,
  findConversation,
  findMessagePlace,
  readThread,
  removeFeedback,
  saveFeedback,
} from './queries.ts';
import { CitationView, FeedbackView, MessageView } from './views.ts';

/** What the slice needs from its right: reading leads and documents. */
export interface ConversationRoutesDeps {
  db: Db;
  /** @throws NotFound unless the rep may see the lead */
  authoriseLead(
    caller: Caller & { kind: 'rep' },
    leadId: number,
    signal: AbortSignal,
  ): Promise<{ id: number; name: string }>;
  readCitedText(
    caller: Caller & { kind: 'rep' },
    place: { documentId: string; versionId: string; start: number; end: number },
  ): Promise<CitedText | null>;
}

/** A stretch of a stored version around a cited span; offsets are UTF-16 units of the version's text. */
export interface CitedText {
  title: string;
  versionNumber: number;
  isCurrentVersion: boolean;
  deleted: boolean;
  text: string;
  textStart: number;
  language: string | null;
}

const LeadId = z.object({ leadId: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER) });
const MessageId = z.object({ messageId: z.uuid() });
export const VisibilityField = z.enum(['shared', 'private']).default('shared');

const OpenedCitation = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('document'),
    id: z.uuid(),
    deleted: z.boolean(),
    document: z.object({
      id: z.uuid(),
      title: z.string(),
      versionNumber: z.int(),
      isCurrentVersion: z.boolean(),
    }),
    text: z.string(),
    textStart: z.int(),
    start: z.int(),
    end: z.int(),
    quote: z.string(),
    language: z.string().nullable(),
  }),
  CitationView.options[1].omit({ n: true }),
]);

/** @throws Forbidden for callers that are not a person in the account's CRM */
export function repOf(caller: Caller | null): Caller & { kind: 'rep' } {
  if (caller?.kind !== 'rep') throw new Forbidden('rep');
  return caller;
}

export function conversationRoutes(deps: ConversationRoutesDeps): Route[] {
  const { db } = deps;

  /** A message of a thread and lead the rep may see. @throws NotFound */
  async function authoriseMessage(caller: Caller & { kind: 'rep' }, messageId: string, signal: AbortSignal) {
    const place = await db.withTenant(caller.tenantId, tx =>
      findMessagePlace(tx, caller.tenantId, { messageId, userId: caller.userId }),
    );
    if (place?.role !== 'assistant') throw new NotFound('message');
    await deps.authoriseLead(caller, place.leadId, signal).catch(hideLead('message'));
  }

  return [
    route({
      method: 'get',
      path: '/v1/leads/{leadId}/thread',
      operation: 'readThread',
      summary: 'The thread of a lead, oldest message first.',
      tag: 'conversations',
      permission: 'rep',
      params: LeadId,
      query: z.object({
        limit: z.coerce.number().int().min(1).max(100).default(30),
        before: z.uuid().optional(),
        visibility: VisibilityField,
      }),
      answers: {
        200: z.object({
          conversationId: z.uuid().nullable(),
          lead: z.object({ id: z.int(), name: z.string() }),
          messages: z.array(MessageView),
          hasMore: z.boolean(),
          activeRunId: z.uuid().nullable(),
        }),
      },
      problems: { 404: ['lead-not-found'], 502: ['kommo-unavailable'] },
      async handle({ caller, params, query, signal }) {
        const rep = repOf(caller);
        const lead = await deps.authoriseLead(rep, params.leadId, signal);
        const key = { leadId: params.leadId, visibility: query.visibility, userId: rep.userId };
        const thread = await db.withTenant(rep.tenantId, async tx => {
          const conversationId = await findConversation(tx, rep.tenantId, key);
          if (conversationId === null) return { conversationId, messages: [], hasMore: false };
          const page = {
            conversationId,
            userId: rep.userId,
            limit: query.limit,
            before: query.before ?? null,
          };
          return { conversationId, ...(await readThread(tx, rep.tenantId, page)) };
        });
        const active = thread.messages.findLast(message => message.run?.status === 'running');
        return { status: 200, body: { lead, ...thread, activeRunId: active?.run?.id ?? null } };
      },
    }),
    route({
      method: 'put',
      path: '/v1/messages/{messageId}/feedback',
      operation: 'giveFeedback',
      summary: "The caller's thumb on an answer; a second one replaces the first.",
      tag: 'conversations',
      permission: 'rep',
      params: MessageId,
      body: z.object({
        rating: FeedbackView.shape.rating,
        reason: FeedbackView.shape.reason.optional(),
        comment: z.string().max(1000).transform(storable).nullish(),
      }),
      answers: { 200: FeedbackView },
      problems: { 404: ['message-not-found'] },
      async handle({ caller, params, body, signal }) {
        const rep = repOf(caller);
        await authoriseMessage(rep, params.messageId, signal);
        const feedback = { rating: body.rating, reason: body.reason ?? null, comment: body.comment || null };
        await db.withTenant(rep.tenantId, tx =>
          saveFeedback(tx, rep.tenantId, params.messageId, rep.userId, feedback),
        );
        return { status: 200, body: feedback };
      },
    }),
    route({
      method: 'delete',
      path: '/v1/messages/{messageId}/feedback',
      operation: 'withdrawFeedback',
      summary: "Takes the caller's thumb back.",
      tag: 'conversations',
      permission: 'rep',
      params: MessageId,
      answers: { 204: null },
      problems: { 404: ['message-not-found'] },
      async handle({ caller, params, signal }) {
        const rep = repOf(caller);
        await authoriseMessage(rep, params.messageId, signal);
        await db.withTenant(rep.tenantId, tx =>
          removeFeedback(tx, rep.tenantId, params.messageId, rep.userId),
        );
        return { status: 204 };
      },
    }),
    route({
      method: 'get',
      path: '/v1/citations/{citationId}',
      operation: 'openCitation',
      summary: 'The cited span and the text around it, as stored when it was cited.',
      tag: 'conversations',
      permission: 'rep',
      params: z.object({ citationId: z.uuid() }),
      answers: { 200: OpenedCitation },
      problems: { 404: ['citation-not-found'] },
      async handle({ caller, params, signal }) {
        const rep = repOf(caller);
        const found = await db.withTenant(rep.tenantId, tx =>
          findCitation(tx, rep.tenantId, { citationId: params.citationId, userId: rep.userId }),
        );
        if (found === null) throw new NotFound('citation');
        await deps.authoriseLead(rep, found.leadId, signal).catch(hideLead('citation'));
        const { n: _, ...citation } = found.citation;
        if (citation.kind === 'lead' || found.versionId === null) return { status: 200, body: citation };
        const { documentId, start, end } = citation;
        const cited = await deps.readCitedText(rep, { documentId, versionId: found.versionId, start, end });
        const gone = cited === null || cited.deleted;
        const body: z.input<typeof OpenedCitation> = {
          kind: 'document',
          id: citation.id,
          deleted: gone,
          document: {
            id: documentId,
            title: cited?.title ?? citation.title,
            versionNumber: cited?.versionNumber ?? 0,
            isCurrentVersion: !gone && cited.isCurrentVersion,
          },
          text: gone ? '' : cited.text,
          textStart: gone ? start : cited.textStart,
          start,
          end,
          quote: citation.quote,
          language: cited?.language ?? null,
        };
        return { status: 200, body };
      },
    }),
  ];
}

/** A lead the rep may not see makes what hangs on it missing too. */
function hideLead(what: string) {
  return (error: unknown): never => {
    throw error instanceof NotFound ? new NotFound(what) : error;
  };
}
