import type { Request, Response, Router } from 'express';
import { z } from 'zod';
import { forbidden, invalid, notFound } from '../errors.ts';
import { entityKinds, type Task } from '../records.ts';
import { nextId, type Site } from '../site.ts';
import { type Actor, isAdmin, may } from './actor.ts';
import { batchOf, selfLink, sendHal, sendList } from './answer.ts';
import { entitiesOf } from './entities.ts';
import { actorOf } from './locals.ts';
import { requestIdOf } from './notes.ts';
import { Query } from './query.ts';

const NewTask = z.object({
  text: z.string().min(1),
  complete_till: z.int().positive(),
  task_type_id: z.int().default(1),
  entity_id: z.int().nullish(),
  entity_type: z.enum(entityKinds).nullish(),
  responsible_user_id: z.int().optional(),
  duration: z.int().optional(),
});

const TaskChange = z.object({
  text: z.string().min(1).optional(),
  complete_till: z.int().positive().optional(),
  is_completed: z.boolean().optional(),
  result: z.object({ text: z.string() }).optional(),
  responsible_user_id: z.int().optional(),
  task_type_id: z.int().optional(),
});

export function taskRoutes(site: Site, router: Router): void {
  router.get('/tasks', (req, res) => {
    const actor = actorOf(res);
    const query = new Query(req);
    const tasks = site.data.tasks.filter(task => sees(site, actor, task)).filter(filterOf(query));
    sendList(site, req, res, 'tasks', ordered(tasks, query), taskView(site));
  });
  router.get('/tasks/:id', (req, res) => {
    sendHal(res, taskView(site)(findTask(site, actorOf(res), req.params.id)));
  });
  router.post('/tasks', (req, res) => add(site, req, res));
  router.patch('/tasks/:id', async (req, res) => {
    const task = findTask(site, actorOf(res), req.params.id);
    change(site, actorOf(res), task, req.body);
    await site.store.flush();
    sendHal(res, changed(site, task));
  });
  router.patch('/tasks', async (req, res) => {
    const tasks = batchOf(req).map(item => {
      const task = findTask(site, actorOf(res), String(item['id']));
      change(site, actorOf(res), task, item);
      return task;
    });
    await site.store.flush();
    sendHal(res, {
      _links: selfLink(site, 'tasks'),
      _embedded: { tasks: tasks.map(task => changed(site, task)) },
    });
  });
}

function changed(site: Site, task: Task) {
  return { id: task.id, updated_at: task.updated_at, _links: selfLink(site, `tasks/${task.id}`) };
}

/** A task is seen with the record it hangs on, or by the person who has to do it. */
function sees(site: Site, actor: Actor, task: Task): boolean {
  if (isAdmin(actor) || task.responsible_user_id === actor.user.id) return true;
  const kind = task.entity_type;
  const entity = kind ? entitiesOf(site, kind).find(({ id }) => id === task.entity_id) : undefined;
  return kind !== null && entity !== undefined && may(actor, kind, 'view', entity);
}

function findTask(site: Site, actor: Actor, id: string): Task {
  const task = site.data.tasks.find(one => String(one.id) === id);
  if (!task || !sees(site, actor, task)) throw notFound();
  return task;
}

function filterOf(query: Query): (task: Task) => boolean {
  const flat = (['id', 'responsible_user_id', 'entity_type', 'entity_id'] as const).map(
    key => [key, query.many(`filter[${key}]`)] as const,
  );
  const types = query.many('filter[task_type]') ?? query.many('filter[task_type_id]');
  const completed = query.one('filter[is_completed]');
  const updated = query.range('filter[updated_at]');
  return task =>
    flat.every(([key, values]) => !values || values.includes(String(task[key]))) &&
    (!types || types.includes(String(task.task_type_id))) &&
    (completed === undefined || task.is_completed === (completed === '1')) &&
    (!updated || (task.updated_at >= updated.from && task.updated_at <= updated.to));
}

function ordered(tasks: Task[], query: Query): Task[] {
  for (const key of ['created_at', 'complete_till', 'id'] as const) {
    const direction = query.one(`order[${key}]`);
    if (direction === undefined) continue;
    const sign = direction === 'desc' ? -1 : 1;
    return [...tasks].sort((a, b) => sign * (a[key] - b[key] || a.id - b.id));
  }
  return [...tasks].sort((a, b) => a.id - b.id);
}

/** Kommo: the result of an open task is an empty array. */
function taskView(site: Site) {
  return ({ result, complete_till, ...task }: Task) => ({
    ...task,
    result: result ?? [],
    complete_till,
    account_id: site.data.account.id,
    _links: selfLink(site, `tasks/${task.id}`),
  });
}

async function add(site: Site, req: Request, res: Response): Promise<void> {
  const actor = actorOf(res);
  const items = batchOf(req).map((item, index) => ({
    requestId: requestIdOf(item, index),
    parsed: NewTask.safeParse(item),
  }));
  const faults = items.flatMap(({ requestId, parsed }) =>
    parsed.success ? [] : [{ requestId, errors: faultsOf(parsed.error) }],
  );
  if (faults.length > 0) throw invalid(faults);
  const added = items.map(({ requestId, parsed }) => {
    const task = newTask(site, actor, parsed.data as z.infer<typeof NewTask>);
    if (!sees(site, actor, task)) throw forbidden();
    return { requestId, task };
  });
  site.data.tasks.push(...added.map(({ task }) => task));
  await site.store.flush();
  sendHal(res, {
    _links: selfLink(site, 'tasks'),
    _embedded: {
      tasks: added.map(({ task, requestId }) => ({
        id: task.id,
        request_id: requestId,
        _links: selfLink(site, `tasks/${task.id}`),
      })),
    },
  });
}

function newTask(site: Site, actor: Actor, item: z.infer<typeof NewTask>): Task {
  const now = site.clock.now();
  const owner = site.data.users.find(({ id }) => id === (item.responsible_user_id ?? actor.user.id));
  const kind = item.entity_type ?? null;
  const entityKnown = kind === null || entitiesOf(site, kind).some(({ id }) => id === item.entity_id);
  if (!owner || !entityKnown) {
    const path = owner ? 'entity_id' : 'responsible_user_id';
    throw invalid([
      {
        errors: [
          { code: 'NotSupportedChoice', path, detail: 'The value you selected is not a valid choice.' },
        ],
      },
    ]);
  }
  return {
    id: nextId(site),
    created_by: actor.user.id,
    updated_by: actor.user.id,
    created_at: now,
    updated_at: now,
    responsible_user_id: owner.id,
    group_id: owner.rights.group_id,
    entity_id: item.entity_id ?? null,
    entity_type: kind,
    duration: item.duration ?? 0,
    is_completed: false,
    task_type_id: item.task_type_id,
    text: item.text,
    result: null,
    complete_till: item.complete_till,
  };
}

function change(site: Site, actor: Actor, task: Task, body: unknown): void {
  const mine = task.responsible_user_id === actor.user.id;
  if (!isAdmin(actor) && !mine && actor.user.rights.tasks.edit !== 'A') throw forbidden();
  const parsed = TaskChange.safeParse(body);
  if (!parsed.success) throw invalid([{ errors: faultsOf(parsed.error) }]);
  const given = Object.fromEntries(Object.entries(parsed.data).filter(([, value]) => value !== undefined));
  Object.assign(task, given, { updated_at: site.clock.now(), updated_by: actor.user.id });
}

export function faultsOf(error: z.ZodError) {
  return error.issues.map(issue => ({
    code:
      issue.code === 'invalid_type' && issue.message.includes('undefined') ? 'FieldMissing' : 'InvalidType',
    path: issue.path.join('.'),
    detail: issue.message,
  }));
}
