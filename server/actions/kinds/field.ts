import { z } from 'zod';
import { InvalidInput, storable } from '../../kernel/index.ts';
import { type Action, action, type Journaled, type Place, type Sight } from '../action.ts';
import type { Fields, Json } from '../json.ts';
import { type CustomValue, readLead, sightOfLead } from '../lead-record.ts';
import { hasEntries, readEntries, writeEntries } from './field-entries.ts';
import { type FieldValue, kindOf, readValues, resolveValue, showValue, writeValues } from './field-values.ts';
import { patchLead } from './patch-lead.ts';
import { KommoId } from './prose.ts';

const Arguments = z.strictObject({
  fieldId: KommoId,
  value: z.union([
    z.string().max(20_000).transform(storable),
    z.number(),
    z.boolean(),
    z.null(),
    z.strictObject({ enumIds: z.array(KommoId).max(200) }),
    z.strictObject({ entries: z.array(z.record(z.string(), z.json())).max(100) }),
  ]),
});
type Arguments = z.infer<typeof Arguments>;

/** Putting back needs the values as Kommo had them, whatever their type. */
const Restore = z.strictObject({ fieldId: KommoId, values: z.array(z.looseObject({})).nullable() });
type Restore = z.infer<typeof Restore>;

export const field = action<Arguments>({
  name: 'field',
  schema: Arguments,
  async resolve({ account }, { fieldId, value }, catalogue) {
    const known = catalogue.fields.find(({ id }) => id === fieldId);
    if (!known)
      throw new InvalidInput([{ path: 'fieldId', message: 'is no field of leads in this account' }]);
    return { fieldId, value: resolveValue(known, value, account.timeZone) };
  },
  see: seeField,
  changes({ fieldId, value }, { fields }, catalogue) {
    const known = catalogue.fields.find(({ id }) => id === fieldId);
    return [
      {
        field: keyOf(fieldId),
        label: known?.name ?? `#${fieldId}`,
        kind: kindOf(known?.type ?? ''),
        before: showValue(known, fields[keyOf(fieldId)] ?? null),
        after: showValue(known, value as Json),
      },
    ];
  },
  after: ({ fieldId, value }) => ({ [keyOf(fieldId)]: value as Json }),
  perform: {
    kind: 'set',
    write: (place, { fieldId, value }, { beside }) =>
      writeField(
        place,
        fieldId,
        writeValues(String(beside['type']), value as FieldValue, place.account.timeZone),
      ),
    journal: journalOfField,
  },
  undo: {
    way: 'write-back',
    why: null,
    plan: ({ args, beside }) => ({
      action: 'field-restore',
      args: { fieldId: args.fieldId, values: beside['values'] ?? null },
      expected: { [keyOf(args.fieldId)]: args.value as Json },
    }),
  },
});

export const fieldRestore: Action = action<Restore>({
  name: 'field-restore',
  schema: Restore,
  see: seeField,
  changes: () => [],
  after: ({ fieldId, values }, _seen, beside) => ({
    [keyOf(fieldId)]: readValues(
      String(beside['type']),
      values as CustomValue['values'] | null,
      String(beside['timeZone']),
    ),
  }),
  perform: {
    kind: 'set',
    write: (place, { fieldId, values }) => writeField(place, fieldId, values as Json),
    journal: journalOfField,
  },
  undo: { way: 'none', why: 'itself-an-undo' },
});

async function seeField(place: Place, { fieldId }: { fieldId: number }): Promise<Sight | null> {
  const { account, deps } = place;
  const [lead, catalogue] = await Promise.all([readLead(place), deps.catalogues.of(account)]);
  if (lead === null) return null;
  const held = lead.custom_fields_values?.find(one => one.field_id === fieldId);
  // A lead that holds nothing in the field does not tell its type.
  const type = catalogue.fields.find(({ id }) => id === fieldId)?.type ?? held?.field_type ?? 'text';
  const values = held?.values ?? null;
  return sightOfLead(
    lead,
    { [keyOf(fieldId)]: readValues(type, values, account.timeZone) },
    { type, timeZone: account.timeZone, values: writable(type, values) },
  );
}

function journalOfField({ leadId }: Place, { fieldId }: { fieldId: number }): Journaled {
  const types = [`custom_field_${fieldId}_value_changed`];
  return { leadId, types, fields: [keyOf(fieldId)] };
}

const keyOf = (fieldId: number) => `field:${fieldId}`;

/** Only what Kommo takes back: a choice by its id, anything else by its value. */
function writable(type: string, values: CustomValue['values'] | null): Json {
  if (values === null) return null;
  if (hasEntries(type)) {
    const read = readEntries(type, values);
    if (read !== null && !Array.isArray(read))
      return writeEntries(type, (read as { entries: Fields[] }).entries);
  }
  return values.map(({ value, enum_id, enum_code }): Fields => {
    if (enum_id) return { enum_id, value: value as Json };
    return { value: value as Json, ...(enum_code ? { enum_code } : {}) };
  });
}

function writeField(place: Place, fieldId: number, values: Json) {
  return patchLead(place, { custom_fields_values: [{ field_id: fieldId, values }] });
}
