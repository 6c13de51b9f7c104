import type { Contact, CustomField, CustomValues, FieldValue, Lead } from '../../records.ts';
import type { Site } from '../../site.ts';
import { BotFault } from '../turn.ts';

type Fielded = Pick<Lead | Contact, 'custom_fields_values'>;

/** @throws BotFault for a field of another kind of record, or a choice that the field has not */
export function writeField(
  site: Site,
  record: Fielded,
  kind: 'leads' | 'contacts',
  fieldId: number,
  text: string,
  add: boolean,
): void {
  const field = site.data.fields.find(({ id, entity_type }) => id === fieldId && entity_type === kind);
  if (!field) throw new BotFault(`set_custom_fields: there is no field ${fieldId} of ${kind}`);
  const known = record.custom_fields_values?.find(({ field_id }) => field_id === field.id);
  const values = text === '' ? [] : [fieldValue(field, text)];
  const all = add && known ? [...known.values, ...values] : values;
  const others = (record.custom_fields_values ?? []).filter(({ field_id }) => field_id !== field.id);
  const own: CustomValues = {
    field_id: field.id,
    field_name: field.name,
    field_code: field.code,
    field_type: field.type,
    values: all,
  };
  record.custom_fields_values = all.length > 0 ? [...others, own] : others.length > 0 ? others : null;
}

function fieldValue(field: CustomField, text: string): FieldValue {
  if (field.enums && field.type !== 'multitext') {
    const choice = field.enums.find(({ id, value }) => value === text || String(id) === text);
    if (!choice) throw new BotFault(`set_custom_fields: ${field.name} has no choice ${text}`);
    return { value: choice.value, enum_id: choice.id, enum_code: choice.code };
  }
  const kind = field.enums?.[0];
  if (kind) return { value: text, enum_id: kind.id, enum_code: kind.code };
  if (field.type === 'checkbox') return { value: text === '1' || text === 'true' };
  if (['date', 'date_time', 'birthday'].includes(field.type)) {
    const seconds = Number.isFinite(Number(text)) ? Number(text) : Math.floor(Date.parse(text) / 1000);
    if (!Number.isFinite(seconds)) throw new BotFault(`set_custom_fields: ${text} is no date`);
    return { value: seconds };
  }
  return { value: text };
}
