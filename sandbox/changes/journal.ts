import type { Event } from '../extras.ts';
import type { EntityKind } from '../records.ts';
import { nextId, type Site } from '../site.ts';

const eventsKept = 20_000;

export const entityNames = {
  leads: 'lead',
  contacts: 'contact',
  companies: 'company',
} as const satisfies Record<EntityKind, string>;

export interface NewEvent {
  type: string;
  entity: { type: string; id: number };
  by: number;
  after?: object[];
  before?: object[];
}

/** What `/events` lists later. */
export function journal(site: Site, { type, entity, by, after, before }: NewEvent): void {
  const { events } = site.data;
  const event: Event = {
    id: `01${nextId(site).toString(36)}${type.length.toString(36)}`.padEnd(26, '0'),
    type,
    entity_id: entity.id,
    entity_type: entity.type,
    created_by: by,
    created_at: site.clock.now(),
    value_after: after ?? [],
    value_before: before ?? [],
  };
  events.push(event);
  if (events.length > eventsKept) events.splice(0, events.length - eventsKept);
  site.store.touch();
}
