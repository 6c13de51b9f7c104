import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { Db } from '../db/index.ts';
import { NotFound } from '../kernel/index.ts';
import type { Account, KommoClient } from './client.ts';
import { KommoForbidden, KommoRejected, KommoUnavailable, KommoUnpaid } from './errors.ts';
import { type KommoUser, maySee, readUser } from './users.ts';

const CustomValue = z.object({
  field_name: z.string().catch(''),
  field_code: z.string().nullish(),
  field_type: z.string().nullish(),
  values: z.array(z.object({ value: z.unknown(), enum_code: z.string().nullish() })).catch([]),
});
const CustomValues = z.array(CustomValue).nullish().catch(null);
const Lead = z.object({
  id: z.int(),
  name: z.string().nullish(),
  price: z.number().nullish(),
  responsible_user_id: z.int().nullish(),
  group_id: z.int().nullish(),
  status_id: z.int().nullish(),
  pipeline_id: z.int().nullish(),
  created_at: z.int().nullish(),
  updated_at: z.int().nullish(),
  custom_fields_values: CustomValues,
  _embedded: z
    .object({
      tags: z.array(z.object({ name: z.string() })).nullish(),
      contacts: z.array(z.object({ id: z.int(), is_main: z.boolean().nullish() })).nullish(),
    })
    .nullish(),
});
const Contact = z.object({
  id: z.int(),
  name: z.string().nullish(),
  responsible_user_id: z.int().nullish(),
  group_id: z.int().nullish(),
  custom_fields_values: CustomValues,
});
const Note = z.object({ id: z.int(), note_type: z.string(), created_at: z.int(), params: z.unknown() });
const Task = z.object({
  id: z.int(),
  text: z.string().nullish(),
  complete_till: z.int(),
  is_completed: z.boolean(),
  updated_at: z.int().nullish(),
  result: z.unknown(),
});
const Talk = z.object({
  talk_id: z.int(),
  updated_at: z.int().nullish(),
  origin: z.string().nullish(),
  entity_id: z.int().nullish(),
});
const Message = z.object({
  id: z.union([z.string(), z.number()]),
  type: z.string(),
  text: z.string().nullish(),
  created_at: z.int(),
  author: z.object({ name: z.string().nullish() }).nullish(),
});
const Pipeline = z.object({
  id: z.int(),
  name: z.string(),
  _embedded: z.object({ statuses: z.array(z.object({ id: z.int(), name: z.string() })) }),
});

export type LeadRecord = z.output<typeof Lead>;
export type ContactRecord = z.output<typeof Contact>;
export type NoteRecord = z.output<typeof Note>;
export type TaskRecord = z.output<typeof Task>;
export type MessageRecord = z.output<typeof Message>;

/** What a rep may see of a lead, as Kommo has it now. Lists are newest first. */
export interface LeadView {
  lead: LeadRecord;
  stage: { pipeline: string; status: string } | null;
  responsibleName: string | null;
  contacts: ContactRecord[];
  notes: NoteRecord[];
  tasks: TaskRecord[];
  messages: MessageRecord[];
  /** Parts Kommo did not give in time; the rest holds. */
  missing: ('contacts' | 'notes' | 'tasks' | 'messages' | 'stage')[];
}

export interface LeadReader {
  /** Name and id, if the user may see the lead. @throws NotFound, KommoUnavailable, ReconnectNeeded */
  authorise(
    account: Account,
    userId: number,
    leadId: number,
    signal?: AbortSignal,
  ): Promise<{ id: number; name: string }>;
  /** Everything the agent is told of the lead, within the user's rights. @throws as above */
  read(account: Account, userId: number, leadId: number, signal?: AbortSignal): Promise<LeadView>;
}

const rememberedMs = 20_000;
const contactsMax = 3;
const messagesMax = 40;

/** Reads leads through to Kommo as the rep, so that Kommo's own rights decide; ours are checked on top. */
export function leadReader({ db, client }: { db: Db; client: KommoClient }): LeadReader {
  const allowed = new LRUCache<string, { lead: LeadRecord; user: KommoUser }>({
    max: 20_000,
    ttl: rememberedMs,
  });
  // The card asks for suggestions and then an answer: both are told what was read once.
  const views = new LRUCache<string, Promise<LeadView>>({ max: 2_000, ttl: rememberedMs });
  const pipelines = new LRUCache<string, z.output<typeof Pipeline>[]>({ max: 5_000, ttl: 10 * 60_000 });

  async function readLead(account: Account, userId: number, leadId: number, signal: AbortSignal | undefined) {
    const key = `${account.tenantId} ${userId} ${leadId}`;
    const known = allowed.get(key);
    if (known) return known;
    const user = await db.withTenant(account.tenantId, tx => readUser(tx, account.tenantId, userId));
    if (!user?.isActive) throw new NotFound('lead');
    const body = await client
      .get(account, `/leads/${leadId}?with=contacts`, { actAs: userId, ...(signal ? { signal } : {}) })
      .catch(error => {
        if (error instanceof KommoForbidden) return null;
        throw error;
      });
    if (body === null) throw new NotFound('lead');
    const lead = parse(Lead, body);
    const record = { responsibleUserId: lead.responsible_user_id ?? null, groupId: lead.group_id ?? null };
    if (lead.id !== leadId || !maySee(user.rights.leads, user, record)) throw new NotFound('lead');
    const entry = { lead, user };
    allowed.set(key, entry);
    return entry;
  }

  async function readPipelines(account: Account, signal: AbortSignal | undefined) {
    const known = pipelines.get(account.tenantId);
    if (known) return known;
    const body = await client.get(account, '/leads/pipelines', signal ? { signal } : {});
    const list = body === null ? [] : embedded(body, 'pipelines', Pipeline);
    pipelines.set(account.tenantId, list);
    return list;
  }

  return {
    async authorise(account, userId, leadId, signal) {
      const { lead } = await readLead(account, userId, leadId, signal);
      return { id: lead.id, name: lead.name ?? '' };
    },
    async read(account, userId, leadId, signal) {
      const key = `${account.tenantId} ${userId} ${leadId}`;
      const known = views.get(key);
      if (known) return known;
      // Not under the first asker's signal: a second one may be waiting for the same.
      const reading = readView(account, userId, leadId, undefined);
      views.set(key, reading);
      reading.then(
        view => view.missing.length > 0 && views.delete(key),
        () => views.delete(key),
      );
      return signal ? Promise.race([reading, rejectOn(signal)]) : reading;
    },
  };

  async function readView(
    account: Account,
    userId: number,
    leadId: number,
    signal: AbortSignal | undefined,
  ): Promise<LeadView> {
    const { lead, user } = await readLead(account, userId, leadId, signal);
    const missing: LeadView['missing'] = [];
    const asRep = { actAs: userId, ...(signal ? { signal } : {}) };
    async function part<T>(name: LeadView['missing'][number], read: () => Promise<T[]>): Promise<T[]> {
      try {
        return await read();
      } catch (error) {
        if (signal?.aborted) throw error;
        if (!isPartial(error)) throw error;
        missing.push(name);
        return [];
      }
    }
    const contactIds = (lead._embedded?.contacts ?? [])
      .sort((a, b) => Number(b.is_main ?? false) - Number(a.is_main ?? false))
      .map(contact => contact.id)
      .slice(0, contactsMax);
    const [contacts, notes, tasks, messages, stages, responsible] = await Promise.all([
      part('contacts', async () => {
        const found = await Promise.all(contactIds.map(id => client.get(account, `/contacts/${id}`, asRep)));
        return found
          .filter(body => body !== null)
          .map(body => parse(Contact, body))
          .filter(contact =>
            maySee(user.rights.contacts, user, {
              responsibleUserId: contact.responsible_user_id ?? null,
              groupId: contact.group_id ?? null,
            }),
          );
      }),
      part('notes', async () => {
        const body = await client.get(account, `/leads/${leadId}/notes?limit=50&order[id]=desc`, asRep);
        return body === null ? [] : embedded(body, 'notes', Note).sort((a, b) => b.created_at - a.created_at);
      }),
      part('tasks', async () => {
        const body = await client.get(
          account,
          `/tasks?limit=50&filter[entity_type]=leads&filter[entity_id][]=${leadId}`,
          asRep,
        );
        return body === null
          ? []
          : embedded(body, 'tasks', Task).sort((a, b) => b.complete_till - a.complete_till);
      }),
      part('messages', () => readMessages(account, leadId, contactIds, asRep)),
      part('stage', () => readPipelines(account, signal)),
      lead.responsible_user_id
        ? db.withTenant(account.tenantId, tx => readUser(tx, account.tenantId, lead.responsible_user_id ?? 0))
        : null,
    ]);
    const pipeline = stages.find(candidate => candidate.id === lead.pipeline_id);
    const status = pipeline?._embedded.statuses.find(candidate => candidate.id === lead.status_id);
    return {
      lead,
      stage: pipeline && status ? { pipeline: pipeline.name, status: status.name } : null,
      responsibleName: responsible?.name ?? null,
      contacts,
      notes,
      tasks,
      messages,
      missing,
    };
  }

  /** The latest messages of this lead's talks; a talk of the contact about another lead is left out. */
  async function readMessages(
    account: Account,
    leadId: number,
    contactIds: number[],
    asRep: { actAs: number; signal?: AbortSignal },
  ) {
    const main = contactIds[0];
    if (main === undefined) return [];
    const body = await client.get(account, `/talks?filter[contact_id][]=${main}`, asRep);
    if (body === null) return [];
    const talks = embedded(body, 'talks', Talk)
      .filter(talk => talk.entity_id === null || talk.entity_id === undefined || talk.entity_id === leadId)
      .sort((a, b) => (b.updated_at ?? 0) - (a.updated_at ?? 0))
      .slice(0, 2);
    const lists = await Promise.all(
      talks.map(talk => client.get(account, `/talks/${talk.talk_id}/messages?limit=${messagesMax}`, asRep)),
    );
    return lists
      .flatMap(list => (list === null ? [] : embedded(list, 'messages', Message)))
      .sort((a, b) => b.created_at - a.created_at)
      .slice(0, messagesMax);
  }
}

/** A part that Kommo does not give does not cost the others. */
function isPartial(error: unknown): boolean {
  return [KommoUnavailable, KommoForbidden, KommoRejected, KommoUnpaid].some(kind => error instanceof kind);
}

function rejectOn(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

/** Strict about what we use, relaxed about the rest; an answer of another shape is Kommo's failure, not ours. */
function parse<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw new KommoUnavailable(parsed.error);
  return parsed.data;
}

/** The items of a list that have the shape we know; one odd item does not spoil the others. */
function embedded<S extends z.ZodType>(body: unknown, name: string, schema: S): z.output<S>[] {
  const list = parse(z.object({ _embedded: z.record(z.string(), z.unknown()) }), body)._embedded[name];
  if (!Array.isArray(list)) return [];
  return list.flatMap(item => {
    const parsed = schema.safeParse(item);
    return parsed.success ? [parsed.data] : [];
  });
}
