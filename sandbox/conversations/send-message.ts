import { randomUUID } from 'node:crypto';
import { carry } from '../amojo/carry.ts';
import type { Attachment, Message, MessageButton, Talk } from '../records.ts';
import type { Site } from '../site.ts';
import { setDelivery } from './delivery.ts';
import { conversationsOf } from './of.ts';
import { tellMessage, tellTalk } from './tell.ts';

/** How long a messenger takes to say that it has a message. */
const deliveredAfterMs = 200;

export interface Outgoing {
  text: string;
  author: Message['author'];
  buttons?: MessageButton[];
  attachment?: Attachment;
}

/**
 * Writes to the client: the message stands in the talk at once and is delivered afterwards, by the channel that owns
 * the chat or, where the messenger is the platform's own, by the sandbox itself.
 *
 * `onRefused` hears when it could not be delivered.
 */
export function sendMessage(
  site: Site,
  talk: Talk,
  outgoing: Outgoing,
  onRefused: () => void = () => {},
): Message {
  const { text, author, buttons, attachment } = outgoing;
  const message: Message = {
    id: randomUUID(),
    type: 'outgoing',
    message_type: attachment?.type ?? 'text',
    text,
    created_at: site.clock.now(),
    author,
    delivery_status: 'sent',
    attachment: attachment ?? null,
    ...(buttons && buttons.length > 0 ? { buttons } : {}),
  };
  talk.messages.push(message);
  talk.updated_at = message.created_at;
  talk.is_read = true;
  site.store.touch();
  tellMessage(site, talk, message);
  tellTalk(site, 'update', talk);
  deliver(site, talk, message, onRefused);
  return message;
}

function deliver(site: Site, talk: Talk, message: Message, onRefused: () => void): void {
  const { chats, delivery } = conversationsOf(site);
  const refuse = (why: string) => {
    setDelivery(site, message, 'error', why);
    onRefused();
  };
  const chat = chats.find(({ id }) => id === talk.chat_id);
  if (chat) {
    carry(site, chat, message).then(
      taken => taken || refuse('The channel did not take the message'),
      () => refuse('The channel did not take the message'),
    );
    return;
  }
  const mode = delivery[String(talk.talk_id)] ?? 'auto';
  if (mode === 'hold') return;
  setTimeout(() => {
    if (mode === 'refuse') refuse('The recipient cannot be reached');
    else if (message.delivery_status === 'sent') setDelivery(site, message, 'delivered');
  }, deliveredAfterMs).unref();
}
