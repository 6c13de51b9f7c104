import { z } from 'zod';
import { KommoForbidden, KommoUnpaid } from '../../kommo/index.ts';
import type { Place } from '../action.ts';
import { sameWords } from '../kinds/note.ts';
import { leadUrl, readLead } from '../lead-record.ts';
import type { EffectResult } from '../views.ts';

const Talk = z.object({
  talk_id: z.int(),
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

/** The talks of the lead's contacts about this lead that are open, newest first. */
export async function openTalks(place: Place): Promise<z.output<typeof Talk>[]> {
  const lead = await readLead(place);
  const contacts = (lead?._embedded?.contacts ?? []).slice(0, 5);
  if (contacts.length === 0) return [];
  const wanted = contacts.map(({ id }) => `filter[contact_id][]=${id}`).join('&');
  const talks = await place.kommo.list(`/talks?${wanted}&filter[only_in_work]=1&limit=250`, 'talks', 250);
  return talks
    .flatMap(item => {
      const parsed = Talk.safeParse(item);
      return parsed.success ? [parsed.data] : [];
    })
    .filter(talk => talk.is_in_work && (talk.entity_id == null || talk.entity_id === place.leadId))
    .sort((a, b) => (b.updated_at ?? 0) - (a.updated_at ?? 0) || b.talk_id - a.talk_id);
}

/** What we or a bot said in a talk; null where the account does not let us read it. */
export async function outgoing(place: Place, talkId: number): Promise<{ id: string; text: string }[] | null> {
  const items = await place.kommo.list(`/talks/${talkId}/messages?limit=250`, 'messages').catch(error => {
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

/** Messages with these words that were not there when the mark was set; null if nothing tells. */
export async function newOutgoing(
  place: Place,
  { talkId, seen }: { talkId: number | null; seen: string[] | null },
  text: string,
): Promise<EffectResult[] | null> {
  if (talkId === null || seen === null) return null;
  const said = await outgoing(place, talkId);
  return (
    said
      ?.filter(one => !seen.includes(one.id) && sameWords(one.text, text))
      .map(one => messageResult(place, one.id)) ?? null
  );
}

export function messageResult(place: Place, id: string | null): EffectResult {
  return { record: 'message', recordId: id, url: leadUrl(place) };
}
