import { z } from 'zod';
import { action } from '../action.ts';
import { readLead, sightOfLead } from '../lead-record.ts';
import { patchLead } from './patch-lead.ts';

const Arguments = z.strictObject({ price: z.int().min(0).max(9_999_999_999) });

const Journal = z.object({ sale_field_value: z.object({ sale: z.number().nullish() }) });

export const price = action<z.infer<typeof Arguments>>({
  name: 'price',
  schema: Arguments,
  async see(place) {
    const lead = await readLead(place);
    return lead && sightOfLead(lead, { price: lead.price ?? 0 });
  },
  changes: ({ price: after }, { fields }) => [
    { field: 'price', label: null, kind: 'money', before: Number(fields['price']), after },
  ],
  after: args => ({ price: args.price }),
  perform: {
    kind: 'set',
    write: (place, args) => patchLead(place, { price: args.price }),
    journal: ({ leadId }) => ({
      leadId,
      types: ['sale_field_changed'],
      fields: ['price'],
      read(value) {
        const parsed = Journal.safeParse(value);
        return parsed.success ? { price: parsed.data.sale_field_value.sale ?? 0 } : null;
      },
      putBack: patchLead,
    }),
  },
  undo: {
    way: 'write-back',
    why: null,
    plan: ({ args, seen }) => ({
      action: 'price',
      args: { price: Number(seen['price']) },
      expected: { price: args.price },
    }),
  },
});
