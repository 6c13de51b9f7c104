import type { Router } from 'express';
import { notFound } from '../errors.ts';
import type { Pipeline, Status } from '../records.ts';
import type { Site } from '../site.ts';
import { selfLink, sendHal } from './answer.ts';

export function pipelineRoutes(site: Site, router: Router): void {
  router.get('/leads/pipelines', (_req, res) => {
    const { pipelines } = site.data;
    sendHal(res, {
      _total_items: pipelines.length,
      _links: selfLink(site, 'leads/pipelines'),
      _embedded: { pipelines: pipelines.map(one => pipelineView(site, one)) },
    });
  });
  router.get('/leads/pipelines/:id', (req, res) => {
    sendHal(res, pipelineView(site, findPipeline(site, req.params.id)));
  });
  router.get('/leads/pipelines/:id/statuses', (req, res) => {
    const { id, statuses } = findPipeline(site, req.params.id);
    sendHal(res, {
      _total_items: statuses.length,
      _links: selfLink(site, `leads/pipelines/${id}/statuses`),
      _embedded: { statuses: statuses.map(status => statusView(site, status)) },
    });
  });
  router.get('/leads/pipelines/:id/statuses/:statusId', (req, res) => {
    const status = findStatus(findPipeline(site, req.params.id), req.params.statusId);
    sendHal(res, statusView(site, status));
  });
}

export function findPipeline(site: Site, id: string): Pipeline {
  const pipeline = site.data.pipelines.find(one => String(one.id) === id);
  if (!pipeline) throw notFound();
  return pipeline;
}

export function findStatus(pipeline: Pipeline, id: string): Status {
  const status = pipeline.statuses.find(one => String(one.id) === id);
  if (!status) throw notFound();
  return status;
}

export function pipelineView(site: Site, { statuses, ...pipeline }: Pipeline) {
  return {
    ...pipeline,
    _links: selfLink(site, `leads/pipelines/${pipeline.id}`),
    _embedded: { statuses: statuses.map(status => statusView(site, status)) },
  };
}

export function statusView(site: Site, status: Status) {
  return { ...status, _links: selfLink(site, `leads/pipelines/${status.pipeline_id}/statuses/${status.id}`) };
}
