import { wakeBots } from '../bots/wake.ts';
import { leadHeard } from '../pipeline/fire.ts';
import type { Message, Talk } from '../records.ts';
import type { Site } from '../site.ts';
import { type Incoming, receiveMessage } from './receive-message.ts';

/** A client's message and all that follows from it; bots work on after this has answered. */
export function clientWrites(site: Site, known: Talk, incoming: Incoming): { talk: Talk; message: Message } {
  const { talk, message } = receiveMessage(site, known, incoming);
  const lead = site.data.leads.find(({ id }) => id === talk.entity_id);
  if (lead) leadHeard(site, lead, 'chat');
  wakeBots(site, talk, message).catch((error: unknown) => console.error('A bot failed', error));
  return { talk, message };
}
