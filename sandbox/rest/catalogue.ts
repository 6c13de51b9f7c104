import type { Router } from 'express';
import { notFound } from '../errors.ts';
import { type CustomField, entityKinds } from '../records.ts';
import type { Site } from '../site.ts';
import { selfLink, sendHal, sendList } from './answer.ts';
import { reasonView } from './entities.ts';

/** Custom fields and loss reasons: what the account's records are made of. */
export function catalogueRoutes(site: Site, router: Router): void {
  router.get('/leads/loss_reasons', (req, res) => {
    sendList(site, req, res, 'loss_reasons', site.data.lossReasons, one => reasonView(site, one), {
      counted: true,
    });
  });
  router.get('/leads/loss_reasons/:id', (req, res) => {
    const reason = site.data.lossReasons.find(({ id }) => String(id) === req.params.id);
    if (!reason) throw notFound();
    sendHal(res, reasonView(site, reason));
  });

  for (const kind of entityKinds) {
    const fields = () => site.data.fields.filter(({ entity_type }) => entity_type === kind);
    router.get(`/${kind}/custom_fields`, (req, res) => {
      sendList(site, req, res, 'custom_fields', fields(), one => fieldView(site, one), { counted: true });
    });
    router.get(`/${kind}/custom_fields/:id`, (req, res) => {
      const field = fields().find(({ id }) => String(id) === req.params.id);
      if (!field) throw notFound();
      sendHal(res, fieldView(site, field));
    });
  }
}

export function fieldView(site: Site, field: CustomField) {
  const { enums, ...rest } = field;
  return {
    ...rest,
    is_deletable: !field.is_predefined,
    is_api_only: false,
    group_id: null,
    settings: null,
    remind: null,
    enums,
    required_statuses: null,
    _links: selfLink(site, `${field.entity_type}/custom_fields/${field.id}`),
  };
}
