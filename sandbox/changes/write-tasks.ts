import { z } from 'zod';
import { forbidden, invalid } from '../errors.ts';
import { entityKinds, type Task } from '../records.ts';
import { type Actor, isAdmin } from '../rest/actor.ts';
import { nextId, type Site } from '../site.ts';
import { taskAdded, taskChanged } from './after-task.ts';
import { faultsOf, Refusals } from './refusals.ts';
import type { Item } from './write-entities.ts';

const textMax = 65_535;
const shape = {
  text: z.string().min(1).max(textMax),
  complete_till: z.int().positive(),
  task_type_id: z.int(),
  entity_id: z.int().nullable(),
  entity_type: z.enum(entityKinds).nullable(),
  responsible_user_id: z.int(),
  duration: z.int().nonnegative(),
  is_completed: z.boolean(),
  result: z.object({ text: z.string().max(textMax) }),
  created_by: z.int().nonnegative(),
  updated_by: z.int().nonnegative(),
};
const TaskChange = z.object(shape).partial();
const NewTask = TaskChange.required({ text: true, complete_till: true });
type TaskBody = z.infer<typeof TaskChange>;

/** @throws Problem 400 with every fault of every item; then nothing was added */
export function addTasks(site: Site, actor: Actor, items: Item[], sees: (task: Task) => boolean): Task[] {
  const tasks = readAll(site, items, NewTask, () => blankTask(site, actor));
  if (!tasks.every(sees)) throw forbidden();
  for (const task of tasks) {
    task.id = nextId(site);
    nameResult(site, task);
    site.data.tasks.push(task);
    taskAdded(site, task);
  }
  return tasks;
}

/** @throws Problem 400 with every fault of every item; then nothing was changed */
export function changeTasks(site: Site, actor: Actor, items: Item[], targets: Task[]): Task[] {
  for (const { responsible_user_id } of targets) {
    const mine = responsible_user_id === actor.user.id;
    if (!isAdmin(actor) && !mine && actor.user.rights.tasks.edit !== 'A') throw forbidden();
  }
  let at = -1;
  const drafts = readAll(site, items, TaskChange, () => {
    at += 1;
    return structuredClone(targets[at] as Task);
  });
  return drafts.map((draft, index) => {
    const task = targets[index] as Task;
    const before = structuredClone(task);
    nameResult(site, draft);
    Object.assign(task, draft, { updated_at: site.clock.now(), updated_by: actor.user.id });
    taskChanged(site, before, task);
    return task;
  });
}

function readAll(site: Site, items: Item[], schema: z.ZodType<TaskBody>, start: () => Task): Task[] {
  const faults: { requestId: string; errors: Refusals['errors'] }[] = [];
  const drafts = items.map(({ requestId, given }) => {
    const draft = start();
    const parsed = schema.safeParse(given);
    if (!parsed.success) faults.push({ requestId, errors: faultsOf(parsed.error) });
    else {
      const refusals = new Refusals();
      apply(site, draft, parsed.data, refusals);
      if (refusals.errors.length > 0) faults.push({ requestId, errors: refusals.errors });
    }
    return draft;
  });
  if (faults.length > 0) throw invalid(faults);
  return drafts;
}

function apply(site: Site, draft: Task, body: TaskBody, refusals: Refusals): void {
  const { users, account } = site.data;
  const given = Object.entries(body).filter(([, value]) => value !== undefined);
  Object.assign(draft, Object.fromEntries(given));
  if (body.responsible_user_id !== undefined) {
    const owner = users.find(({ id, rights }) => id === body.responsible_user_id && rights.is_active);
    if (!owner) refusals.add('NotSupportedChoice', 'responsible_user_id');
    draft.group_id = owner?.rights.group_id ?? 0;
  }
  for (const key of ['created_by', 'updated_by'] as const) {
    const id = body[key];
    if (id !== undefined && id !== 0 && !users.some(user => user.id === id)) {
      refusals.add('NotSupportedChoice', key);
    }
  }
  if (body.task_type_id !== undefined && !account.task_types.some(({ id }) => id === body.task_type_id)) {
    refusals.add('NotSupportedChoice', 'task_type_id');
  }
  if (body.entity_id !== undefined || body.entity_type !== undefined) checkEntity(site, draft, refusals);
}

function checkEntity(site: Site, draft: Task, refusals: Refusals): void {
  const { entity_type, entity_id } = draft;
  if (entity_id === null && entity_type === null) return;
  if (entity_type === null) refusals.add('FieldMissing', 'entity_type');
  else if (!site.data[entity_type].some(({ id }) => id === entity_id)) {
    refusals.add('NotSupportedChoice', 'entity_id');
  }
}

/** The result of a task is a record of its own, with an id that hooks tell. */
function nameResult(site: Site, task: Task): void {
  if (task.result && task.result.id === undefined) task.result = { id: nextId(site), text: task.result.text };
}

function blankTask(site: Site, { user }: Actor): Task {
  const now = site.clock.now();
  return {
    id: 0,
    created_by: user.id,
    updated_by: user.id,
    created_at: now,
    updated_at: now,
    responsible_user_id: user.id,
    group_id: user.rights.group_id,
    entity_id: null,
    entity_type: null,
    duration: 0,
    is_completed: false,
    task_type_id: 1,
    text: '',
    result: null,
    complete_till: now,
  };
}
