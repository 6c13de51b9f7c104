import { z } from 'zod';
import type { CustomField, CustomValues } from '../records.ts';
import { GivenValue, isSingle, readValue } from './read-value.ts';
import type { Refusals } from './refusals.ts';

export const GivenFields = z
  .array(
    z.object({
      field_id: z.int().optional(),
      field_code: z.string().optional(),
      values: z.array(GivenValue).min(1).nullable(),
    }),
  )
  .nullable();
export type GivenFields = z.infer<typeof GivenFields>;

/** The fields after the change. Kommo: `values: null` clears a field, fields not named stay as they are. */
export function setFields(
  known: CustomField[],
  present: CustomValues[] | null,
  given: GivenFields | undefined,
  refusals: Refusals,
): CustomValues[] | null {
  if (given === undefined || given === null) return present;
  const all = new Map((present ?? []).map(one => [one.field_id, one]));
  given.forEach(({ field_id, field_code, values }, index) => {
    const path = `custom_fields_values.${index}`;
    if (field_id === undefined && field_code === undefined) {
      refusals.add('FieldMissing', `${path}.field_id`);
      return;
    }
    const field = known.find(({ id, code }) =>
      field_id === undefined ? code !== null && code === field_code : id === field_id,
    );
    if (!field) {
      refusals.add('NotSupportedChoice', `${path}.${field_id === undefined ? 'field_code' : 'field_id'}`);
      return;
    }
    if (values === null) {
      all.delete(field.id);
      return;
    }
    if (values.length > 1 && isSingle(field.type)) {
      refusals.add('TooMany', `${path}.values`, 'This collection should contain 1 element or less.');
      return;
    }
    const read = values.flatMap(
      (value, at) => readValue(field, value, `${path}.values.${at}`, refusals) ?? [],
    );
    all.set(field.id, {
      field_id: field.id,
      field_name: field.name,
      field_code: field.code,
      field_type: field.type,
      values: read,
    });
  });
  return all.size > 0 ? [...all.values()] : null;
}
