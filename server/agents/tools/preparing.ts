import { DateTime } from 'luxon';
import { z } from 'zod';
import { matchNames } from '../commands/match-name.ts';
import { matchStages } from '../commands/match-stage.ts';
import { fieldValue } from '../commands/order-by-name.ts';
import { type Tool, type ToolPlace, ToolRefused, tool } from './tool.ts';

const Text = z.string().trim().min(1).max(8_000);
const Due = z
  .string()
  .describe(
    'When it is due, in the account’s local time: 2026-03-14T10:00, or 2026-03-14 for the whole day.',
  );
const Sources = z
  .array(z.int())
  .max(20)
  .default([])
  .describe('The numbers of the sources that carry what the text says.');
const TaskSource = z.int().describe('The number of the source that is this task.');

/** Everything a model can prepare for a lead. Each only makes a proposal; names become ids here, never in the model. */
export const preparingTools: Tool[] = [
  tool({
    name: 'prepare_note',
    description: 'Prepares a note on this lead.',
    parameters: z.object({ text: Text }),
    run: ({ text }) => ({ content: prepared, action: { action: 'note', arguments: { text } } }),
  }),
  tool({
    name: 'prepare_task',
    description: 'Prepares a task on this lead: something a colleague has to do at a time.',
    parameters: z.object({
      text: Text,
      due: Due,
      responsible: z.string().optional().describe('Name of the colleague; leave out for the one who asks.'),
    }),
    async run({ text, due, responsible }, place) {
      const dueAt = instant(due, place);
      const who =
        responsible === undefined ? {} : { responsibleUserId: (await userNamed(responsible, place)).id };
      return { content: prepared, action: { action: 'task-create', arguments: { text, dueAt, ...who } } };
    },
  }),
  tool({
    name: 'prepare_task_completion',
    description: 'Prepares to close an open task of this lead.',
    parameters: z.object({ source: TaskSource, result: Text.optional() }),
    run: ({ source, result }, place) => ({
      content: prepared,
      action: {
        action: 'task-complete',
        arguments: { taskId: taskOf(source, place), ...(result === undefined ? {} : { result }) },
      },
    }),
  }),
  tool({
    name: 'prepare_task_move',
    description: 'Prepares another due time for an open task of this lead.',
    parameters: z.object({ source: TaskSource, due: Due }),
    run: ({ source, due }, place) => ({
      content: prepared,
      action: {
        action: 'task-reschedule',
        arguments: { taskId: taskOf(source, place), dueAt: instant(due, place) },
      },
    }),
  }),
  tool({
    name: 'prepare_stage',
    description: 'Prepares to move this lead to another stage.',
    parameters: z.object({ stage: z.string().describe('The name of the stage, as the person said it.') }),
    async run({ stage: words }, place) {
      const { pipelineId } = place;
      const { stages } = await place.choices();
      const [stage, ...others] = matchStages(words, stages, pipelineId);
      const own = stages.filter(one => one.pipelineId === pipelineId).map(({ status }) => status);
      if (!stage) throw new ToolRefused(`No stage has this name. The stages are: ${own.join(', ')}.`);
      if (others.length > 0) {
        const names = [stage, ...others].map(({ pipeline, status }) => `${pipeline} ${status}`);
        throw new ToolRefused(`Several stages fit: ${names.join(', ')}. Ask which one is meant.`);
      }
      const { pipelineId: to, statusId } = stage;
      return {
        content: prepared,
        action: { action: 'stage', arguments: { pipelineId: to, statusId }, named: words },
      };
    },
  }),
  tool({
    name: 'prepare_price',
    description: 'Prepares another budget for this lead.',
    parameters: z.object({
      price: z.int().nonnegative().describe('In whole units of the account’s currency.'),
    }),
    run: ({ price }) => ({ content: prepared, action: { action: 'price', arguments: { price } } }),
  }),
  tool({
    name: 'prepare_tags',
    description: 'Prepares to add tags to this lead or to take some away.',
    parameters: z.object({
      add: z.array(z.string()).max(20).default([]),
      remove: z.array(z.string()).max(20).default([]),
    }),
    run: ({ add, remove }) => ({ content: prepared, action: { action: 'tags', arguments: { add, remove } } }),
  }),
  tool({
    name: 'prepare_responsible',
    description: 'Prepares to hand this lead to another colleague.',
    parameters: z.object({ name: z.string() }),
    async run({ name }, place) {
      const { id } = await userNamed(name, place);
      return { content: prepared, action: { action: 'responsible', arguments: { userId: id }, named: name } };
    },
  }),
  tool({
    name: 'prepare_message',
    description:
      'Prepares a message to this client’s messenger, in the client’s language. Only what the sources support: a price, date, quantity or term without its source makes it a draft.',
    parameters: z.object({ text: Text, sources: Sources }),
    run: ({ text, sources }, { support }) => ({
      content: prepared,
      action: { action: 'message', arguments: { text }, support: support(sources) },
    }),
  }),
  tool({
    name: 'prepare_email',
    description:
      'Prepares an e-mail to this client, in the client’s language. Only what the sources support.',
    parameters: z.object({
      to: z.email().describe('The client’s address as the sources or the person give it. Never invent one.'),
      subject: z.string().trim().min(1).max(500),
      text: Text,
    }),
    run: mail => ({ content: prepared, action: { action: 'email', arguments: mail } }),
  }),
  tool({
    name: 'prepare_field',
    description: 'Prepares another value for one of this lead’s custom fields.',
    parameters: z.object({
      field: z.string().describe('The name of the field.'),
      value: z
        .union([z.string().max(8_000), z.number(), z.boolean(), z.null()])
        .describe(
          'Null empties it. A choice by its name, several with commas; a day as 2026-03-14; a tick as true or false.',
        ),
    }),
    async run({ field: words, value }, place) {
      const { fields } = await place.choices();
      const field = onlyOne(words, matchNames(words, fields), fields, 'field');
      const given = typeof value === 'string' ? fieldValue(field, value) : value;
      return {
        content: prepared,
        action: { action: 'field', arguments: { fieldId: field.id, value: given } },
      };
    },
  }),
  tool({
    name: 'prepare_contact',
    description: 'Prepares to tie another contact of the account to this lead.',
    parameters: z.object({
      name: z.string().trim().min(1).max(200),
      main: z.boolean().optional().describe('True to make them the main contact.'),
    }),
    async run({ name, main }, place) {
      const found = await place.contacts(name);
      const { id } = onlyOne(name, matchNames(name, found), found, 'contact');
      return {
        content: prepared,
        action: {
          action: 'link-contact',
          arguments: { contactId: id, ...(main === undefined ? {} : { isMain: main }) },
        },
      };
    },
  }),
];

const prepared = { prepared: true, note: 'It waits for the person’s approval and is not done yet.' };

/** @throws ToolRefused unless it is a moment that still lies ahead */
function instant(local: string, { timeZone, now }: ToolPlace): string {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(local);
  const at = DateTime.fromISO(day ? `${local}T23:59` : local, { zone: timeZone });
  if (!at.isValid) throw new ToolRefused('The time must look like 2026-03-14T10:00.');
  if (at.toMillis() <= now.getTime()) throw new ToolRefused('That time has passed. Ask when it is to be.');
  return at.toUTC().toISO();
}

function taskOf(source: number, { byNumber }: ToolPlace): number {
  const found = byNumber.get(source);
  if (found?.kind !== 'lead' || found.source.record !== 'task')
    throw new ToolRefused(`Source ${source} is no task of this lead.`);
  return Number(found.source.recordId);
}

async function userNamed(name: string, place: ToolPlace): Promise<{ id: number; name: string }> {
  const { users } = await place.choices();
  return onlyOne(name, matchNames(name, users), users, 'colleague');
}

/** @throws ToolRefused with the names there are, so that the model can ask */
function onlyOne<T extends { name: string }>(words: string, found: T[], all: T[], what: string): T {
  const [one, ...others] = found;
  const names = (list: T[]) => list.map(({ name }) => name).join(', ');
  if (!one) throw new ToolRefused(`No ${what} is called “${words}”. There are: ${names(all)}.`);
  if (others.length > 0)
    throw new ToolRefused(`Several ${what}s fit: ${names(found)}. Ask which one is meant.`);
  return one;
}
