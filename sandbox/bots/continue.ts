import { Problem } from '../errors.ts';
import type { Site } from '../site.ts';
import type { Bot, BotRun } from './bot.ts';
import type { Continue } from './read-continue.ts';
import { activeRun, advance } from './run.ts';

/**
 * The widget's server has its answer: what it shows and where it jumps comes before the rest of the flow.
 *
 * Kommo: not while another bot runs on the entity. A jump back to the step that asked waits for the client's next
 * message first, which is how a bot is made to answer every one.
 */
export function continueRun(site: Site, bot: Bot, run: BotRun, { data, handlers }: Continue): Promise<void> {
  if (activeRun(site, run, run))
    throw new Problem(400, 'Bad Request', 'Another bot is running for this entity');
  const frame = run.frames.at(-1);
  if (!frame) throw new Error('A waiting run has a flow');
  const asked = frame.step;
  run.json = data;
  run.pending = null;
  run.state = 'running';
  const ordered = handlers.map(({ handler, params }) => {
    const { type, step } = params as { type?: string; step?: number };
    const back = handler === 'goto' && type === 'question' && step !== undefined && step <= asked;
    return back ? { handler: 'wait_answer', params } : { handler, params };
  });
  frame.queue.unshift(...ordered);
  return advance(site, bot, run);
}
