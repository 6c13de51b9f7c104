import { notFound } from '../errors.ts';
import type { EntityKind } from '../records.ts';
import type { Site } from '../site.ts';
import { announceOf } from './announce-of.ts';
import type { Entity } from './write-entities.ts';

/** A person puts a record into the bin. Kommo: no call of the API can. */
export function deleteEntity(site: Site, kind: EntityKind, id: number, userId: number): void {
  moveEntity(site.data[kind], site.data.trash[kind], id, entity => {
    Object.assign(entity, { updated_at: site.clock.now(), updated_by: userId });
    announceOf(kind).deleted(site, entity);
  });
}

export function restoreEntity(site: Site, kind: EntityKind, id: number, userId: number): void {
  moveEntity(site.data.trash[kind], site.data[kind], id, entity => {
    Object.assign(entity, { updated_at: site.clock.now(), updated_by: userId });
    announceOf(kind).restored(site, entity);
  });
}

function moveEntity(from: Entity[], to: Entity[], id: number, then: (entity: Entity) => void): void {
  const at = from.findIndex(one => one.id === id);
  const [entity] = at < 0 ? [] : from.splice(at, 1);
  if (!entity) throw notFound();
  to.push(entity);
  then(entity);
}
