import { z } from 'zod';
import { InvalidInput, storable } from '../../kernel/index.ts';
import type { Fields, Json } from '../json.ts';
import type { CustomValue } from '../lead-record.ts';
import { KommoId } from './prose.ts';

type Values = CustomValue['values'];

const Text = z.string().max(1_000).transform(storable);
const texts = <K extends string>(...names: K[]) =>
  Object.fromEntries(names.map(name => [name, Text.optional()])) as Record<K, z.ZodOptional<typeof Text>>;

const party = {
  ...texts('vat_id', 'kpp', 'tax_registration_reason_code', 'address', 'real_address', 'bank_code'),
  name: Text.pipe(z.string().min(1)),
};
const payer = z.strictObject({
  ...party,
  ...texts('unp', 'bin', 'egrpou', 'mfo', 'bank_account_number', 'oked', 'director'),
  entity_type: z.enum(['contacts', 'companies']).optional(),
  entity_id: KommoId.optional(),
});

/**
 * Fields whose values are records of several parts, by type: which parts one may have. The REST pages name
 * these types and print no value; the parts are those that the vendor's PHP client writes.
 *
 * @see amocrm/amocrm-api-php, Models/CustomFieldsValues/ValueModels
 */
const entries: Record<string, z.ZodType<Fields>> = {
  legal_entity: z.strictObject({
    ...party,
    ...texts('external_uid', 'UNP', 'BIN', 'EGRPOU'),
    /** 1 is a person in business, 2 a company. */
    entity_type: z.literal([1, 2]).optional(),
  }) as z.ZodType<Fields>,
  payer: payer as z.ZodType<Fields>,
  supplier: payer as z.ZodType<Fields>,
  items: z.strictObject({
    ...texts('sku', 'unit_type', 'external_uid'),
    description: Text.pipe(z.string().min(1)),
    unit_price: z.number().nonnegative(),
    quantity: z.number().positive(),
    discount: z
      .strictObject({ type: z.enum(['percentage', 'amount']), value: z.number().nonnegative() })
      .optional(),
    vat_rate_value: z.int().min(0).max(100).optional(),
    product_id: KommoId.optional(),
    bonus_points_per_purchase: z.int().nonnegative().optional(),
  }) as z.ZodType<Fields>,
  linked_entity: z.strictObject({
    name: Text.optional(),
    entity_id: KommoId,
    entity_type: z.enum(['contacts', 'companies', 'catalog_elements']),
    catalog_id: KommoId.optional(),
  }) as z.ZodType<Fields>,
  chained_list: z.strictObject({ catalog_id: KommoId, catalog_element_id: KommoId }) as z.ZodType<Fields>,
  file: z.strictObject({
    file_uuid: z.uuid(),
    version_uuid: z.uuid().optional(),
    file_name: Text.optional(),
    file_size: z.int().nonnegative().optional(),
  }) as z.ZodType<Fields>,
};
/** One value is all that these may have. */
const single = new Set(['legal_entity', 'payer', 'supplier', 'linked_entity', 'file']);
/** Without the wrapping that all the others have. */
const bare = new Set(['chained_list']);

export const hasEntries = (type: string): boolean => Object.hasOwn(entries, type);

/** What somebody asks for, part by part. @throws InvalidInput */
export function resolveEntries(type: string, given: Fields[]): { entries: Fields[] } | null {
  const schema = entries[type];
  if (!schema) throw new Error(`There are no parts of ${type}.`);
  if (given.length === 0) return null;
  if (single.has(type) && given.length > 1)
    throw new InvalidInput([{ path: 'value.entries', message: 'takes one entry only' }]);
  const read = z.array(schema).safeParse(given);
  if (!read.success)
    throw new InvalidInput(
      read.error.issues.map(({ path, message }) => ({ path: ['value.entries', ...path].join('.'), message })),
    );
  return { entries: read.data.map(known) };
}

/** What Kommo holds, without the parts that it works out itself; as it stands where the shape is another one. */
export function readEntries(type: string, values: Values): Json {
  const found = values.map(one => (bare.has(type) ? one : one.value));
  const parts = partsOf(type);
  const read = found.map(one =>
    one !== null && typeof one === 'object' && !Array.isArray(one)
      ? known(Object.fromEntries(Object.entries(one).filter(([name]) => parts.has(name))) as Fields)
      : null,
  );
  if (read.some(one => one === null || Object.keys(one).length === 0))
    return JSON.parse(JSON.stringify(values)) as Json;
  return { entries: read as Fields[] };
}

export function writeEntries(type: string, given: Fields[]): Json {
  return given.map(one => (bare.has(type) ? one : { value: one }));
}

/** What a person would call it. */
export function showEntries(given: Fields[]): string {
  return given
    .map(one => {
      const { name, description, file_name, file_uuid, quantity, unit_price } = one;
      const called =
        name ?? description ?? file_name ?? file_uuid ?? `#${one['entity_id'] ?? one['catalog_element_id']}`;
      return quantity === undefined ? String(called) : `${called} × ${quantity} à ${unit_price}`;
    })
    .join(', ');
}

function partsOf(type: string): Set<string> {
  return new Set(Object.keys((entries[type] as unknown as z.ZodObject).shape));
}

/** Kommo answers null for a part that was not given; a number may come back as a text. */
function known(entry: Fields): Fields {
  return Object.fromEntries(
    Object.entries(entry).flatMap(([name, value]) => {
      if (value === null || value === undefined || value === '') return [];
      const numeric = name === 'unit_price' || name === 'quantity';
      return [[name, numeric ? Number(value) : value] as const];
    }),
  );
}
