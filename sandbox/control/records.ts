import type { Router } from 'express';
import { z } from 'zod';
import { noteDeleted } from '../changes/after-note.ts';
import { taskDeleted } from '../changes/after-task.ts';
import { deleteEntity, restoreEntity } from '../changes/trash.ts';
import { addEntities, changeEntities } from '../changes/write-entities.ts';
import { addTasks, changeTasks } from '../changes/write-tasks.ts';
import { generateRecords } from '../demo/generate.ts';
import { notFound, Problem } from '../errors.ts';
import { type EntityKind, entityKinds } from '../records.ts';
import type { Actor } from '../rest/actor.ts';
import { entitiesOf } from '../rest/entities.ts';
import type { Site } from '../site.ts';
import { collections } from './collections.ts';
import { needUser } from './need.ts';

const Move = z.strictObject({ pipelineId: z.int(), statusId: z.int(), userId: z.int().optional() });
const Edit = z.looseObject({ userId: z.int().optional() });
const amount = z.int().nonnegative().max(200_000).default(0);
const Load = z.strictObject({ leads: amount, contacts: amount, tasks: amount, notes: amount });
const Kind = z.enum([...entityKinds, 'tasks']);

/** What people do in the account's pages, by hand of a test. Every change is told to the webhooks. */
export function recordRoutes(site: Site, router: Router): void {
  const person = (userId: number | undefined): Actor => ({
    user: needUser(site, userId),
    clientId: null,
    full: true,
  });

  router.get('/records/:collection', (req, res) => {
    const { collection } = req.params;
    const list = Object.hasOwn(collections, collection) ? collections[collection] : undefined;
    if (!list) throw notFound();
    res.json({ [collection]: list(site) });
  });
  router.post('/records/:collection', (req, res) => {
    const kind = Kind.parse(req.params.collection);
    const { userId, ...given } = Edit.parse(req.body);
    const items = [{ requestId: '0', given }];
    const [added] =
      kind === 'tasks'
        ? addTasks(site, person(userId), items, () => true)
        : addEntities(site, person(userId), kind, items);
    site.store.touch();
    res.status(201).json({ id: added?.id });
  });
  router.patch('/records/:collection/:id', (req, res) => {
    const kind = Kind.parse(req.params.collection);
    const { userId, ...given } = Edit.parse(req.body);
    edit(site, person(userId), kind, Number(req.params.id), given);
    res.json({ id: Number(req.params.id) });
  });
  router.delete('/records/:collection/:id', (req, res) => {
    const kind = z.enum([...Kind.options, 'notes']).parse(req.params.collection);
    remove(site, kind, Number(req.params.id), needUser(site, undefined).id);
    site.store.touch();
    res.status(204).end();
  });
  router.post('/records/:collection/:id/restore', (req, res) => {
    const kind = z.enum(entityKinds).parse(req.params.collection);
    restoreEntity(site, kind, Number(req.params.id), needUser(site, undefined).id);
    site.store.touch();
    res.json({ id: Number(req.params.id) });
  });
  router.post('/leads/:id/move', (req, res) => {
    const { pipelineId, statusId, userId } = Move.parse(req.body);
    const change = { pipeline_id: pipelineId, status_id: statusId };
    edit(site, person(userId), 'leads', Number(req.params.id), change);
    res.json({ id: Number(req.params.id), pipelineId, statusId });
  });
  router.post('/load', (req, res) => {
    const amounts = Load.parse(req.body);
    if (site.data.leads.length + amounts.leads > 500_000) {
      throw new Problem(409, 'Conflict', 'The account holds enough leads');
    }
    generateRecords(site.data, amounts, site.clock.now());
    site.store.touch();
    res.status(201).json(amounts);
  });
}

function edit(site: Site, actor: Actor, kind: EntityKind | 'tasks', id: number, given: object): void {
  const items = [{ requestId: '0', given }];
  if (kind === 'tasks') {
    const task = site.data.tasks.find(one => one.id === id);
    if (!task) throw notFound();
    changeTasks(site, actor, items, [task]);
  } else {
    const entity = entitiesOf(site, kind).find(one => one.id === id);
    if (!entity) throw notFound();
    changeEntities(site, actor, kind, items, [entity]);
  }
  site.store.touch();
}

function remove(site: Site, kind: EntityKind | 'tasks' | 'notes', id: number, userId: number): void {
  if (kind === 'tasks') taskDeleted(site, take(site.data.tasks, id), userId);
  else if (kind === 'notes') noteDeleted(site, take(site.data.notes, id), userId);
  else deleteEntity(site, kind, id, userId);
}

function take<T extends { id: number }>(records: T[], id: number): T {
  const at = records.findIndex(one => one.id === id);
  const [record] = at < 0 ? [] : records.splice(at, 1);
  if (!record) throw notFound();
  return record;
}
