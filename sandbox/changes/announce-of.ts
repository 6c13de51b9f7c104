import type { Company, Contact, EntityKind, Lead } from '../records.ts';
import type { Site } from '../site.ts';
import { leadAdded, leadChanged, leadDeleted, leadRestored } from './after-lead.ts';
import { personAdded, personChanged, personDeleted, personRestored } from './after-person.ts';

type Entity = Lead | Contact | Company;

interface Announcer {
  added(site: Site, entity: Entity): void;
  changed(site: Site, before: Entity, entity: Entity): void;
  deleted(site: Site, entity: Entity): void;
  restored(site: Site, entity: Entity): void;
}

/** Who tells of a record's changes. */
export function announceOf(kind: EntityKind): Announcer {
  if (kind === 'leads') {
    return {
      added(site, lead) {
        leadAdded(site, lead as Lead);
        site.leadMoved(null, lead as Lead);
      },
      changed(site, before, lead) {
        leadChanged(site, before as Lead, lead as Lead);
        site.leadMoved(before as Lead, lead as Lead);
      },
      deleted: (site, lead) => leadDeleted(site, lead as Lead),
      restored: (site, lead) => leadRestored(site, lead as Lead),
    };
  }
  return {
    added: (site, person) => personAdded(site, kind, person),
    changed: (site, before, person) => personChanged(site, kind, before, person),
    deleted: (site, person) => personDeleted(site, kind, person),
    restored: (site, person) => personRestored(site, kind, person),
  };
}
