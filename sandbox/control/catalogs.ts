import type { Router } from 'express';
import { z } from 'zod';
import { notFound } from '../errors.ts';
import type { Site } from '../site.ts';
import { needUser } from './need.ts';

const Elements = z.array(
  z.strictObject({ name: z.string().min(1), fields: z.record(z.string(), z.string()).default({}) }),
);
const NewCatalog = z.strictObject({
  name: z.string().min(1),
  type: z.enum(['regular', 'invoices', 'products']).default('products'),
  elements: Elements.default([]),
});

/** Lists as people make them in the account's pages. */
export function catalogControl(site: Site, router: Router): void {
  const stamp = () => {
    const [by, at] = [needUser(site, undefined).id, site.clock.now()];
    return { created_by: by, updated_by: by, created_at: at, updated_at: at };
  };
  const add = (catalogId: number, elements: z.output<typeof Elements>) => {
    for (const { name, fields } of elements) {
      const id = 9_800_001 + site.data.elements.length;
      const values = Object.entries(fields).map(([field_name, value], at) => ({
        field_id: 9_900_001 + at,
        field_name,
        field_code: null,
        field_type: 'text',
        values: [{ value }],
      }));
      site.data.elements.push({
        id,
        catalog_id: catalogId,
        name,
        is_deleted: false,
        custom_fields_values: values.length > 0 ? values : null,
        ...stamp(),
      });
    }
    site.store.touch();
  };
  router.post('/catalogs', (req, res) => {
    const { name, type, elements } = NewCatalog.parse(req.body);
    const id = 9_700_001 + site.data.catalogs.length;
    site.data.catalogs.push({
      id,
      name,
      type,
      sort: 10,
      can_add_elements: true,
      can_link_multiple: true,
      ...stamp(),
    });
    add(id, elements);
    res.status(201).json({ id });
  });
  router.post('/catalogs/:catalogId/elements', (req, res) => {
    const catalog = site.data.catalogs.find(one => String(one.id) === req.params.catalogId);
    if (!catalog) throw notFound();
    add(catalog.id, Elements.parse(req.body));
    res.status(201).json({ id: catalog.id });
  });
  router.delete('/catalogs/:catalogId/elements/:elementId', (req, res) => {
    const element = site.data.elements.find(
      one => String(one.id) === req.params.elementId && String(one.catalog_id) === req.params.catalogId,
    );
    if (!element) throw notFound();
    Object.assign(element, { is_deleted: true, updated_at: site.clock.now() });
    site.store.touch();
    res.status(204).end();
  });
}
