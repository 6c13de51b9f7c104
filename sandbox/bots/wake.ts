import { conversationsOf } from '../conversations/of.ts';
import type { Message, Talk } from '../records.ts';
import type { Site } from '../site.ts';
import { activeRun, answer, startBot } from './run.ts';

/**
 * What a client's message does to bots: the one that waits in this conversation goes on; where none is active, those
 * that begin by themselves begin, once per conversation. A bot that hangs elsewhere on the entity keeps both out.
 */
export async function wakeBots(site: Site, talk: Talk, message: Message): Promise<void> {
  const state = conversationsOf(site);
  const lead = { entityType: 'leads' as const, entityId: talk.entity_id };
  const held =
    activeRun(site, lead) ?? activeRun(site, { entityType: 'contacts', entityId: talk.contact_id });
  if (held) {
    const bot = state.bots.find(({ id }) => id === held.botId);
    if (bot && (held.talkId ?? talk.talk_id) === talk.talk_id) await answer(site, bot, held, message.text);
    return;
  }
  const key = String(talk.talk_id);
  const begun = state.begun[key] ?? [];
  const bot = state.bots.find(one => one.active && one.startsOnMessage && !begun.includes(one.id));
  if (!bot) return;
  state.begun[key] = [...begun, bot.id];
  await startBot(site, bot, { ...lead, talkId: talk.talk_id, messageText: message.text });
}
