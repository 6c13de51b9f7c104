import type { LeadView } from '../kommo/index.ts';
import type { Person } from '../secrets/index.ts';

/** The lead's contacts among those that the rep may see, the main one marked. */
export function seenContacts({ lead, contacts }: Pick<LeadView, 'lead' | 'contacts'>) {
  const seen = new Set(contacts.map(({ id }) => id));
  return (lead._embedded?.contacts ?? []).filter(({ id }) => seen.has(id));
}

/** Whom a lead is about: its main contact, or the lead itself while it has none. */
export function personOf(
  leadId: number,
  contacts: { id: number; is_main?: boolean | null | undefined }[],
): Person {
  const main = contacts.find(({ is_main }) => is_main) ?? contacts[0];
  return main ? `contact-${main.id}` : `lead-${leadId}`;
}
