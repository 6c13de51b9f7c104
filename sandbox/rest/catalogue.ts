import type { Router } from 'express';
import { notFound } from '../errors.ts';
import { type CustomField, entityKinds, type Pipeline, type Status } from '../records.ts';
import type { Site } from '../site.ts';
import { selfLink, sendHal, sendList } from './answer.ts';
import { reasonView } from './entities.ts';

/** Pipelines, custom fields and loss reasons: what the account's records are made of. */
export function catalogueRoutes(site: Site, router: Router): void {
  const { pipelines, lossReasons } = site.data;
  const find = (id: string) => {
    const pipeline = pipelines.find(one => String(one.id) === id);
    if (!pipeline) throw notFound();
    return pipeline;
  };

  router.get('/leads/pipelines', (_req, res) => {
    sendHal(res, {
      _total_items: pipelines.length,
      _links: selfLink(site, 'leads/pipelines'),
      _embedded: { pipelines: pipelines.map(one => pipelineView(site, one)) },
    });
  });
  router.get('/leads/pipelines/:id', (req, res) => sendHal(res, pipelineView(site, find(req.params.id))));
  router.get('/leads/pipelines/:id/statuses', (req, res) => {
    const { id, statuses } = find(req.params.id);
    sendHal(res, {
      _total_items: statuses.length,
      _links: selfLink(site, `leads/pipelines/${id}/statuses`),
      _embedded: { statuses: statuses.map(status => statusView(site, status)) },
    });
  });
  router.get('/leads/pipelines/:id/statuses/:statusId', (req, res) => {
    const status = find(req.params.id).statuses.find(({ id }) => String(id) === req.params.statusId);
    if (!status) throw notFound();
    sendHal(res, statusView(site, status));
  });

  router.get('/leads/loss_reasons', (req, res) => {
    sendList(site, req, res, 'loss_reasons', lossReasons, one => reasonView(site, one), { counted: true });
  });
  router.get('/leads/loss_reasons/:id', (req, res) => {
    const reason = lossReasons.find(({ id }) => String(id) === req.params.id);
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

function pipelineView(site: Site, { statuses, ...pipeline }: Pipeline) {
  return {
    ...pipeline,
    _links: selfLink(site, `leads/pipelines/${pipeline.id}`),
    _embedded: { statuses: statuses.map(status => statusView(site, status)) },
  };
}

function statusView(site: Site, status: Status) {
  return { ...status, _links: selfLink(site, `leads/pipelines/${status.pipeline_id}/statuses/${status.id}`) };
}

function fieldView(site: Site, field: CustomField) {
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
