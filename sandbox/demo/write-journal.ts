import type { AccountRecords, Lead, Message, Talk } from '../records.ts';
import { type Entry, readJournal } from './journal.ts';
import { type AccountSpec, type LeadSpec, userId, uuidOf } from './spec.ts';

const quarterHour = 900;

/** Turns a journal into notes, tasks and a talk; answers the time of the last thing that happened. */
export function writeJournal(
  spec: AccountSpec,
  records: AccountRecords,
  leadSpec: LeadSpec,
  lead: Lead,
  now: number,
): number {
  const entries = readJournal(
    leadSpec.journal,
    now,
    spec.users.map(({ key }) => key),
  );
  const write = { spec, records, leadSpec, lead, now };
  const chat = entries.filter(({ mark }) => mark === '<' || mark === '>');
  const contactId = lead.contact_ids[0];
  if (chat.length > 0 && contactId !== undefined) records.talks.push(talkOf(write, chat, contactId));
  for (const entry of entries) {
    if (entry.mark === '!' || entry.mark === 'v') addTask(write, entry);
    else if (entry.mark !== '<' && entry.mark !== '>') addNote(write, entry);
  }
  return Math.max(lead.created_at, ...entries.map(({ at }) => at).filter(at => at <= now));
}

interface Writing {
  spec: AccountSpec;
  records: AccountRecords;
  leadSpec: LeadSpec;
  lead: Lead;
  now: number;
}

function authorId({ spec, lead }: Writing, entry: Entry): number {
  return entry.author ? userId(spec, entry.author) : lead.responsible_user_id;
}

function addNote(write: Writing, entry: Entry): void {
  const { records, lead, leadSpec } = write;
  records.nextId += 1;
  const author = entry.mark === '*' ? 0 : authorId(write, entry);
  const common = {
    id: records.nextId,
    entity_id: lead.id,
    entity_type: 'leads' as const,
    created_by: author,
    updated_by: author,
    created_at: entry.at,
    updated_at: entry.at,
    responsible_user_id: lead.responsible_user_id,
    group_id: lead.group_id,
  };
  const note = { '#': commonNote, '@': callNote, '*': serviceNote }[entry.mark as '#' | '@' | '*'];
  records.notes.push({ ...common, ...note(entry, common.id, leadSpec, author) });
}

function commonNote(entry: Entry) {
  return { note_type: 'common', params: { text: entry.text } };
}

/** `6m10s what was said` */
function callNote(entry: Entry, id: number, leadSpec: LeadSpec, author: number) {
  const [, minutes, seconds, said] = /^(?:(\d+)m)?(?:(\d+)s)? ?(.*)$/.exec(entry.text) ?? [];
  return {
    note_type: 'call_in',
    params: {
      uniq: uuidOf(`call ${id}`),
      duration: Number(minutes ?? 0) * 60 + Number(seconds ?? 0),
      source: 'onlinePBX',
      link: '',
      phone: leadSpec.contact?.phone ?? '',
      call_responsible: author,
      call_result: said ?? '',
      call_status: 4,
    },
  };
}

function serviceNote(entry: Entry) {
  const [service = '', text = ''] = entry.text.split(' — ', 2);
  return { note_type: 'service_message', params: { service, text } };
}

function addTask(write: Writing, entry: Entry): void {
  const { records, lead, now } = write;
  records.nextId += 1;
  const [text = '', result = ''] = entry.text.split(' => ', 2);
  const done = entry.mark === 'v';
  const due = Math.floor(entry.at / quarterHour) * quarterHour;
  const createdAt = Math.max(lead.created_at, Math.min(now, due) - 2 * 86_400);
  records.tasks.push({
    id: records.nextId,
    created_by: lead.responsible_user_id,
    updated_by: lead.responsible_user_id,
    created_at: createdAt,
    updated_at: done ? entry.at : createdAt,
    responsible_user_id: authorId(write, entry),
    group_id: lead.group_id,
    entity_id: lead.id,
    entity_type: 'leads',
    duration: 0,
    is_completed: done,
    task_type_id: /meet|visit|reuni|visita/i.test(text) ? 2 : 1,
    text,
    result: done ? { text: result } : null,
    complete_till: due,
  });
}

function talkOf(write: Writing, chat: Entry[], contactId: number): Talk {
  const { records, leadSpec, lead } = write;
  records.nextId += 1;
  const last = chat[chat.length - 1];
  const messages = chat.map((entry, index): Message => {
    const author = records.users.find(({ id }) => id === authorId(write, entry));
    const incoming = entry.mark === '<';
    return {
      id: uuidOf(`message ${lead.id} ${index}`),
      type: incoming ? 'incoming' : 'outgoing',
      message_type: 'text',
      text: entry.text,
      created_at: entry.at,
      author: incoming
        ? { id: uuidOf(`client ${contactId}`), type: 'external', name: leadSpec.contact?.name ?? '' }
        : { id: String(author?.id ?? 0), type: 'internal', name: author?.name ?? '' },
      delivery_status: incoming ? null : 'delivered',
      attachment: null,
    };
  });
  return {
    talk_id: (records.nextId % 100_000) + 100,
    created_at: chat[0]?.at ?? lead.created_at,
    updated_at: last?.at ?? lead.created_at,
    contact_id: contactId,
    chat_id: uuidOf(`chat ${lead.id}`),
    entity_id: lead.id,
    is_in_work: leadSpec.talkClosed !== true,
    is_read: last?.mark === '>',
    origin: leadSpec.channel ?? 'waba',
    messages,
  };
}
