import { randomUUID } from 'node:crypto';
import type { kommoPage, Wire } from '../../actions/testing.ts';
import type { MailServer } from '../mail-server.ts';

type Page = Awaited<ReturnType<typeof kommoPage>>;

/** One effect to be, on a lead that no other one touches. */
export interface Order {
  kind: string;
  leadId: number;
  action: string;
  arguments: object;
  /** The call that has the effect; its answer is the one that gets lost. Null where it is none of Kommo's. */
  write: { method: 'POST' | 'PATCH'; path: string } | null;
  /** Every call that may change something in Kommo, as the log of calls spells it. */
  writes: string[];
  /** How often it is there, where its readers would see it. */
  count(): Promise<number>;
  /** Nothing tells for sure whether it happened, so `unknown` is an honest end. */
  blind: boolean;
}

export interface Stand {
  page: Page;
  mail: MailServer;
  /** Where a client has an open talk. */
  talk: { talkId: number; leadId: number };
  bot: { page: Page; botId: number; fieldId: number; talkId: number; leadId: number };
  fieldId: number;
  stages: { pipelineId: number; statusId: number }[];
  users: number[];
}

/** An order of every kind there is, each with words and values that were never used before. */
export async function orderEveryKind(stand: Stand): Promise<{ first: Order[]; second: Order[] }> {
  const { page, mail, talk, bot } = stand;
  const text = `Once, ${randomUUID()}`;
  const [pipeline, other] = stand.stages;
  const [user, nextUser] = stand.users;
  if (!pipeline || !other || !user || !nextUser) throw new Error('The account lacks stages or people.');
  const made = await page(
    'POST',
    '/leads',
    Array.from({ length: 11 }, (_, index) => ({
      name: `${index} ${text}`,
      price: 100,
      pipeline_id: pipeline.pipelineId,
      status_id: pipeline.statusId,
      responsible_user_id: user,
    })),
  );
  const ids: number[] = made._embedded.leads.map((lead: Wire) => lead.id);
  const take = () => {
    const id = ids.pop();
    if (id === undefined) throw new Error('More orders than leads.');
    return id;
  };
  const addTask = async (leadId: number): Promise<number> => {
    const task = { text, complete_till: 1_800_000_000, entity_id: leadId, entity_type: 'leads' };
    return (await page('POST', '/tasks', [task]))._embedded.tasks[0].id;
  };
  const once = async (holds: boolean | Promise<boolean>) => ((await holds) ? 1 : 0);

  /** A change of the lead itself: it holds the value or not, and the log of calls counts the writes. */
  const onLead = (kind: string, action: string, args: object, holds: (lead: Wire) => boolean): Order => {
    const leadId = take();
    return {
      kind,
      leadId,
      action,
      arguments: args,
      write: { method: 'PATCH', path: `/leads/${leadId}` },
      writes: [`PATCH /leads/${leadId}`],
      count: async () => once(holds(await page('GET', `/leads/${leadId}`))),
      blind: false,
    };
  };
  const onTask = async (
    kind: string,
    args: object,
    holds: (task: Wire) => boolean,
    leadId = take(),
  ): Promise<Order> => {
    const taskId = await addTask(leadId);
    return {
      kind,
      leadId,
      action: kind,
      arguments: { taskId, ...args },
      write: { method: 'PATCH', path: `/tasks/${taskId}` },
      writes: [`PATCH /tasks/${taskId}`],
      count: async () => once(holds(await page('GET', `/tasks/${taskId}`))),
      blind: false,
    };
  };
  const said = async (asked: Page, talkId: number) =>
    (await asked('GET', `/talks/${talkId}/messages?limit=250`))._embedded.messages.filter(
      (one: Wire) => one.type === 'outgoing' && one.text === text,
    ).length;

  const [noteLead, taskLead, linkLead, mailLead] = [take(), take(), take(), take()];
  const contact = (await page('POST', '/contacts', [{ name: text }]))._embedded.contacts[0].id;
  const seconds = 1_900_000_000 + Math.floor(Math.random() * 1_000_000);
  const first: Order[] = [
    {
      kind: 'note',
      leadId: noteLead,
      action: 'note',
      arguments: { text },
      write: { method: 'POST', path: `/leads/${noteLead}/notes` },
      writes: [`POST /leads/${noteLead}/notes`],
      async count() {
        const found = await page('GET', `/leads/${noteLead}/notes?limit=250`);
        return (found?._embedded.notes ?? []).filter((note: Wire) => note.params.text === text).length;
      },
      blind: false,
    },
    {
      kind: 'task-create',
      leadId: taskLead,
      action: 'task-create',
      arguments: { text, dueAt: new Date(seconds * 1000).toISOString() },
      write: { method: 'POST', path: '/tasks' },
      writes: ['POST /tasks'],
      async count() {
        const of = `filter[entity_type]=leads&filter[entity_id][]=${taskLead}`;
        return (await page('GET', `/tasks?limit=250&${of}`))?._embedded.tasks.length ?? 0;
      },
      blind: false,
    },
    await onTask('task-complete', { result: text }, task => task.is_completed && task.result.text === text),
    await onTask(
      'task-reschedule',
      { dueAt: new Date(seconds * 1000).toISOString() },
      task => task.complete_till === seconds,
    ),
    onLead(
      'stage',
      'stage',
      { pipelineId: other.pipelineId, statusId: other.statusId },
      lead => lead.status_id === other.statusId,
    ),
    onLead('price', 'price', { price: 4200 }, lead => lead.price === 4200),
    onLead('field', 'field', { fieldId: stand.fieldId, value: text }, lead =>
      (lead.custom_fields_values ?? []).some((one: Wire) => one.values[0].value === text),
    ),
    onLead('tags', 'tags', { add: [text], remove: [] }, lead =>
      lead._embedded.tags.some((tag: Wire) => tag.name === text),
    ),
    onLead('responsible', 'responsible', { userId: nextUser }, lead => lead.responsible_user_id === nextUser),
    {
      kind: 'link-contact',
      leadId: linkLead,
      action: 'link-contact',
      arguments: { contactId: contact },
      write: { method: 'POST', path: `/leads/${linkLead}/link` },
      writes: [`POST /leads/${linkLead}/link`],
      async count() {
        const lead = await page('GET', `/leads/${linkLead}?with=contacts`);
        return lead._embedded.contacts.filter((one: Wire) => one.id === contact).length;
      },
      blind: false,
    },
    {
      kind: 'message by the talk',
      leadId: talk.leadId,
      action: 'message',
      arguments: { text },
      write: { method: 'POST', path: `/talks/${talk.talkId}/send_message` },
      writes: [`POST /talks/${talk.talkId}/send_message`],
      count: () => said(page, talk.talkId),
      blind: false,
    },
    {
      kind: 'email',
      leadId: mailLead,
      action: 'email',
      arguments: { to: 'dana@client.example', subject: text, text: 'Good day' },
      write: null,
      writes: [],
      count: async () => mail.mails.filter(({ raw }) => raw.includes(text)).length,
      blind: true,
    },
  ];
  const byBot: Order = {
    kind: 'message by a field and a bot',
    leadId: bot.leadId,
    action: 'message',
    arguments: { text },
    write: { method: 'POST', path: `/bots/${bot.botId}/run` },
    writes: [`PATCH /leads/${bot.leadId}`, `POST /bots/${bot.botId}/run`],
    count: () => said(bot.page, bot.talkId),
    blind: true,
  };
  return { first, second: [byBot] };
}
