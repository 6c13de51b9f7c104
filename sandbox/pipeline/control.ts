import type { Router } from 'express';
import { z } from 'zod';
import { conversationsOf } from '../conversations/of.ts';
import { notFound, Problem } from '../errors.ts';
import { integrationOf, nextId, type Site } from '../site.ts';
import { leadHeard } from './fire.ts';
import { type EventCode, eventTypes, type Trigger } from './trigger.ts';

const codes = Object.keys(eventTypes) as [EventCode, ...EventCode[]];
const NewTrigger = z.object({
  pipelineId: z.int(),
  statusId: z.int(),
  on: z.enum(codes).default('lead_status_changed'),
  stretch: z.array(z.int()).default([]),
  action: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('widget'),
      clientId: z.string(),
      /** The manifest's `dp.webhook_url` when not given. */
      url: z.url().optional(),
      settings: z.record(z.string(), z.unknown()).default({}),
    }),
    z.object({ kind: z.literal('webhook'), url: z.url() }),
    z.object({ kind: z.literal('bot'), botId: z.int() }),
  ]),
});

/** What an administrator sets up in the columns of a pipeline. */
export function pipelineControl(site: Site, router: Router): void {
  const state = () => conversationsOf(site);
  router.get('/pipeline-triggers', (_req, res) => {
    res.json({ triggers: state().triggers });
  });
  router.post('/pipeline-triggers', async (req, res) => {
    const { action, ...given } = NewTrigger.parse(req.body);
    const pipeline = site.data.pipelines.find(({ id }) => id === given.pipelineId);
    const statuses = [given.statusId, ...given.stretch];
    if (!pipeline || !statuses.every(status => pipeline.statuses.some(({ id }) => id === status))) {
      throw new Problem(400, 'Bad Request', 'The pipeline has no such stage');
    }
    const trigger: Trigger = { id: nextId(site), ...given, action: readAction(site, action) };
    state().triggers.push(trigger);
    await site.store.flush();
    res.status(201).json({ id: trigger.id });
  });
  router.delete('/pipeline-triggers/:id', async (req, res) => {
    const { triggers } = state();
    const rest = triggers.filter(({ id }) => String(id) !== req.params.id);
    if (rest.length === triggers.length) throw notFound();
    state().triggers = rest;
    await site.store.flush();
    res.status(204).end();
  });
  router.post('/leads/:id/pipeline-event', (req, res) => {
    const lead = site.data.leads.find(({ id }) => String(id) === req.params.id);
    if (!lead) throw notFound();
    const { code } = z.object({ code: z.enum(['mail_in', 'call_in', 'site_visit', 'chat']) }).parse(req.body);
    leadHeard(site, lead, code);
    res.status(204).end();
  });
}

function readAction(site: Site, action: z.infer<typeof NewTrigger>['action']): Trigger['action'] {
  if (action.kind === 'bot' && !conversationsOf(site).bots.some(({ id }) => id === action.botId)) {
    throw new Problem(400, 'Bad Request', `There is no bot ${action.botId}`);
  }
  if (action.kind !== 'widget') return action;
  if (!integrationOf(site, action.clientId)) {
    throw new Problem(400, 'Bad Request', `There is no integration ${action.clientId}`);
  }
  const url = action.url ?? webhookUrlOf(site.archives.get(action.clientId)?.manifest);
  if (url === undefined)
    throw new Problem(400, 'Bad Request', 'Neither a url nor dp.webhook_url in the manifest');
  return { ...action, url };
}

function webhookUrlOf(manifest: unknown): string | undefined {
  const parsed = z.looseObject({ dp: z.looseObject({ webhook_url: z.url() }) }).safeParse(manifest);
  return parsed.data?.dp.webhook_url;
}
