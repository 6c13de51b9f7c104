import { z } from 'zod';
import { KommoForbidden, KommoRejected, KommoUnpaid } from '../kommo/index.ts';
import type { Journaled, Place } from './action.ts';
import type { Fields } from './json.ts';

const Event = z.object({
  created_at: z.int(),
  created_by: z.int().nullish(),
  value_before: z.array(z.unknown()).nullish(),
  value_after: z.array(z.unknown()).nullish(),
});

/** One change of a record as the account's own journal has it. */
export interface Change {
  by: number | null;
  /** Null where the journal does not say it in a way that we can read. */
  before: Fields | null;
  after: Fields | null;
}

const eventsMax = 100;

/**
 * What the journal (`/events`) tells of a lead since a moment of Kommo's own clock, newest first. It is read as
 * the administrator: who changed a lead does not depend on who asks.
 *
 * @returns null where it may not be read
 */
export async function readJournal(
  { asAdmin }: Place,
  { leadId, types, read }: Journaled,
  since: number,
): Promise<Change[] | null> {
  const query = [
    `limit=${eventsMax}`,
    `filter[entity][]=lead`,
    `filter[entity_id][]=${leadId}`,
    ...types.map(type => `filter[type][]=${type}`),
    `filter[created_at][from]=${since}`,
  ];
  const items = await asAdmin.list(`/events?${query.join('&')}`, 'events', eventsMax).catch(error => {
    const refused = [KommoForbidden, KommoUnpaid, KommoRejected].some(kind => error instanceof kind);
    if (refused) return null;
    throw error;
  });
  if (items === null) return null;
  const fieldsOf = (values: unknown[] | null | undefined) => {
    const [value] = values ?? [];
    return value === undefined ? null : (read?.(value) ?? null);
  };
  return items
    .flatMap(item => {
      const parsed = Event.safeParse(item);
      return parsed.success ? [parsed.data] : [];
    })
    .filter(event => event.created_at >= since)
    .sort((a, b) => b.created_at - a.created_at)
    .map(event => ({
      by: event.created_by ?? null,
      before: fieldsOf(event.value_before),
      after: fieldsOf(event.value_after),
    }));
}
