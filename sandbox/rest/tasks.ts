import type { Response, Router } from 'express';
import { addTasks, changeTasks } from '../changes/write-tasks.ts';
import { notFound } from '../errors.ts';
import type { Task } from '../records.ts';
import type { Site } from '../site.ts';
import { type Actor, isAdmin, may } from './actor.ts';
import { isObject, selfLink, sendHal, sendList } from './answer.ts';
import { type Item, itemOf, itemsOf, refuseItems } from './batch.ts';
import { entitiesOf } from './entities.ts';
import { actorOf } from './locals.ts';
import { Query } from './query.ts';

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
  router.post('/tasks', (req, res) => {
    const actor = actorOf(res);
    const items = itemsOf(req);
    const added = addTasks(site, actor, items, task => sees(site, actor, task));
    site.store.touch();
    sendMany(site, res, items, added, false);
  });
  router.patch('/tasks/:id', (req, res) => {
    const task = findTask(site, actorOf(res), req.params.id);
    changeTasks(site, actorOf(res), [itemOf(req)], [task]);
    site.store.touch();
    sendHal(res, { id: task.id, updated_at: task.updated_at, _links: selfLink(site, `tasks/${task.id}`) });
  });
  router.patch('/tasks', (req, res) => {
    const actor = actorOf(res);
    const items = itemsOf(req);
    const find = ({ given }: Item) =>
      site.data.tasks.find(task => isObject(given) && task.id === given['id'] && sees(site, actor, task));
    refuseItems(items, item =>
      find(item) ? [] : [{ code: 'EntityNotFound', path: 'id', detail: 'The entity was not found.' }],
    );
    const changed = changeTasks(
      site,
      actor,
      items,
      items.flatMap(item => find(item) ?? []),
    );
    site.store.touch();
    sendMany(site, res, items, changed, true);
  });
}

function sendMany(site: Site, res: Response, items: Item[], tasks: Task[], withTime: boolean): void {
  sendHal(res, {
    _links: selfLink(site, 'tasks'),
    _embedded: {
      tasks: tasks.map((task, at) => ({
        id: task.id,
        ...(withTime ? { updated_at: task.updated_at } : {}),
        request_id: items[at]?.requestId,
        _links: selfLink(site, `tasks/${task.id}`),
      })),
    },
  });
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
export function taskView(site: Site) {
  return ({ result, complete_till, ...task }: Task) => ({
    ...task,
    result: result ? { text: result.text } : [],
    complete_till,
    account_id: site.data.account.id,
    _links: selfLink(site, `tasks/${task.id}`),
  });
}
