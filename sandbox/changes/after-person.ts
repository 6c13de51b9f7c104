import { announce } from '../hooks/index.ts';
import type { Company, Contact } from '../records.ts';
import type { Site } from '../site.ts';
import { journalFields, journalTags } from './after-fields.ts';
import { personItem } from './hook-items.ts';
import { entityNames, journal } from './journal.ts';

type Kind = 'contacts' | 'companies';
type Person = Contact | Company;

const ref = (kind: Kind, { id }: Person) => ({ type: entityNames[kind], id });

export function personAdded(site: Site, kind: Kind, person: Person): void {
  announce(site, { entity: 'contacts', action: 'add', item: personItem(site, kind, person) });
  journal(site, { type: `${entityNames[kind]}_added`, entity: ref(kind, person), by: person.created_by });
}

/** Kommo: a new responsible person is an update that names the old one. */
export function personChanged(site: Site, kind: Kind, before: Person, person: Person): void {
  const given = before.responsible_user_id !== person.responsible_user_id;
  const old = given ? { old_responsible_user_id: before.responsible_user_id } : {};
  announce(site, {
    entity: 'contacts',
    action: 'update',
    item: { ...personItem(site, kind, person), ...old },
  });
  journalFields(site, ref(kind, person), person.updated_by, before, person);
  journalTags(site, ref(kind, person), person.updated_by, before.tags, person.tags);
}

export function personDeleted(site: Site, kind: Kind, person: Person): void {
  announce(site, { entity: 'contacts', action: 'delete', item: { id: person.id, type: entityNames[kind] } });
  journal(site, { type: `${entityNames[kind]}_deleted`, entity: ref(kind, person), by: person.updated_by });
}

export function personRestored(site: Site, kind: Kind, person: Person): void {
  announce(site, { entity: 'contacts', action: 'restore', item: personItem(site, kind, person) });
  journal(site, { type: `${entityNames[kind]}_restored`, entity: ref(kind, person), by: person.updated_by });
}
