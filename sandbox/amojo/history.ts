import { invalid } from '../errors.ts';
import type { Message } from '../records.ts';
import type { Site } from '../site.ts';
import type { Chat } from './channel.ts';
import { messagesOf, userView } from './chats.ts';

const pageMax = 50;

/** What was said in a chat, the latest first. */
export function historyOf(site: Site, chat: Chat, url: string) {
  const query = new URL(url, 'http://127.0.0.1').searchParams;
  const whole = (key: string, otherwise: number, max: number) => {
    const value = Number(query.get(key) ?? otherwise);
    if (Number.isInteger(value) && value >= 0 && value <= max) return value;
    const detail = `This value should be between 0 and ${max}.`;
    throw invalid([{ errors: [{ code: value > max ? 'TooHigh' : 'TooLow', path: key, detail }] }]);
  };
  const offset = whole('offset', 0, Number.MAX_SAFE_INTEGER);
  const limit = whole('limit', pageMax, pageMax);
  return messagesOf(site, chat)
    .reverse()
    .slice(offset, offset + limit)
    .map(message => historyItem(site, chat, message));
}

function historyItem(site: Site, chat: Chat, message: Message) {
  const client = userView(chat.user);
  const user = site.data.users.find(({ id }) => String(id) === message.author.id);
  const own = { id: user?.amojo_id ?? message.author.id, name: message.author.name };
  return {
    timestamp: message.created_at,
    ...(message.type === 'incoming' ? { sender: client } : { sender: own, receiver: client }),
    message: {
      id: message.id,
      client_id: message.client_id ?? '',
      type: message.message_type,
      text: message.text,
      media: message.attachment?.link ?? '',
      thumbnail: '',
      file_name: message.attachment?.file_name ?? '',
      file_size: 0,
    },
  };
}
