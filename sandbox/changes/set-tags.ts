import { z } from 'zod';
import type { EntityKind, Tag } from '../records.ts';
import { nextId, type Site } from '../site.ts';
import type { Refusals } from './refusals.ts';

const TagRef = z.object({ id: z.int().optional(), name: z.string().min(1).max(255).optional() });
export const GivenTags = z.array(TagRef);
type TagRef = z.infer<typeof TagRef>;

/** Tags of an account are shared by the records of a kind. Those of the demo are known by being used. */
export function tagsOf(site: Site, kind: EntityKind): Tag[] {
  const known = new Map(site.data.knownTags[kind].map(tag => [tag.id, tag]));
  for (const { tags } of site.data[kind]) for (const tag of tags) known.set(tag.id, tag);
  return [...known.values()].sort((a, b) => a.id - b.id);
}

/** The tag of that name, made when there is none yet. */
export function tagNamed(site: Site, kind: EntityKind, name: string, color: string | null = null): Tag {
  const known = tagsOf(site, kind).find(tag => tag.name.toLowerCase() === name.toLowerCase());
  if (known) return known;
  const tag = { id: nextId(site), name, color };
  site.data.knownTags[kind].push(tag);
  return tag;
}

export interface TagChange {
  /** All of them, anew; null for none. */
  replace?: TagRef[] | null | undefined;
  add?: TagRef[] | undefined;
  remove?: TagRef[] | undefined;
}

/** Names and not ids of tags to be made: nothing is made before the whole write is known to be good. */
export function checkTags(site: Site, kind: EntityKind, change: TagChange, refusals: Refusals): void {
  const lists = { '_embedded.tags': change.replace ?? [], tags_to_add: change.add ?? [] };
  for (const [path, tags] of Object.entries(lists)) {
    tags.forEach(({ id, name }, at) => {
      if (id === undefined && name === undefined) refusals.add('FieldMissing', `${path}.${at}.id`);
      else if (id !== undefined && !tagsOf(site, kind).some(tag => tag.id === id)) {
        refusals.add('NotSupportedChoice', `${path}.${at}.id`);
      }
    });
  }
}

export function setTags(site: Site, kind: EntityKind, present: Tag[], change: TagChange): Tag[] {
  const resolve = ({ id, name }: TagRef) =>
    tagsOf(site, kind).find(tag => tag.id === id) ?? (name ? [tagNamed(site, kind, name)] : []);
  const kept =
    change.replace === undefined ? present : change.replace === null ? [] : change.replace.flatMap(resolve);
  const all = [...kept, ...(change.add ?? []).flatMap(resolve)];
  const gone = (tag: Tag) =>
    (change.remove ?? []).some(({ id, name }) =>
      id === undefined ? name?.toLowerCase() === tag.name.toLowerCase() : id === tag.id,
    );
  return [...new Map(all.map(tag => [tag.id, tag])).values()].filter(tag => !gone(tag));
}
