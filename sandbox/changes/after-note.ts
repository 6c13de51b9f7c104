import { announce } from '../hooks/index.ts';
import type { Note } from '../records.ts';
import type { Site } from '../site.ts';
import { noteItem } from './hook-items.ts';
import { entityNames, journal } from './journal.ts';

const eventTypes: Record<string, string> = {
  common: 'common_note_added',
  call_in: 'incoming_call',
  call_out: 'outgoing_call',
  sms_in: 'incoming_sms',
  sms_out: 'outgoing_sms',
  attachment: 'attachment_note_added',
};

export function noteAdded(site: Site, note: Note): void {
  tell(site, note);
  journal(site, {
    type: eventTypes[note.note_type] ?? 'service_note_added',
    entity: { type: entityNames[note.entity_type], id: note.entity_id },
    by: note.created_by,
    after: [{ note: { id: note.id } }],
  });
}

export function noteChanged(site: Site, note: Note): void {
  tell(site, note);
}

/** No hook tells of it: only the journal does. */
export function noteDeleted(site: Site, note: Note, by: number): void {
  journal(site, {
    type: 'common_note_deleted',
    entity: { type: entityNames[note.entity_type], id: note.entity_id },
    by,
    before: [{ note: { id: note.id } }],
  });
}

function tell(site: Site, note: Note): void {
  const entity = note.entity_type === 'leads' ? 'leads' : 'contacts';
  announce(site, { entity, action: 'note', item: noteItem(site, note) });
}
