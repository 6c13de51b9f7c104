import { z } from 'zod';
import { KommoAmbiguous } from '../../kommo/index.ts';
import { action, type Candidate, type Place } from '../action.ts';
import { leadUrl, seeLeadOnly } from '../lead-record.ts';
import type { EffectResult } from '../views.ts';
import { Prose } from './prose.ts';

const Arguments = z.strictObject({ text: Prose(20_000) });

const Made = z.object({ _embedded: z.object({ notes: z.array(z.object({ id: z.int() })).min(1) }) });
const Note = z.object({
  id: z.int(),
  note_type: z.string(),
  created_by: z.int().nullish(),
  created_at: z.int().nullish(),
  params: z.object({ text: z.string().nullish() }).catch({}),
});

/** A note on the lead. Kommo deletes none over its API, so it cannot be undone. */
export const note = action<z.infer<typeof Arguments>>({
  name: 'note',
  schema: Arguments,
  see: seeLeadOnly,
  changes: ({ text }) => [{ field: 'text', label: null, kind: 'text', before: null, after: text }],
  after: () => null,
  perform: {
    kind: 'make',
    mark: newestNote,
    write: (place, { text }) => addNote(place, text),
    find: (place, { text }, mark, _effectId, sentAt) => findNotes(place, text, Number(mark), sentAt),
  },
  undo: { way: 'none', why: 'notes-cannot-be-deleted' },
});

/** The highest id of a note on the lead: ours will have a higher one. */
export async function newestNote({ kommo, leadId }: Place): Promise<number> {
  const notes = await kommo.list(`/leads/${leadId}/notes?limit=250&order[id]=desc`, 'notes', 250);
  return Math.max(0, ...notes.flatMap(idOf));
}

export async function addNote(place: Place, text: string): Promise<EffectResult> {
  const body = await place.kommo.write('POST', `/leads/${place.leadId}/notes`, [
    { note_type: 'common', params: { text }, request_id: '0' },
  ]);
  const made = Made.safeParse(body);
  if (!made.success) throw new KommoAmbiguous(made.error);
  return noteResult(place, made.data._embedded.notes[0]?.id ?? 0);
}

export async function findNotes(
  place: Place,
  text: string,
  mark: number,
  sentAt: Date,
): Promise<Candidate[]> {
  const { kommo, leadId } = place;
  const items = await kommo.list(`/leads/${leadId}/notes?limit=250&order[id]=desc`, 'notes', 250);
  return items
    .flatMap(item => {
      const parsed = Note.safeParse(item);
      return parsed.success ? [parsed.data] : [];
    })
    .filter(one => one.id > mark && one.note_type === 'common')
    .sort((a, b) => a.id - b.id)
    .flatMap(one => {
      if (sameWords(one.params.text ?? '', text)) return [noteResult(place, one.id)];
      return mayBeOurs(place, one, sentAt) ? [{ ...noteResult(place, one.id), altered: true }] : [];
    });
}

/** Clocks differ: Kommo's may be ahead of ours by as much. */
const skewMs = 60_000;

/** Made in the person's name while ours could land: it may be ours, edited by somebody before it was read back. */
export function mayBeOurs(
  { userId, deps }: Place,
  made: { created_by?: number | null | undefined; created_at?: number | null | undefined },
  sentAt: Date,
): boolean {
  const until = sentAt.getTime() + deps.timing.settleMs + skewMs;
  return (made.created_by ?? userId) === userId && (made.created_at ?? 0) * 1000 <= until;
}

function noteResult(place: Place, id: number): EffectResult {
  return { record: 'note', recordId: String(id), url: leadUrl(place) };
}

const idOf = (item: unknown): number[] => {
  const parsed = z.object({ id: z.int() }).safeParse(item);
  return parsed.success ? [parsed.data.id] : [];
};

/** Kommo may trim and re-wrap what it stores. */
export function sameWords(a: string, b: string): boolean {
  const words = (text: string) => text.replaceAll(/\s+/g, ' ').trim();
  return words(a) === words(b);
}
