import type { Site } from '../site.ts';
import type { Conversations } from './state.ts';

/** Kommo: 500 messages a month on the plans that have the add-on. */
const quotaLimit = 500;

export function conversationsOf(site: Site): Conversations {
  site.data.conversations ??= {
    channels: [],
    connections: [],
    chats: [],
    bots: [],
    runs: [],
    triggers: [],
    quota: { available: true, limit: quotaLimit, used: 0, month: '' },
    delivery: {},
    begun: {},
  };
  return site.data.conversations;
}
