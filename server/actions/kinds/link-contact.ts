import { z } from 'zod';
import { type Action, action, type Place, type Sight } from '../action.ts';
import { leadUrl, readLead, readRecord, sightOfLead } from '../lead-record.ts';
import type { EffectResult } from '../views.ts';
import { KommoId } from './prose.ts';

const Arguments = z.strictObject({ contactId: KommoId, isMain: z.boolean().optional() });
type Arguments = z.infer<typeof Arguments>;
const Contact = z.object({ id: z.int(), name: z.string().nullish() });

export const linkContact = action<Arguments>({
  name: 'link-contact',
  schema: Arguments,
  see: seeLink,
  changes: showLink(beside => ({ before: null, after: beside })),
  after: ({ isMain }, _seen, beside) => ({
    linked: true,
    ...(isMain === undefined ? {} : { main: isMain || beside['alone'] === true }),
  }),
  perform: {
    kind: 'set',
    async write(place, { contactId, isMain }) {
      await place.kommo.write('POST', `/leads/${place.leadId}/link`, [
        {
          to_entity_id: contactId,
          to_entity_type: 'contacts',
          ...(isMain === undefined ? {} : { metadata: { is_main: isMain } }),
        },
      ]);
      return contactResult(place, contactId);
    },
  },
  undo: {
    way: 'write-back',
    why: null,
    plan: ({ args, seen }) =>
      seen['linked'] === true
        ? null
        : { action: 'unlink-contact', args: { contactId: args.contactId }, expected: { linked: true } },
  },
});

export const unlinkContact: Action = action<Pick<Arguments, 'contactId'>>({
  name: 'unlink-contact',
  schema: z.strictObject({ contactId: KommoId }),
  see: seeLink,
  changes: showLink(beside => ({ before: beside, after: null })),
  after: () => ({ linked: false }),
  perform: {
    kind: 'set',
    async write(place, { contactId }) {
      await place.kommo.write('POST', `/leads/${place.leadId}/unlink`, [
        { to_entity_id: contactId, to_entity_type: 'contacts' },
      ]);
      return contactResult(place, contactId);
    },
  },
  undo: { way: 'none', why: 'itself-an-undo' },
});

async function seeLink(place: Place, { contactId, isMain }: Arguments): Promise<Sight | null> {
  const [lead, contact] = await Promise.all([
    readLead(place),
    readRecord(place.kommo.get(`/contacts/${contactId}`), Contact),
  ]);
  if (lead === null || contact === null) return null;
  const linked = lead._embedded?.contacts ?? [];
  const link = linked.find(({ id }) => id === contactId);
  const others = linked.filter(({ id }) => id !== contactId);
  return {
    ...sightOfLead(
      lead,
      {
        linked: link !== undefined,
        ...(isMain === undefined ? {} : { main: link?.is_main ?? false }),
      },
      { name: contact.name ?? null, alone: others.length === 0 },
    ),
    target: { kind: 'contact', id: String(contactId), name: contact.name ?? null },
  };
}

function showLink(
  sides: (name: string) => { before: string | null; after: string | null },
): Action<Arguments>['changes'] {
  return ({ contactId }, { beside }) => [
    { field: 'contact', label: null, kind: 'text', ...sides(String(beside['name'] ?? `#${contactId}`)) },
  ];
}

function contactResult(place: Place, contactId: number): EffectResult {
  return { record: 'contact', recordId: String(contactId), url: leadUrl(place) };
}
