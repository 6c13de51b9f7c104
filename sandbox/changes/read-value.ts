import { z } from 'zod';
import type { CustomField, FieldValue } from '../records.ts';
import type { Refusals } from './refusals.ts';

export const GivenValue = z.object({
  value: z.unknown().optional(),
  enum_id: z.int().optional(),
  enum_code: z.string().optional(),
  /** Of a chained list, whose values have no `value` (the vendor's PHP client). */
  catalog_id: z.int().optional(),
  catalog_element_id: z.int().optional(),
  /** As one page of the guides prints it. */
  enum: z.union([z.int(), z.string()]).optional(),
});
export type GivenValue = z.infer<typeof GivenValue>;

const numeric = /^-?\d+(\.\d+)?$/;
const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/;
/** No limit is documented for texts; this one keeps the account small. */
const textMax = 65_535;
const addressLines = ['address_line_1', 'address_line_2', 'city', 'state', 'zip', 'country'];
const objectTypes = ['legal_entity', 'items', 'payer', 'supplier', 'linked_entity', 'file'];

/** Field types of which one value is all there may be. */
const singleTypes = [
  'select',
  'radiobutton',
  'checkbox',
  'date',
  'date_time',
  'birthday',
  'numeric',
  'price',
];
export const isSingle = (type: string) => singleTypes.includes(type);

/** One value of a custom field as its type wants it; undefined when refused. */
export function readValue(
  field: CustomField,
  given: GivenValue,
  path: string,
  refusals: Refusals,
): FieldValue | undefined {
  const { value } = given;
  const wrong = (type: string) => {
    refusals.add('InvalidType', `${path}.value`, `This value should be of type ${type}.`);
    return undefined;
  };
  if (field.type === 'multitext') return readMultitext(field, given, path, refusals);
  if (field.enums) return readChoice(field, given, path, refusals);
  if (field.type === 'chained_list') return readChained(given, path, refusals);
  if (value === undefined || value === null) {
    refusals.add('FieldMissing', `${path}.value`);
    return undefined;
  }
  switch (field.type) {
    case 'checkbox':
      return typeof value === 'boolean' ? { value } : wrong('bool');
    case 'numeric':
    case 'price':
    case 'monetary':
      return numeric.test(String(value)) && typeof value !== 'boolean'
        ? { value: String(value) }
        : wrong('numeric');
    case 'date':
    case 'date_time':
    case 'birthday':
      return readTime(value) ?? wrong('timestamp');
    case 'smart_address':
      return readAddress(given, path, refusals);
    default:
      if (objectTypes.includes(field.type)) {
        return isObject(value) ? { value } : wrong('array');
      }
      return readText(value, path, refusals);
  }
}

function readText(value: unknown, path: string, refusals: Refusals): FieldValue | undefined {
  if (typeof value !== 'string') {
    refusals.add('InvalidType', `${path}.value`, 'This value should be of type string.');
    return undefined;
  }
  if (value.length > textMax) {
    const detail = `This value is too long. It should have ${textMax} characters or less.`;
    refusals.add('TooLong', `${path}.value`, detail);
    return undefined;
  }
  return { value };
}

function readChained(
  { catalog_id, catalog_element_id }: GivenValue,
  path: string,
  refusals: Refusals,
): FieldValue | undefined {
  if (catalog_id !== undefined && catalog_element_id !== undefined)
    return { value: '', catalog_id, catalog_element_id };
  refusals.add('FieldMissing', `${path}.${catalog_id === undefined ? 'catalog_id' : 'catalog_element_id'}`);
  return undefined;
}

/** Kommo: unix seconds or RFC 3339. */
function readTime(value: unknown): FieldValue | undefined {
  if (typeof value === 'number' && Number.isInteger(value)) return { value };
  if (typeof value !== 'string' || !rfc3339.test(value)) return undefined;
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? undefined : { value: Math.floor(ms / 1000) };
}

function readChoice(
  field: CustomField,
  given: GivenValue,
  path: string,
  refusals: Refusals,
): FieldValue | undefined {
  const key = (['enum_id', 'enum_code', 'value'] as const).find(name => given[name] !== undefined);
  if (!key) {
    refusals.add('FieldMissing', `${path}.value`);
    return undefined;
  }
  const names = { enum_id: 'id', enum_code: 'code', value: 'value' } as const;
  const choice = field.enums?.find(one => one[names[key]] === given[key]);
  if (!choice) {
    refusals.add('NotSupportedChoice', `${path}.${key}`);
    return undefined;
  }
  return { value: choice.value, enum_id: choice.id, enum_code: choice.code };
}

/** Phones and addresses of mail: a text with a kind, the first kind when none is named. */
function readMultitext(
  field: CustomField,
  given: GivenValue,
  path: string,
  refusals: Refusals,
): FieldValue | undefined {
  const { value, enum_id } = given;
  const code = given.enum_code ?? (typeof given.enum === 'string' ? given.enum : undefined);
  const id = enum_id ?? (typeof given.enum === 'number' ? given.enum : undefined);
  const text = readText(value, path, refusals);
  if (!text) return undefined;
  const kinds = field.enums ?? [];
  const kind =
    id === undefined && code === undefined
      ? kinds[0]
      : kinds.find(one => (id === undefined ? one.code === code : one.id === id));
  if (!kind) {
    refusals.add('NotSupportedChoice', `${path}.${id === undefined ? 'enum_code' : 'enum_id'}`);
    return undefined;
  }
  return { ...text, enum_id: kind.id, enum_code: kind.code };
}

function readAddress(given: GivenValue, path: string, refusals: Refusals): FieldValue | undefined {
  const at = given.enum_id === undefined ? addressLines.indexOf(String(given.enum_code)) : given.enum_id - 1;
  const code = addressLines[at];
  if (code === undefined) {
    refusals.add('NotSupportedChoice', `${path}.${given.enum_id === undefined ? 'enum_code' : 'enum_id'}`);
    return undefined;
  }
  const text = readText(given.value, path, refusals);
  return text && { ...text, enum_id: at + 1, enum_code: code };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
