import { conversationsOf } from '../conversations/of.ts';
import type { Message } from '../records.ts';
import type { Site } from '../site.ts';
import type { Chat } from './channel.ts';
import { postHook } from './post-hook.ts';

/** Hands an outgoing message to the channel that owns the chat; answers whether its server took it. */
export async function carry(site: Site, chat: Chat, message: Message): Promise<boolean> {
  const { channels, connections } = conversationsOf(site);
  const connection = connections.find(({ scopeId }) => scopeId === chat.scopeId);
  const channel = channels.find(({ id }) => id === connection?.channelId);
  if (!connection || !channel) return false;
  const { user } = chat;
  const nowMs = site.clock.nowMs();
  return postHook(site, channel, connection.scopeId, {
    message: {
      receiver: {
        id: user.id,
        ...(user.phone ? { phone: user.phone } : {}),
        ...(user.email ? { email: user.email } : {}),
        ...(user.clientId ? { client_id: user.clientId } : {}),
      },
      sender: { id: senderOf(site, message) },
      conversation: {
        id: chat.id,
        // Kommo: missing until the channel has named the conversation itself ("write first").
        ...(chat.conversationId ? { client_id: chat.conversationId } : {}),
      },
      ...(chat.sourceExternalId === null ? {} : { source: { external_id: chat.sourceExternalId } }),
      timestamp: Math.floor(nowMs / 1000),
      msec_timestamp: nowMs,
      message: {
        id: message.id,
        type: message.attachment?.type ?? 'text',
        text: message.text,
        tag: '',
        media: message.attachment?.link ?? '',
        thumbnail: '',
        file_name: message.attachment?.file_name ?? '',
        file_size: 0,
        ...(message.buttons ? { markup: { mode: 'inline', buttons: [message.buttons] } } : {}),
      },
    },
  });
}

/** A manager is known to channels by the chat service's own id. */
function senderOf(site: Site, message: Message): string {
  const user = site.data.users.find(({ id }) => String(id) === message.author.id);
  return user?.amojo_id ?? message.author.id;
}
