import type { Account, KommoClient } from './client.ts';
import { KommoForbidden, KommoRejected, KommoUnavailable, KommoUnpaid } from './errors.ts';
import {
  Contact,
  type ContactRecord,
  embedded,
  Message,
  type MessageRecord,
  Note,
  type NoteRecord,
  Pipeline,
  type PipelineRecord,
  parse,
  readable,
  Talk,
  Task,
  type TaskRecord,
} from './lead-records.ts';
import type { LeadParts } from './mirrored-lead.ts';

export type PartName = 'contacts' | 'notes' | 'tasks' | 'messages' | 'stage';

/** What belongs to a lead. Lists are newest first. */
export interface Parts {
  contacts: ContactRecord[];
  notes: NoteRecord[];
  tasks: TaskRecord[];
  messages: MessageRecord[];
  stages: PipelineRecord[];
  /** Parts Kommo did not give in time; the rest holds. */
  missing: PartName[];
}

const messagesMax = 40;
const listMax = 50;

/** Asks Kommo for what belongs to a lead, as the rep. */
export async function askParts(
  client: KommoClient,
  account: Account,
  { userId, leadId, contactIds }: { userId: number; leadId: number; contactIds: number[] },
  readPipelines: () => Promise<PipelineRecord[]>,
): Promise<Parts> {
  const missing: PartName[] = [];
  const asRep = { actAs: userId };
  async function part<T>(name: PartName, read: () => Promise<T[]>): Promise<T[]> {
    try {
      return await read();
    } catch (error) {
      if (!isPartial(error)) throw error;
      missing.push(name);
      return [];
    }
  }
  const [contacts, notes, tasks, messages, stages] = await Promise.all([
    part('contacts', async () => {
      const found = await Promise.all(contactIds.map(id => client.get(account, `/contacts/${id}`, asRep)));
      return found.filter(body => body !== null).map(body => parse(Contact, body));
    }),
    part('notes', async () => {
      const body = await client.get(account, `/leads/${leadId}/notes?limit=50&order[id]=desc`, asRep);
      return body === null ? [] : newestNotes(embedded(body, 'notes', Note));
    }),
    part('tasks', async () => {
      const body = await client.get(
        account,
        `/tasks?limit=50&filter[entity_type]=leads&filter[entity_id][]=${leadId}`,
        asRep,
      );
      return body === null ? [] : newestTasks(embedded(body, 'tasks', Task));
    }),
    part('messages', () => readMessages(client, account, leadId, contactIds, asRep)),
    part('stage', readPipelines),
  ]);
  return { contacts, notes, tasks, messages, stages, missing };
}

/** The latest messages of this lead's talks; a talk of the contact about another lead is left out. */
async function readMessages(
  client: KommoClient,
  account: Account,
  leadId: number,
  contactIds: number[],
  asRep: { actAs: number },
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
  return newestMessages(lists.flatMap(list => (list === null ? [] : embedded(list, 'messages', Message))));
}

/** A part that Kommo does not give does not cost the others. */
function isPartial(error: unknown): boolean {
  return [KommoUnavailable, KommoForbidden, KommoRejected, KommoUnpaid].some(kind => error instanceof kind);
}

/** The same as the mirror holds it. */
export function fromMirror({ contacts, notes, tasks, messages, pipelines }: LeadParts): Parts {
  return {
    contacts: readable(contacts, Contact),
    notes: newestNotes(readable(notes, Note)),
    tasks: newestTasks(readable(tasks, Task)),
    messages: newestMessages(readable(messages ?? [], Message)),
    stages: readable(pipelines, Pipeline),
    missing: messages === null ? ['messages'] : [],
  };
}

function newestNotes(notes: NoteRecord[]): NoteRecord[] {
  return notes.sort((a, b) => b.created_at - a.created_at).slice(0, listMax);
}

function newestTasks(tasks: TaskRecord[]): TaskRecord[] {
  return tasks.sort((a, b) => b.complete_till - a.complete_till).slice(0, listMax);
}

function newestMessages(messages: MessageRecord[]): MessageRecord[] {
  return messages.sort((a, b) => b.created_at - a.created_at).slice(0, messagesMax);
}
