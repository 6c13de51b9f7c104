import { conversationsOf } from '../conversations/of.ts';
import type { Message } from '../records.ts';
import type { Site } from '../site.ts';
import { refused } from './run.ts';

/** A channel reports that a bot's message did not arrive: the run that sent it takes its error branch. */
export function undelivered(site: Site, message: Message): void {
  const { bots, runs } = conversationsOf(site);
  if (message.author.type !== 'bot') return;
  const bot = bots.find(({ id }) => String(id) === message.author.id);
  const run = runs.findLast(({ botId }) => botId === bot?.id);
  if (bot && run) refused(site, bot, run);
}
