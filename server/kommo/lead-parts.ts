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
import { type LeadParts, listMax, messagesMax } from './mirrored-lead.ts';

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

/** Asks Kommo for what belongs to a lead, as the rep. */
export async function askParts(
  client: KommoClient,
  account: Account,
  {
    userId,
    leadId,
    contactIds,
    seesContact,
  }: { userId: number; leadId: number; contactIds: number[]; seesContact(contact: ContactRecord): boolean },
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
  const known = part('contacts', async () => {
    const found = await Promise.all(contactIds.map(id => client.get(account, `/contacts/${id}`, asRep)));
    return found.filter(body => body !== null).map(body => parse(Contact, body));
  });
  const seesMain = async () => (await known).some(one => one.id === contactIds[0] && seesContact(one));
  const [contacts, notes, tasks, messages, stages] = await Promise.all([
    known,
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
    part('messages', () => readMessages(client, account, { leadId, mainId: contactIds[0], seesMain }, asRep)),
    part('stage', readPipelines),
  ]);
  return { contacts, notes, tasks, messages, stages, missing };
}

/**
 * The latest messages of this lead's talks, and of those about no lead to whom may see the contact; a talk about
 * another lead is left out.
 */
async function readMessages(
  client: KommoClient,
  account: Account,
  { leadId, mainId, seesMain }: { leadId: number; mainId: number | undefined; seesMain(): Promise<boolean> },
  asRep: { actAs: number },
) {
  if (mainId === undefined) return [];
  const [body, loose] = await Promise.all([
    client.get(account, `/talks?filter[contact_id][]=${mainId}`, asRep),
    seesMain(),
  ]);
  if (body === null) return [];
  const talks = embedded(body, 'talks', Talk)
    .filter(talk =>
      talk.entity_id ? talk.entity_id === leadId && (talk.entity_type ?? 'lead') === 'lead' : loose,
    )
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
