import type { Router } from 'express';
import { z } from 'zod';
import { faultsOf } from '../changes/refusals.ts';
import { invalid, notFound } from '../errors.ts';
import { type CustomField, type EntityKind, entityKinds } from '../records.ts';
import { nextId, type Site } from '../site.ts';
import { selfLink, sendHal, sendList } from './answer.ts';
import { itemOf, itemsOf, refuseItems } from './batch.ts';
import { fieldView } from './catalogue.ts';
import { requireAdmin } from './locals.ts';

const types = [
  ...['text', 'numeric', 'checkbox', 'select', 'multiselect', 'date', 'url', 'textarea', 'radiobutton'],
  ...['streetaddress', 'smart_address', 'birthday', 'legal_entity', 'date_time', 'price', 'category'],
  ...['items', 'tracking_data', 'linked_entity', 'chained_list', 'monetary', 'file', 'payer', 'supplier'],
  'multitext',
] as const;
const choiceTypes = ['select', 'multiselect', 'radiobutton', 'category'];

const EnumBody = z.object({
  id: z.int().optional(),
  value: z.string().min(1).max(255),
  sort: z.int().optional(),
  code: z.string().max(255).nullish(),
});
const FieldChange = z.object({
  name: z.string().min(1).max(255).optional(),
  code: z.string().max(255).nullish(),
  sort: z.int().optional(),
  enums: z.array(EnumBody).min(1).nullish(),
});
const NewField = FieldChange.extend({ name: z.string().min(1).max(255), type: z.enum(types) });
const NewGroup = z.object({ name: z.string().min(1).max(255), sort: z.int().optional() });

/** Custom fields and their groups. Kommo: administrators add, change and delete them. */
export function fieldWriteRoutes(site: Site, router: Router): void {
  for (const kind of entityKinds) {
    groupRoutes(site, router, kind);
    router.post(`/${kind}/custom_fields`, (req, res) => {
      requireAdmin(res);
      const items = itemsOf(req);
      refuseItems(items, ({ given }) => {
        const parsed = NewField.safeParse(given);
        if (!parsed.success) return faultsOf(parsed.error);
        const bare = choiceTypes.includes(parsed.data.type) && !parsed.data.enums;
        return bare ? [{ code: 'FieldMissing', path: 'enums', detail: 'This field is missing.' }] : [];
      });
      const added = items.map(({ requestId, given }) => {
        const { type, name, code, sort, enums } = NewField.parse(given);
        const field: CustomField = {
          id: nextId(site),
          name,
          code: code ?? null,
          sort: sort ?? 500,
          type,
          entity_type: kind,
          is_predefined: false,
          enums: enums ? enumsOf(site, enums) : null,
        };
        site.data.fields.push(field);
        return { ...fieldView(site, field), request_id: requestId };
      });
      site.store.touch();
      sendHal(res, {
        _total_items: added.length,
        _links: selfLink(site, `${kind}/custom_fields`),
        _embedded: { custom_fields: added },
      });
    });
    router.patch(`/${kind}/custom_fields/:id`, (req, res) => {
      requireAdmin(res);
      const field = findField(site, kind, req.params.id);
      const parsed = FieldChange.safeParse(itemOf(req).given);
      if (!parsed.success) throw invalid([{ errors: faultsOf(parsed.error) }]);
      const { enums, ...change } = parsed.data;
      const given = Object.entries(change).filter(([, value]) => value !== undefined);
      Object.assign(field, Object.fromEntries(given));
      if (enums) field.enums = enumsOf(site, enums);
      site.store.touch();
      sendHal(res, fieldView(site, field));
    });
    router.delete(`/${kind}/custom_fields/:id`, (req, res) => {
      requireAdmin(res);
      const field = findField(site, kind, req.params.id);
      if (field.is_predefined) throw invalid([{ errors: [{ ...notDeletable }] }]);
      site.data.fields = site.data.fields.filter(one => one !== field);
      for (const entity of site.data[kind]) {
        const left = entity.custom_fields_values?.filter(({ field_id }) => field_id !== field.id) ?? [];
        entity.custom_fields_values = left.length > 0 ? left : null;
      }
      site.store.touch();
      res.status(204).end();
    });
  }
}

const notDeletable = { code: 'NotSupportedChoice', path: 'id', detail: 'The field belongs to the platform.' };

function findField(site: Site, kind: EntityKind, id: string): CustomField {
  const field = site.data.fields.find(one => one.entity_type === kind && String(one.id) === id);
  if (!field) throw notFound();
  return field;
}

function enumsOf(site: Site, given: z.infer<typeof EnumBody>[]): NonNullable<CustomField['enums']> {
  return given.map(({ id, value, sort, code }, at) => ({
    id: id ?? nextId(site),
    value,
    sort: sort ?? at + 1,
    code: code ?? null,
  }));
}

function groupRoutes(site: Site, router: Router, kind: EntityKind): void {
  const view = ({ id, name, sort, entity_type, is_predefined }: Site['data']['fieldGroups'][number]) => ({
    ...{ id, name, sort, entity_type, is_predefined, type: 'cards' },
    _links: selfLink(site, `${kind}/custom_fields/groups/${id}`),
  });
  router.get(`/${kind}/custom_fields/groups`, (req, res) => {
    const groups = site.data.fieldGroups.filter(one => one.entity_type === kind);
    sendList(site, req, res, 'custom_field_groups', groups, view, { counted: true });
  });
  router.post(`/${kind}/custom_fields/groups`, (req, res) => {
    requireAdmin(res);
    const items = itemsOf(req);
    refuseItems(items, ({ given }) => {
      const parsed = NewGroup.safeParse(given);
      return parsed.success ? [] : faultsOf(parsed.error);
    });
    const added = items.map(({ requestId, given }) => {
      const { name, sort } = NewGroup.parse(given);
      const id = `${kind}_${nextId(site)}`;
      const group = { id, name, sort: sort ?? 1, entity_type: kind, is_predefined: false };
      site.data.fieldGroups.push(group);
      return { ...view(group), request_id: requestId };
    });
    site.store.touch();
    sendHal(res, { _total_items: added.length, _embedded: { custom_field_groups: added } });
  });
}
