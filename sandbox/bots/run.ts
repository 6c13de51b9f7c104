import { conversationsOf } from '../conversations/of.ts';
import type { Site } from '../site.ts';
import type { Bot, BotRun, Frame, Handler } from './bot.ts';
import { handlers } from './handlers/index.ts';
import { BotFault, enter, type Turn } from './turn.ts';

/** More than any bot needs between two waits: beyond it, it goes in circles. */
const handlersMax = 300;
const runsKept = 500;

export interface Start {
  entityType: BotRun['entityType'];
  entityId: number;
  talkId?: number | null;
  messageText?: string;
  /** As a person does from the card: also while another bot hangs on the entity. */
  beside?: boolean;
}

const active = (run: BotRun) => ['running', 'waiting-answer', 'waiting-continue'].includes(run.state);

type Entity = Pick<Start, 'entityType' | 'entityId'>;

export function activeRuns(site: Site, { entityType, entityId }: Entity): BotRun[] {
  return conversationsOf(site).runs.filter(
    run => active(run) && run.entityType === entityType && run.entityId === entityId,
  );
}

/** The run that holds the entity, other than the given one. Kommo: one bot per entity. */
export function activeRun(site: Site, entity: Entity, except?: BotRun): BotRun | undefined {
  return activeRuns(site, entity).find(run => run !== except);
}

/** Begins a bot; where another holds the entity, the run is noted as blocked and nothing happens. */
export async function startBot(site: Site, bot: Bot, start: Start): Promise<BotRun> {
  const { runs } = conversationsOf(site);
  const blocked = !start.beside && activeRun(site, start) !== undefined;
  const run: BotRun = {
    id: Math.max(0, ...runs.map(({ id }) => id)) + 1,
    botId: bot.id,
    entityType: start.entityType,
    entityId: start.entityId,
    talkId: start.talkId ?? null,
    state: blocked ? 'blocked' : 'running',
    startedAt: site.clock.now(),
    frames: [frameOf(bot)],
    messageText: start.messageText ?? '',
    json: {},
    found: {},
    next: null,
    pending: null,
    why: blocked ? 'another bot runs on this entity' : null,
    finishing: false,
  };
  runs.push(run);
  if (runs.length > runsKept) runs.splice(0, runs.length - runsKept);
  note(site, bot, run, 'started');
  if (!blocked) await advance(site, bot, run);
  return run;
}

function frameOf({ source, widget }: Bot): Frame {
  const queue = structuredClone(source.steps[0]?.question ?? []);
  return { source, widget, step: 0, section: 'question', queue, exits: {} };
}

/** The client answered: the flow goes on where it waits for that. */
export async function answer(site: Site, bot: Bot, run: BotRun, text: string): Promise<void> {
  const frame = run.frames.at(-1);
  if (run.state !== 'waiting-answer' || !frame) return;
  run.messageText = text;
  const next = run.next;
  run.next = null;
  run.state = 'running';
  enter(frame, next?.section ?? 'answer', next?.step ?? frame.step);
  await advance(site, bot, run);
}

/** Carries a bot out until it waits or ends. */
export async function advance(site: Site, bot: Bot, run: BotRun): Promise<void> {
  let after: number | undefined;
  try {
    for (let count = 0; run.state === 'running'; count += 1) {
      if (count > handlersMax) throw new BotFault('The bot goes in circles');
      const frame = run.frames.at(-1);
      const next = frame?.queue.shift();
      if (!frame) run.state = 'done';
      else if (next) {
        await perform(
          {
            site,
            bot,
            run,
            frame,
            startAfterwards: id => (after = id),
            refused: () => refused(site, bot, run),
          },
          next,
        );
      } else endSection(run, frame);
    }
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // A fault of the bot's author or of what it asked for ends the bot, not the sandbox.
    run.state = 'failed';
    run.why = error.message;
  }
  site.store.touch();
  note(site, bot, run, run.state);
  const other = conversationsOf(site).bots.find(({ id }) => id === after);
  if (other) {
    const { entityType, entityId, talkId, messageText } = run;
    await startBot(site, other, { entityType, entityId, talkId, messageText });
  }
}

async function perform(turn: Turn, { handler, params }: Handler): Promise<void> {
  const act = Object.hasOwn(handlers, handler) ? handlers[handler] : undefined;
  if (!act) throw new BotFault(`There is no handler ${handler}`);
  await act(turn, params);
}

/** A question with an answer waits for the client; any other section ends its flow, unless it jumped elsewhere. */
function endSection(run: BotRun, frame: Frame): void {
  const step = frame.source.steps[frame.step];
  if (frame.section === 'question' && step?.answer && step.answer.length > 0) {
    run.state = 'waiting-answer';
    return;
  }
  run.frames.pop();
  // What a step does at the end of the bot, it does once.
  if (run.frames.length === 0 && !run.finishing && frame.section !== 'finish' && step?.finish) {
    run.finishing = true;
    enter(frame, 'finish', frame.step);
    run.frames.push(frame);
  }
}

/** A message did not arrive: the bot leaves what it was at for its error branch, if it has one. */
export function refused(site: Site, bot: Bot, run: BotRun): void {
  const { error } = bot.source;
  if (error.length === 0 || run.finishing) return;
  const idle = run.state !== 'running';
  run.finishing = true;
  run.pending = null;
  run.next = null;
  run.frames = [{ ...frameOf(bot), section: 'finish', queue: structuredClone(error) }];
  run.state = 'running';
  if (idle) advance(site, bot, run).catch(() => undefined);
}

export function stopRun(site: Site, run: BotRun, why: string): void {
  run.state = 'stopped';
  run.why = why;
  run.pending = null;
  site.store.touch();
}

function note(site: Site, bot: Bot, run: BotRun, what: string): void {
  site.live.add({
    kind: 'bot',
    title: `${bot.name}: ${what}`,
    status: run.state,
    request: {
      run: run.id,
      bot_id: bot.id,
      entity_type: run.entityType,
      entity_id: run.entityId,
      why: run.why,
    },
    response: null,
  });
}
