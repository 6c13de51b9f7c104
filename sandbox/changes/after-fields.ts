import { isDeepStrictEqual } from 'node:util';
import type { CustomValues, Tag } from '../records.ts';
import type { Site } from '../site.ts';
import { journal } from './journal.ts';

interface Fields {
  name: string;
  responsible_user_id: number;
  custom_fields_values: CustomValues[] | null;
}

type Ref = { type: string; id: number };

/** Events for a changed name, person and custom fields: leads, contacts and companies share them. */
export function journalFields(site: Site, entity: Ref, by: number, before: Fields, after: Fields): void {
  if (before.name !== after.name) {
    journal(site, {
      type: 'name_field_changed',
      entity,
      by,
      after: [{ name_field_value: { name: after.name } }],
      before: [{ name_field_value: { name: before.name } }],
    });
  }
  if (before.responsible_user_id !== after.responsible_user_id) {
    journal(site, {
      type: 'entity_responsible_changed',
      entity,
      by,
      after: [{ responsible_user: { id: after.responsible_user_id } }],
      before: [{ responsible_user: { id: before.responsible_user_id } }],
    });
  }
  for (const id of changedFields(before, after)) {
    journal(site, {
      type: `custom_field_${id}_value_changed`,
      entity,
      by,
      after: fieldValues(after, id),
      before: fieldValues(before, id),
    });
  }
}

function changedFields(before: Fields, after: Fields): number[] {
  const all = [...(before.custom_fields_values ?? []), ...(after.custom_fields_values ?? [])];
  const ids = new Set(all.map(({ field_id }) => field_id));
  return [...ids].filter(id => !isDeepStrictEqual(fieldValues(before, id), fieldValues(after, id)));
}

function fieldValues(record: Fields, id: number): object[] {
  const field = (record.custom_fields_values ?? []).find(({ field_id }) => field_id === id);
  return (field?.values ?? []).map(({ value, enum_id }) => ({
    custom_field_value: {
      field_id: id,
      field_type: field?.field_type,
      text: typeof value === 'object' ? JSON.stringify(value) : String(value),
      enum_id: enum_id ?? null,
    },
  }));
}

export function journalTags(site: Site, entity: Ref, by: number, before: Tag[], after: Tag[]): void {
  const names = (tags: Tag[]) => tags.map(({ name }) => ({ tag: { name } }));
  const added = after.filter(({ id }) => !before.some(tag => tag.id === id));
  const gone = before.filter(({ id }) => !after.some(tag => tag.id === id));
  if (added.length > 0) journal(site, { type: 'entity_tag_added', entity, by, after: names(added) });
  if (gone.length > 0) journal(site, { type: 'entity_tag_deleted', entity, by, before: names(gone) });
}
