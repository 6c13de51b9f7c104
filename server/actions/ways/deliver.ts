import { z } from 'zod';
import type { Place, Sight } from '../action.ts';
import type { Json } from '../json.ts';
import { channelWay } from './channel.ts';
import { draftWay } from './draft.ts';
import { fieldBotWay } from './field-bot.ts';
import type { Message } from './message-way.ts';
import { salesbotWay } from './salesbot.ts';
import { readWay } from './settings.ts';
import { talkWay } from './talk.ts';

const ways = {
  talk: talkWay,
  'field-bot': fieldBotWay,
  salesbot: salesbotWay,
  channel: channelWay,
  draft: draftWay,
};
const Marked = z.object({
  way: z.enum(['talk', 'field-bot', 'salesbot', 'channel', 'draft']),
  mark: z.unknown(),
});

/** The way is chosen once, with the mark: a change of the setting does not tear a message in two. */
export async function markByWay(
  place: Place,
  message: Message,
  effectId: string,
  { fields }: Sight,
): Promise<Json> {
  const { deps, account } = place;
  const chosen = await deps.db.withTenant(account.tenantId, tx => readWay(tx, account.tenantId));
  const contactId = typeof fields['contactId'] === 'number' ? fields['contactId'] : null;
  const mark = await ways[chosen.way].mark(place, { ...message, contactId }, chosen, effectId);
  return { way: chosen.way, mark };
}

export async function writeByWay(place: Place, message: Message, marked: Json, effectId: string) {
  const { way, mark } = Marked.parse(marked);
  return ways[way].write(place, message, mark as Json, effectId);
}

export async function findByWay(
  place: Place,
  message: Message,
  marked: Json,
  effectId: string,
  sentAt: Date,
) {
  const { way, mark } = Marked.parse(marked);
  return ways[way].find(place, message, mark as Json, effectId, sentAt);
}
