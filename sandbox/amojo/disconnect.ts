import { conversationsOf } from '../conversations/of.ts';
import type { Site } from '../site.ts';

/** Kommo: without its integration a channel is not connected any more; after a new install it connects again. */
export function disconnectChannels(site: Site, clientId: string): void {
  const state = conversationsOf(site);
  const own = new Set(state.channels.filter(one => one.clientId === clientId).map(({ id }) => id));
  state.connections = state.connections.filter(({ channelId }) => !own.has(channelId));
}
