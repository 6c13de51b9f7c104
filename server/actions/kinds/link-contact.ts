import { z } from 'zod';
import { type Action, action, type Place, type Sight, type UndoPlan } from '../action.ts';
import type { Fields, Json } from '../json.ts';
import { leadUrl, readLead, readRecord, sightOfLead } from '../lead-record.ts';
import type { ChangeView, EffectResult } from '../views.ts';
import { KommoId } from './prose.ts';

const Arguments = z.strictObject({ contactId: KommoId, isMain: z.boolean().optional() });
type Arguments = z.infer<typeof Arguments>;
const Contact = z.object({ id: z.int(), name: z.string().nullish() });

export const linkContact = action<Arguments>({
  name: 'link-contact',
  schema: Arguments,
  see: seeLink,
  changes: (args, sight, catalogue) => [
    ...showLink(name => ({ before: null, after: name }))(args, sight, catalogue),
    ...showMain(args, sight.fields['main']),
  ],
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
    plan: ({ args, seen, beside }) => planBack(args, seen, beside),
  },
});

const Unlink = z.strictObject({ contactId: KommoId, mainContactId: KommoId.optional() });
type Unlink = z.infer<typeof Unlink>;

/** Puts the main contact back as well, where the one that is unlinked had taken its place. */
export const unlinkContact: Action = action<Unlink>({
  name: 'unlink-contact',
  schema: Unlink,
  async see(place, { contactId, mainContactId }) {
    const sight = await seeLink(place, { contactId });
    if (sight === null || mainContactId === undefined) return sight;
    return { ...sight, fields: { ...sight.fields, mainId: sight.beside['mainId'] ?? null } };
  },
  changes: showLink(beside => ({ before: beside, after: null })),
  after: ({ mainContactId }) => ({
    linked: false,
    ...(mainContactId === undefined ? {} : { mainId: mainContactId }),
  }),
  perform: {
    kind: 'set',
    async write(place, { contactId, mainContactId }) {
      if (mainContactId !== undefined) {
        await place.kommo.write('POST', `/leads/${place.leadId}/link`, [
          { to_entity_id: mainContactId, to_entity_type: 'contacts', metadata: { is_main: true } },
        ]);
      }
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
      {
        name: contact.name ?? null,
        alone: others.length === 0,
        mainId: linked.find(one => one.is_main)?.id ?? null,
      },
    ),
    target: { kind: 'contact', id: String(contactId), name: contact.name ?? null },
  };
}

/** Only what the link changed: whether it is there, and who is the main contact. */
function planBack({ contactId, isMain }: Arguments, seen: Fields, beside: Fields): UndoPlan | null {
  const oldMain = typeof beside['mainId'] === 'number' ? beside['mainId'] : null;
  const tookOver = isMain === true && oldMain !== null && oldMain !== contactId;
  if (seen['linked'] !== true) {
    return {
      action: 'unlink-contact',
      args: { contactId, ...(tookOver ? { mainContactId: oldMain } : {}) },
      expected: { linked: true, ...(tookOver ? { mainId: contactId } : {}) },
    };
  }
  if (isMain === undefined || seen['main'] === isMain) return null;
  if (isMain && !tookOver) return null;
  const args = { contactId: isMain && oldMain !== null ? oldMain : contactId, isMain: true };
  return { action: 'link-contact', args, expected: { linked: true, main: false } };
}

function showMain({ isMain }: Arguments, main: Json | undefined): ChangeView[] {
  if (isMain === undefined) return [];
  const before = main === true ? 1 : 0;
  return [{ field: 'isMain', label: null, kind: 'boolean', before, after: isMain ? 1 : 0 }];
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
