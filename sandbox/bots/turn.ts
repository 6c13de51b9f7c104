import { z } from 'zod';
import type { Company, Contact, Lead, Message, Talk } from '../records.ts';
import type { Site } from '../site.ts';
import type { Bot, BotRun, Frame, Handler, Section } from './bot.ts';

/** What a handler works with while its bot is at it. */
export interface Turn {
  site: Site;
  bot: Bot;
  run: BotRun;
  frame: Frame;
  /** Begins another bot on the same entity, once this one has ended. */
  startAfterwards(botId: number): void;
  /** A message did not reach the client: the bot's error branch takes over. */
  refused(): void;
}

/** Carries out one handler. It may put others before the rest of the queue, or have the run wait. */
export type Perform = (turn: Turn, params: unknown) => void | Promise<void>;

/** The bot is written wrongly; its run ends here and says why. */
export class BotFault extends Error {}

export function leadOf(site: Site, run: BotRun): Lead | undefined {
  if (run.entityType === 'leads') return site.data.leads.find(({ id }) => id === run.entityId);
  return site.data.leads.findLast(({ contact_ids }) => contact_ids.includes(run.entityId));
}

/** The lead's main contact, or the one whose chat the talk is. */
export function contactOf(site: Site, run: BotRun): Contact | undefined {
  const id =
    run.entityType === 'contacts'
      ? run.entityId
      : (talkOf(site, run)?.contact_id ?? leadOf(site, run)?.contact_ids[0]);
  return site.data.contacts.find(one => one.id === id);
}

export function companyOf(site: Site, run: BotRun): Company | undefined {
  const id = leadOf(site, run)?.company_id ?? contactOf(site, run)?.company_id;
  return site.data.companies.find(one => one.id === id);
}

/** The conversation the bot speaks in: where it began, or the entity's latest open one. */
export function talkOf(site: Site, run: BotRun): Talk | undefined {
  const { talks } = site.data;
  return (
    talks.find(({ talk_id, is_in_work }) => talk_id === run.talkId && is_in_work) ??
    talks.findLast(
      talk =>
        talk.is_in_work &&
        (run.entityType === 'leads' ? talk.entity_id === run.entityId : talk.contact_id === run.entityId),
    )
  );
}

export function authorOf(bot: Bot): Message['author'] {
  return { id: String(bot.id), type: 'bot', name: bot.name };
}

/** @throws BotFault when the flow has no such step */
export function enter(frame: Frame, section: Section, step: number): void {
  const target = frame.source.steps[step];
  if (!target) throw new BotFault(`goto: there is no step ${step}`);
  frame.step = step;
  frame.section = section;
  frame.queue = structuredClone(target[section] ?? []);
}

/** Handlers that a condition, a button or an exit leads to come before whatever else was to be done. */
export function insert(frame: Frame, handlers: Handler[]): void {
  frame.queue.unshift(...structuredClone(handlers));
}

export const Handlers = z.array(
  z.object({ handler: z.string(), params: z.unknown().default({}) }),
) as unknown as z.ZodType<Handler[]>;

/** @throws BotFault naming the handler and the field */
export function read<T>(name: string, schema: z.ZodType<T>, params: unknown): T {
  const parsed = schema.safeParse(params);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new BotFault(`${name}: ${issue?.path.join('.') || 'params'}: ${issue?.message ?? 'not readable'}`);
}
