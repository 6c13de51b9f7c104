import { z } from 'zod';
import { KommoForbidden, KommoUnpaid } from '../../kommo/index.ts';
import type { Candidate, Place } from '../action.ts';
import { sameWords } from '../kinds/note.ts';
import { leadUrl, readRecord } from '../lead-record.ts';
import type { EffectResult } from '../views.ts';
import type { AddressedMessage } from './message-way.ts';

const Talk = z.object({
  talk_id: z.int(),
  contact_id: z.int().nullish(),
  entity_id: z.int().nullish(),
  is_in_work: z.boolean(),
  updated_at: z.int().nullish(),
  chat_id: z.string().nullish(),
});
const Message = z.object({
  id: z.union([z.string(), z.number()]).transform(String),
  type: z.string(),
  text: z.string().nullish(),
});

/** A talk about this lead, whatever its state; null if there is none with this id that the person may see. */
export async function talkOfLead(place: Place, talkId: number): Promise<z.output<typeof Talk> | null> {
  const talk = await readRecord(place.kommo.get(`/talks/${talkId}`), Talk);
  return talk && isAbout(talk, place.leadId) ? talk : null;
}

/** The one to write to: the talk that was named, or else the newest, if it is open and the contact's. */
export async function openTalk(
  place: Place,
  { talkId, contactId }: AddressedMessage,
): Promise<z.output<typeof Talk> | null> {
  if (contactId === null) return null;
  const talks = await openTalks(place, contactId);
  return (talkId === undefined ? talks[0] : talks.find(one => one.talk_id === talkId)) ?? null;
}

/** The contact's talks about this lead that are open, newest first. */
async function openTalks(place: Place, contactId: number): Promise<z.output<typeof Talk>[]> {
  const path = `/talks?filter[contact_id][]=${contactId}&filter[only_in_work]=1&limit=250`;
  const talks = await place.kommo.list(path, 'talks', 250);
  return talks
    .flatMap(item => {
      const parsed = Talk.safeParse(item);
      return parsed.success ? [parsed.data] : [];
    })
    .filter(talk => talk.is_in_work && talk.contact_id === contactId && isAbout(talk, place.leadId))
    .sort((a, b) => (b.updated_at ?? 0) - (a.updated_at ?? 0) || b.talk_id - a.talk_id);
}

function isAbout({ entity_id }: z.output<typeof Talk>, leadId: number): boolean {
  return entity_id == null || entity_id === leadId;
}

/** Where what is sent from now on will stand; clocks differ, so what was said a moment ago is remembered. */
export const TalkMark = z.object({
  talkId: z.int().nullable(),
  from: z.int(),
  seen: z.array(z.string()).nullable(),
});
export type TalkMark = z.infer<typeof TalkMark>;
const skewSeconds = 300;

export async function markTalk(place: Place, talkId: number | null): Promise<TalkMark> {
  const from = Math.floor(place.deps.clock.now().getTime() / 1000) - skewSeconds;
  const said = talkId === null ? null : await outgoing(place, talkId, from);
  return { talkId, from, seen: said?.map(({ id }) => id) ?? null };
}

/** What we or a bot said in a talk since; null where the account does not let us read it. */
async function outgoing(
  place: Place,
  talkId: number,
  from: number,
): Promise<{ id: string; text: string }[] | null> {
  const path = `/talks/${talkId}/messages?limit=250&filter[created_at][from]=${from}`;
  const items = await place.kommo.list(path, 'messages').catch(error => {
    if (error instanceof KommoForbidden || error instanceof KommoUnpaid) return null;
    throw error;
  });
  return (
    items?.flatMap(item => {
      const parsed = Message.safeParse(item);
      return parsed.success && parsed.data.type === 'outgoing'
        ? [{ id: parsed.data.id, text: parsed.data.text ?? '' }]
        : [];
    }) ?? null
  );
}

/** Messages that were not there when the mark was set; null if nothing tells. */
export async function newOutgoing(
  place: Place,
  { talkId, from, seen }: TalkMark,
  text: string,
): Promise<Candidate[] | null> {
  if (talkId === null || seen === null) return null;
  const said = await outgoing(place, talkId, from);
  return (
    said
      ?.filter(one => !seen.includes(one.id))
      .map(one => ({
        ...messageResult(place, one.id),
        ...(sameWords(one.text, text) ? {} : { altered: true }),
      })) ?? null
  );
}

export function messageResult(place: Place, id: string | null): EffectResult {
  return { record: 'message', recordId: id, url: leadUrl(place) };
}
