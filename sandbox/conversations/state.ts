import type { Channel, Chat, Connection } from '../amojo/channel.ts';
import type { Bot, BotRun } from '../bots/bot.ts';
import type { Trigger } from '../pipeline/trigger.ts';

/** How a talk's outgoing messages fare where no channel of ours carries them. */
export type DeliveryMode = 'auto' | 'hold' | 'refuse';

/** Everything of an account that speaks with its clients, beside the talks themselves. */
export interface Conversations {
  channels: Channel[];
  connections: Connection[];
  chats: Chat[];
  bots: Bot[];
  runs: BotRun[];
  triggers: Trigger[];
  /** Kommo: sending by REST is a paid add-on with a monthly quota. */
  quota: { available: boolean; limit: number; used: number; month: string };
  delivery: Record<string, DeliveryMode>;
  /** Which bots began by themselves in which talk: once per conversation. */
  begun: Record<string, number[]>;
}
