import type { Request, Response, Router } from 'express';
import { faultsOf, Refusals } from '../changes/refusals.ts';
import { areLinkable, type End, LinkBody, link, unlink } from '../changes/write-links.ts';
import { forbidden, notFound } from '../errors.ts';
import { type EntityKind, entityKinds } from '../records.ts';
import type { Site } from '../site.ts';
import { may } from './actor.ts';
import { isObject, selfLink, sendHal } from './answer.ts';
import { type Item, itemsOf, refuseItems } from './batch.ts';
import { entitiesOf, findVisible } from './entities.ts';
import { actorOf } from './locals.ts';
import { Query } from './query.ts';

interface Link {
  to_entity_id: number;
  to_entity_type: string;
  metadata: object | null;
}

export function linkRoutes(site: Site, router: Router): void {
  for (const kind of entityKinds) {
    router.get(`/${kind}/links`, (req, res) => {
      const ids = new Query(req).many('filter[entity_id]') ?? [];
      const links = ids.flatMap(id => {
        const entity = findVisible(site, actorOf(res), kind, id);
        return entity ? ofEntity(site, kind, entity.id) : [];
      });
      sendLinks(site, res, `${kind}/links`, links);
    });
    router.get(`/${kind}/:id/links`, (req, res) => {
      const entity = findVisible(site, actorOf(res), kind, req.params.id);
      if (!entity) throw notFound();
      sendLinks(site, res, `${kind}/${entity.id}/links`, linksOf(site, kind, entity.id));
    });
    for (const path of [`/${kind}/link`, `/${kind}/:id/link`]) {
      router.post(path, (req, res) => {
        const all = readLinks(site, kind, req, res);
        for (const [from, given] of all) link(site, from, given, actorOf(res).user.id);
        site.store.touch();
        const ids = new Set(all.map(([from]) => from.id));
        sendLinks(
          site,
          res,
          `${kind}/links`,
          [...ids].flatMap(id => ofEntity(site, kind, id)),
        );
      });
    }
    for (const path of [`/${kind}/unlink`, `/${kind}/:id/unlink`]) {
      router.post(path, (req, res) => {
        for (const [from, given] of readLinks(site, kind, req, res)) {
          unlink(site, from, given, actorOf(res).user.id);
        }
        site.store.touch();
        res.status(204).end();
      });
    }
  }
}

function readLinks(site: Site, kind: EntityKind, req: Request, res: Response): [End, LinkBody][] {
  const actor = actorOf(res);
  const all: [End, LinkBody][] = [];
  refuseItems(itemsOf(req), item => {
    const parsed = LinkBody.safeParse(item.given);
    if (!parsed.success) return faultsOf(parsed.error);
    const refusals = new Refusals();
    const id = fromId(req, item);
    const from = entitiesOf(site, kind).find(entity => entity.id === id);
    if (!from) refusals.add('EntityNotFound', 'entity_id');
    else if (!may(actor, kind, 'edit', from)) throw forbidden();
    checkTarget(site, kind, parsed.data, refusals);
    if (from) all.push([{ kind, id: from.id }, parsed.data]);
    return refusals.errors;
  });
  return all;
}

function fromId(req: Request, { given }: Item): unknown {
  const inPath = req.params['id'];
  if (inPath !== undefined) return Number(inPath);
  return isObject(given) ? given['entity_id'] : undefined;
}

function checkTarget(site: Site, kind: EntityKind, given: LinkBody, refusals: Refusals): void {
  const { to_entity_type: type, to_entity_id: id, metadata } = given;
  if (type === 'catalog_elements') {
    const element = site.data.elements.find(one => one.id === id);
    if (metadata?.catalog_id === undefined) refusals.add('FieldMissing', 'metadata.catalog_id');
    else if (element?.catalog_id !== metadata.catalog_id) refusals.add('NotSupportedChoice', 'to_entity_id');
  } else if (!areLinkable(kind, type)) refusals.add('NotSupportedChoice', 'to_entity_type');
  else if (!site.data[type].some(one => one.id === id)) refusals.add('EntityNotFound', 'to_entity_id');
}

function ofEntity(site: Site, kind: EntityKind, id: number) {
  return linksOf(site, kind, id).map(one => ({ entity_id: id, entity_type: kind, ...one }));
}

/** What a record is linked to. Kommo: written as `is_main`, read as `main_contact`. */
export function linksOf(site: Site, kind: EntityKind, id: number): Link[] {
  const { leads, contacts, elementLinks } = site.data;
  const to = (type: string, ids: number[], metadata: (id: number) => object | null): Link[] =>
    ids.map(one => ({ to_entity_id: one, to_entity_type: type, metadata: metadata(one) }));
  const elements = elementLinks
    .filter(one => one.entity_type === kind && one.entity_id === id)
    .map(({ element_id, quantity, catalog_id, price_id }) => ({
      to_entity_id: element_id,
      to_entity_type: 'catalog_elements',
      metadata: { quantity, catalog_id, price_id },
    }));
  switch (kind) {
    case 'leads': {
      const lead = leads.find(one => one.id === id);
      const company = lead?.company_id === null || lead === undefined ? [] : [lead.company_id];
      return [
        ...to('contacts', lead?.contact_ids ?? [], one => ({ main_contact: one === lead?.contact_ids[0] })),
        ...to('companies', company, () => null),
        ...elements,
      ];
    }
    case 'contacts': {
      const company = contacts.find(one => one.id === id)?.company_id ?? null;
      const own = leads.filter(lead => lead.contact_ids.includes(id));
      const isMain = (leadId: number) => own.find(lead => lead.id === leadId)?.contact_ids[0] === id;
      return [
        ...to(
          'leads',
          own.map(lead => lead.id),
          leadId => ({ main_contact: isMain(leadId) }),
        ),
        ...to('companies', company === null ? [] : [company], () => null),
        ...elements,
      ];
    }
    case 'companies': {
      const ids = (list: { id: number; company_id: number | null }[]) =>
        list.filter(one => one.company_id === id).map(one => one.id);
      return [...to('leads', ids(leads), () => null), ...to('contacts', ids(contacts), () => null)];
    }
  }
}

function sendLinks(site: Site, res: Response, path: string, links: object[]): void {
  if (links.length === 0) {
    res.status(204).end();
    return;
  }
  sendHal(res, { _total_items: links.length, _links: selfLink(site, path), _embedded: { links } });
}
