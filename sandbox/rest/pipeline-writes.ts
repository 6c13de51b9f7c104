import type { Router } from 'express';
import { z } from 'zod';
import { faultsOf } from '../changes/refusals.ts';
import { type FieldFault, invalid, Problem } from '../errors.ts';
import type { Pipeline, Status } from '../records.ts';
import { nextId, type Site } from '../site.ts';
import { selfLink, sendHal } from './answer.ts';
import { itemOf, itemsOf, refuseItems } from './batch.ts';
import { requireAdmin } from './locals.ts';
import { findPipeline, findStatus, pipelineView, statusView } from './pipelines.ts';

const pipelinesMax = 50;
const statusesMax = 100;
/** Kommo: stages have a colour of this palette. */
const palette = [
  ...['#fffeb2', '#fffd7f', '#fff000', '#ffeab2', '#ffdc7f', '#ffce5a', '#ffdbdb', '#ffc8c8', '#ff8f92'],
  ...['#d6eaff', '#c1e0ff', '#98cbff', '#99ccff', '#ebffb1', '#deff81', '#87f2c0', '#f9deff', '#f3beff'],
  ...['#ccc8f9', '#eb93ff', '#f2f3f4', '#e6e8ea', '#c1c1c1'],
] as const;

const StatusBody = z.object({
  id: z.int().optional(),
  name: z.string().min(1).max(255),
  sort: z.int().nonnegative().optional(),
  color: z.enum(palette).optional(),
});
const PipelineBody = z.object({
  name: z.string().min(1).max(255),
  sort: z.int().nonnegative().optional(),
  is_main: z.boolean().optional(),
  is_unsorted_on: z.boolean().optional(),
  _embedded: z.object({ statuses: z.array(StatusBody).max(statusesMax) }).optional(),
});
type StatusBody = z.infer<typeof StatusBody>;

/** Kommo: for administrators. */
export function pipelineWriteRoutes(site: Site, router: Router): void {
  router.post('/leads/pipelines', (req, res) => {
    requireAdmin(res);
    const items = itemsOf(req);
    refuseItems(items, ({ given }) => faultsIn(PipelineBody, given));
    if (site.data.pipelines.length + items.length > pipelinesMax) throw tooMany('', pipelinesMax);
    const added = items.map(({ requestId, given }) => ({
      ...pipelineView(site, addPipeline(site, PipelineBody.parse(given))),
      request_id: requestId,
    }));
    site.store.touch();
    sendHal(res, {
      _total_items: added.length,
      _links: selfLink(site, 'leads/pipelines'),
      _embedded: { pipelines: added },
    });
  });
  router.patch('/leads/pipelines/:id', (req, res) => {
    requireAdmin(res);
    const pipeline = findPipeline(site, req.params.id);
    const { _embedded, ...change } = read(PipelineBody.partial(), itemOf(req).given);
    Object.assign(pipeline, defined(change));
    if (change.is_main) keepOneMain(site, pipeline);
    site.store.touch();
    sendHal(res, pipelineView(site, pipeline));
  });
  router.delete('/leads/pipelines/:id', (req, res) => {
    requireAdmin(res);
    const pipeline = findPipeline(site, req.params.id);
    if (pipeline.is_main || site.data.leads.some(lead => lead.pipeline_id === pipeline.id)) {
      throw new Problem(422, 'Unprocessable Entity', 'The pipeline is the main one or holds leads');
    }
    site.data.pipelines = site.data.pipelines.filter(one => one !== pipeline);
    site.store.touch();
    res.status(204).end();
  });

  router.post('/leads/pipelines/:id/statuses', (req, res) => {
    requireAdmin(res);
    const pipeline = findPipeline(site, req.params.id);
    const items = itemsOf(req);
    refuseItems(items, ({ given }) => faultsIn(StatusBody, given));
    if (pipeline.statuses.length + items.length > statusesMax) throw tooMany('', statusesMax);
    const added = items.map(({ requestId, given }) => {
      const status = newStatus(site, pipeline, StatusBody.parse(given));
      pipeline.statuses.push(status);
      return { ...statusView(site, status), request_id: requestId };
    });
    pipeline.statuses.sort((a, b) => a.sort - b.sort);
    site.store.touch();
    sendHal(res, {
      _total_items: added.length,
      _links: selfLink(site, `leads/pipelines/${pipeline.id}/statuses`),
      _embedded: { statuses: added },
    });
  });
  router.patch('/leads/pipelines/:id/statuses/:statusId', (req, res) => {
    requireAdmin(res);
    const pipeline = findPipeline(site, req.params.id);
    const status = findStatus(pipeline, req.params.statusId);
    const { id, ...change } = read(StatusBody.partial(), itemOf(req).given);
    Object.assign(status, defined(change));
    pipeline.statuses.sort((a, b) => a.sort - b.sort);
    site.store.touch();
    sendHal(res, statusView(site, status));
  });
  router.delete('/leads/pipelines/:id/statuses/:statusId', (req, res) => {
    requireAdmin(res);
    const pipeline = findPipeline(site, req.params.id);
    const status = findStatus(pipeline, req.params.statusId);
    const inUse = site.data.leads.some(
      lead => lead.pipeline_id === pipeline.id && lead.status_id === status.id,
    );
    if (!status.is_editable || inUse) {
      throw new Problem(422, 'Unprocessable Entity', 'The stage is the platform’s own or holds leads');
    }
    pipeline.statuses = pipeline.statuses.filter(one => one !== status);
    site.store.touch();
    res.status(204).end();
  });
}

function addPipeline(site: Site, body: z.infer<typeof PipelineBody>): Pipeline {
  const pipeline: Pipeline = {
    id: nextId(site),
    name: body.name,
    sort: body.sort ?? site.data.pipelines.length + 1,
    is_main: body.is_main ?? false,
    is_unsorted_on: body.is_unsorted_on ?? true,
    is_archive: false,
    account_id: site.data.account.id,
    statuses: [],
  };
  const given = body._embedded?.statuses ?? [];
  // The three that every pipeline has: incoming leads, won and lost. Only the names of the last two can be given.
  const nameOf = (id: number, otherwise: string) => given.find(one => one.id === id)?.name ?? otherwise;
  const fixed = { is_editable: false, pipeline_id: pipeline.id, account_id: pipeline.account_id };
  pipeline.statuses = [
    { ...fixed, id: nextId(site), name: 'Incoming leads', sort: 10, color: '#c1c1c1', type: 1 },
    ...given
      .filter(({ id }) => id !== 142 && id !== 143)
      .map((one, at) => newStatus(site, pipeline, { sort: 20 + at * 10, ...one })),
    { ...fixed, id: 142, name: nameOf(142, 'Closed - won'), sort: 10_000, color: '#CCFF66', type: 0 },
    { ...fixed, id: 143, name: nameOf(143, 'Closed - lost'), sort: 11_000, color: '#D5D8DB', type: 0 },
  ];
  site.data.pipelines.push(pipeline);
  if (pipeline.is_main) keepOneMain(site, pipeline);
  return pipeline;
}

function newStatus(site: Site, pipeline: Pipeline, body: StatusBody): Status {
  return {
    id: nextId(site),
    name: body.name,
    sort: body.sort ?? 20 + pipeline.statuses.length * 10,
    is_editable: true,
    pipeline_id: pipeline.id,
    color: body.color ?? '#99ccff',
    type: 0,
    account_id: pipeline.account_id,
  };
}

function keepOneMain(site: Site, main: Pipeline): void {
  for (const pipeline of site.data.pipelines) pipeline.is_main = pipeline === main;
}

function faultsIn(schema: z.ZodType, given: unknown): FieldFault[] {
  const parsed = schema.safeParse(given);
  return parsed.success ? [] : faultsOf(parsed.error);
}

function read<T>(schema: z.ZodType<T>, given: unknown): T {
  const parsed = schema.safeParse(given);
  if (!parsed.success) throw invalid([{ errors: faultsOf(parsed.error) }]);
  return parsed.data;
}

function defined(change: object): object {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}

function tooMany(path: string, max: number) {
  const detail = `This collection should contain ${max} elements or less.`;
  return invalid([{ errors: [{ code: 'TooMany', path, detail }] }]);
}
