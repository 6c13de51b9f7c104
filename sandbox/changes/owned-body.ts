import { z } from 'zod';
import type { EntityKind, Tag } from '../records.ts';
import type { Site } from '../site.ts';
import type { Refusals } from './refusals.ts';
import { GivenFields, setFields } from './set-fields.ts';
import { checkTags, GivenTags, setTags, type TagChange } from './set-tags.ts';

/** What leads, contacts and companies have in common in a write. */
export const ownedShape = {
  name: z.string().max(255).optional(),
  responsible_user_id: z.int().optional(),
  created_by: z.int().nonnegative().optional(),
  updated_by: z.int().nonnegative().optional(),
  created_at: z.int().positive().optional(),
  updated_at: z.int().positive().optional(),
  custom_fields_values: GivenFields.optional(),
  tags_to_add: GivenTags.optional(),
  tags_to_delete: GivenTags.optional(),
};
const OwnedBody = z.object({
  ...ownedShape,
  _embedded: z.object({ tags: GivenTags.nullish() }).optional(),
});
type OwnedBody = z.infer<typeof OwnedBody>;

interface Owned {
  name: string;
  responsible_user_id: number;
  group_id: number;
  created_by: number;
  updated_by: number;
  created_at: number;
  updated_at: number;
  custom_fields_values: Parameters<typeof setFields>[1];
  tags: Tag[];
}

/** Puts the common part of a body onto a draft. Tags come last, by `tagsFrom`, as they may have to be made. */
export function applyOwned(
  site: Site,
  kind: EntityKind,
  draft: Owned,
  body: OwnedBody,
  refusals: Refusals,
): void {
  const { users, fields } = site.data;
  if (body.name !== undefined) draft.name = body.name;
  if (body.responsible_user_id !== undefined) {
    const owner = users.find(({ id, rights }) => id === body.responsible_user_id && rights.is_active);
    if (!owner) refusals.add('NotSupportedChoice', 'responsible_user_id');
    draft.responsible_user_id = body.responsible_user_id;
    draft.group_id = owner?.rights.group_id ?? 0;
  }
  for (const key of ['created_by', 'updated_by'] as const) {
    const id = body[key];
    if (id === undefined) continue;
    // Kommo: 0 is a robot.
    if (id !== 0 && !users.some(user => user.id === id)) refusals.add('NotSupportedChoice', key);
    draft[key] = id;
  }
  if (body.created_at !== undefined) draft.created_at = body.created_at;
  if (body.updated_at !== undefined) draft.updated_at = body.updated_at;
  const known = fields.filter(({ entity_type }) => entity_type === kind);
  draft.custom_fields_values = setFields(
    known,
    draft.custom_fields_values,
    body.custom_fields_values,
    refusals,
  );
  checkTags(site, kind, tagChange(body), refusals);
}

export function tagsFrom(site: Site, kind: EntityKind, present: Tag[], body: OwnedBody): Tag[] {
  return setTags(site, kind, present, tagChange(body));
}

function tagChange(body: OwnedBody): TagChange {
  return { replace: body._embedded?.tags, add: body.tags_to_add, remove: body.tags_to_delete };
}
