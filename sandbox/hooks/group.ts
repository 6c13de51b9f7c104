import type { HookValue } from './encode.ts';
import type { Announcement } from './settings.ts';

const itemsPerPost = 50;

export interface Post {
  /** `leads[add]`, several joined by a comma. */
  event: string;
  body: { [entity: string]: { [action: string]: HookValue[] } };
}

/** Items of one kind and action share a post; `merge` puts everything into one, as the format allows. */
export function groupItems(announcements: Announcement[], merge: boolean): Post[] {
  const groups = new Map<string, Announcement[]>();
  for (const one of announcements) {
    const event = `${one.entity}[${one.action}]`;
    const open = groups.get(event);
    if (open) open.push(one);
    else groups.set(event, [one]);
  }
  const chunks = [...groups.values()].flatMap(group => chunked(group));
  return (merge ? [chunks.flat()] : chunks).map(postOf);
}

function chunked<T>(list: T[]): T[][] {
  return Array.from({ length: Math.ceil(list.length / itemsPerPost) }, (_, at) =>
    list.slice(at * itemsPerPost, (at + 1) * itemsPerPost),
  );
}

function postOf(announcements: Announcement[]): Post {
  const body: Post['body'] = {};
  for (const { entity, action, item } of announcements) {
    body[entity] ??= {};
    body[entity][action] ??= [];
    body[entity][action].push(item);
  }
  const events = new Set(announcements.map(({ entity, action }) => `${entity}[${action}]`));
  return { event: [...events].join(','), body };
}
