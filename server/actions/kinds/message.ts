import { z } from 'zod';
import { action } from '../action.ts';
import { readLead, readRecord, sightOfLead } from '../lead-record.ts';
import { findByWay, markByWay, writeByWay } from '../ways/deliver.ts';
import { KommoId, Prose } from './prose.ts';

const Arguments = z.strictObject({ text: Prose(4_000), talkId: KommoId.optional() });
const Contact = z.object({ id: z.int(), name: z.string().nullish() });

/** A message to the lead's client, by the way that the account chose. */
export const message = action<z.infer<typeof Arguments>>({
  name: 'message',
  schema: Arguments,
  async see(place) {
    const lead = await readLead(place);
    if (lead === null) return null;
    const contacts = lead._embedded?.contacts ?? [];
    const main = contacts.find(one => one.is_main) ?? contacts[0];
    const contact = main && (await readRecord(place.kommo.get(`/contacts/${main.id}`), Contact));
    return {
      ...sightOfLead(lead, { contactId: main?.id ?? null }),
      target: {
        kind: 'client',
        id: main ? String(main.id) : null,
        name: contact?.name ?? null,
      },
    };
  },
  changes: ({ text }) => [{ field: 'text', label: null, kind: 'text', before: null, after: text }],
  after: () => null,
  perform: { kind: 'make', mark: markByWay, write: writeByWay, find: findByWay },
  undo: { way: 'none', why: 'already-sent' },
});
