import type { Request, Response, Router } from 'express';
import { addEntities, changeEntities, type Entity } from '../changes/write-entities.ts';
import { notFound } from '../errors.ts';
import { type EntityKind, entityKinds } from '../records.ts';
import type { Site } from '../site.ts';
import { isObject, selfLink, sendHal } from './answer.ts';
import { type Item, itemOf, itemsOf, refuseItems } from './batch.ts';
import { findVisible } from './entities.ts';
import { actorOf } from './locals.ts';

/** Adding and changing leads, contacts and companies, alone or many at once. A faulty batch changes nothing. */
export function entityWriteRoutes(site: Site, router: Router): void {
  for (const kind of entityKinds) {
    router.post(`/${kind}`, (req, res) => {
      const items = itemsOf(req);
      const added = addEntities(site, actorOf(res), kind, items);
      site.store.touch();
      sendMany(site, res, kind, items, added, false);
    });
    router.patch(`/${kind}`, (req, res) => changeMany(site, kind, req, res));
    router.patch(`/${kind}/:id`, (req, res) => {
      const actor = actorOf(res);
      const target = findVisible(site, actor, kind, req.params.id);
      if (!target) throw notFound();
      const [changed] = changeEntities(site, actor, kind, [itemOf(req)], [target]);
      site.store.touch();
      sendHal(res, {
        id: target.id,
        updated_at: changed?.updated_at,
        _links: selfLink(site, `${kind}/${target.id}`),
      });
    });
  }
}

function changeMany(site: Site, kind: EntityKind, req: Request, res: Response): void {
  const actor = actorOf(res);
  const items = itemsOf(req);
  const find = ({ given }: Item) =>
    isObject(given) && typeof given['id'] === 'number'
      ? findVisible(site, actor, kind, given['id'])
      : undefined;
  const targets = items.map(find);
  refuseItems(items, ({ given }) => {
    const id = isObject(given) ? given['id'] : undefined;
    if (id === undefined) return [{ code: 'FieldMissing', path: 'id', detail: 'This field is missing.' }];
    return targets.some(target => target?.id === id)
      ? []
      : [{ code: 'EntityNotFound', path: 'id', detail: 'The entity was not found.' }];
  });
  const changed = changeEntities(site, actor, kind, items, targets as Entity[]);
  site.store.touch();
  sendMany(site, res, kind, items, changed, true);
}

function sendMany(
  site: Site,
  res: Response,
  kind: EntityKind,
  items: Item[],
  entities: Entity[],
  withTime: boolean,
): void {
  sendHal(res, {
    _links: selfLink(site, kind),
    _embedded: {
      [kind]: entities.map((entity, index) => ({
        id: entity.id,
        ...(withTime ? { updated_at: entity.updated_at } : {}),
        request_id: items[index]?.requestId,
        _links: selfLink(site, `${kind}/${entity.id}`),
      })),
    },
  });
}
