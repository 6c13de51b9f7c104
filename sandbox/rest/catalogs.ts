import type { Response, Router } from 'express';
import { forbidden, notFound } from '../errors.ts';
import type { Catalog, CatalogElement } from '../extras.ts';
import type { Site } from '../site.ts';
import { selfLink, sendHal, sendList } from './answer.ts';
import { actorOf } from './locals.ts';
import { Query } from './query.ts';

/** Lists of the account, such as its products, and what stands in them. */
export function catalogRoutes(site: Site, router: Router): void {
  router.get('/catalogs', (req, res) => {
    mayRead(res);
    sendList(site, req, res, 'catalogs', site.data.catalogs, one => catalogView(site, one));
  });
  router.get('/catalogs/:catalogId', (req, res) => {
    mayRead(res);
    sendHal(res, catalogView(site, findCatalog(site, req.params.catalogId)));
  });
  router.get('/catalogs/:catalogId/elements', (req, res) => {
    mayRead(res);
    const { id } = findCatalog(site, req.params.catalogId);
    const query = new Query(req);
    const [ids, text] = [query.many('filter[id]'), query.one('query')?.toLowerCase()];
    const elements = site.data.elements.filter(
      one =>
        one.catalog_id === id &&
        !one.is_deleted &&
        (ids === undefined || ids.includes(String(one.id))) &&
        (text === undefined || one.name.toLowerCase().includes(text)),
    );
    sendList(site, req, res, 'elements', elements, one => elementView(site, one));
  });
  router.get('/catalogs/:catalogId/elements/:elementId', (req, res) => {
    mayRead(res);
    const { id } = findCatalog(site, req.params.catalogId);
    const element = site.data.elements.find(
      one => one.catalog_id === id && String(one.id) === req.params.elementId && !one.is_deleted,
    );
    if (!element) throw notFound();
    sendHal(res, elementView(site, element));
  });
}

function mayRead(res: Response): void {
  const { full, user } = actorOf(res);
  if (!full && !user.rights.catalog_access) throw forbidden();
}

function findCatalog(site: Site, id: string): Catalog {
  const catalog = site.data.catalogs.find(one => String(one.id) === id);
  if (!catalog) throw notFound();
  return catalog;
}

function catalogView(site: Site, catalog: Catalog) {
  return {
    ...catalog,
    can_be_deleted: catalog.type === 'regular',
    sdk_widget_code: null,
    account_id: site.data.account.id,
    _links: selfLink(site, `catalogs/${catalog.id}`),
  };
}

function elementView(site: Site, element: CatalogElement) {
  const { id, catalog_id, ...rest } = element;
  return {
    id,
    ...rest,
    catalog_id,
    account_id: site.data.account.id,
    _links: selfLink(site, `catalogs/${catalog_id}/elements/${id}`),
  };
}
