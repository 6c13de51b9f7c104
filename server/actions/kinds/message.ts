import { z } from 'zod';
import { action } from '../action.ts';
import { readLead, readRecord, sightOfLead } from '../lead-record.ts';
import { findByWay, markByWay, writeByWay } from '../ways/deliver.ts';
import { talkOfLead } from '../ways/talks.ts';
import { KommoId, Prose } from './prose.ts';

const Arguments = z.strictObject({ text: Prose(4_000), talkId: KommoId.optional() });
const Contact = z.object({ id: z.int(), name: z.string().nullish() });

/** A message to the lead's client, or to the one of a talk that is named, by the way that the account chose. */
export const message = action<z.infer<typeof Arguments>>({
  name: 'message',
  schema: Arguments,
  async see(place, { talkId }) {
    const lead = await readLead(place);
    if (lead === null) return null;
    const contacts = lead._embedded?.contacts ?? [];
    const talk = talkId === undefined ? null : await talkOfLead(place, talkId);
    if (talkId !== undefined && talk === null) return null;
    const to = talk
      ? contacts.find(({ id }) => id === talk.contact_id)
      : (contacts.find(one => one.is_main) ?? contacts[0]);
    // The talk of somebody who is no contact of this lead.
    if (talk && !to) return null;
    const contact = to && (await readRecord(place.kommo.get(`/contacts/${to.id}`), Contact));
    return {
      ...sightOfLead(lead, { contactId: to?.id ?? null }),
      target: {
        kind: 'client',
        id: to ? String(to.id) : null,
        name: contact?.name ?? null,
      },
    };
  },
  changes: ({ text }) => [{ field: 'text', label: null, kind: 'text', before: null, after: text }],
  after: () => null,
  perform: { kind: 'make', mark: markByWay, write: writeByWay, find: findByWay },
  undo: { way: 'none', why: 'already-sent' },
});
