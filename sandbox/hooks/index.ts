import type { Site } from '../site.ts';
import type { Announcement } from './settings.ts';

export { Both, encodeHook, type HookValue } from './encode.ts';
export { type Attempt, type HookQueue, openHooks } from './queue.ts';
export { type Announcement, type HookItem, hookSettings } from './settings.ts';

/** Tells the account's webhooks that listen to it. What one call announces may share a post. */
export function announce(site: Site, announcement: Announcement): void {
  site.hooks.announce(announcement);
}
