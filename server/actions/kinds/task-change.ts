import { z } from 'zod';
import { type Action, action, type Place, type Sight, type Written } from '../action.ts';
import { readTask, type Task, timeOfAnswer } from '../lead-record.ts';
import { isoOf, KommoId, Moment, Prose, secondsOf } from './prose.ts';
import { taskResult } from './task-create.ts';

const Complete = z.strictObject({ taskId: KommoId, result: Prose(2_000).optional() });
const Reschedule = z.strictObject({ taskId: KommoId, dueAt: Moment });
const Reopen = z.strictObject({ taskId: KommoId });

export const taskComplete = action<z.infer<typeof Complete>>({
  name: 'task-complete',
  schema: Complete,
  see: (place, { taskId }) => seeTask(place, taskId, task => ({ isCompleted: task.is_completed })),
  changes: ({ result }, { fields }) => [
    {
      field: 'isCompleted',
      label: null,
      kind: 'boolean',
      before: fields['isCompleted'] === true ? 1 : 0,
      after: 1,
    },
    ...(result ? [{ field: 'result', label: null, kind: 'text' as const, before: null, after: result }] : []),
  ],
  after: () => ({ isCompleted: true }),
  perform: {
    kind: 'set',
    write: (place, { taskId, result }) =>
      patchTask(place, taskId, { is_completed: true, ...(result ? { result: { text: result } } : {}) }),
  },
  undo: {
    way: 'write-back',
    why: null,
    plan: ({ args, seen }) =>
      seen['isCompleted'] === true
        ? null
        : { action: 'task-reopen', args: { taskId: args.taskId }, expected: { isCompleted: true } },
  },
});

export const taskReopen: Action = action<z.infer<typeof Reopen>>({
  name: 'task-reopen',
  schema: Reopen,
  see: (place, { taskId }) => seeTask(place, taskId, task => ({ isCompleted: task.is_completed })),
  changes: () => [{ field: 'isCompleted', label: null, kind: 'boolean', before: 1, after: 0 }],
  after: () => ({ isCompleted: false }),
  perform: {
    kind: 'set',
    write: (place, { taskId }) => patchTask(place, taskId, { is_completed: false }),
  },
  undo: { way: 'none', why: 'itself-an-undo' },
});

export const taskReschedule = action<z.infer<typeof Reschedule>>({
  name: 'task-reschedule',
  schema: Reschedule,
  see: (place, { taskId }) =>
    seeTask(place, taskId, task => ({ dueAt: isoOf(task.complete_till), isCompleted: task.is_completed })),
  changes: ({ dueAt }, { fields }) => [
    { field: 'dueAt', label: null, kind: 'time', before: String(fields['dueAt']), after: dueAt },
  ],
  after: ({ dueAt }, seen) => ({ dueAt, isCompleted: seen['isCompleted'] ?? false }),
  perform: {
    kind: 'set',
    write: (place, { taskId, dueAt }) => patchTask(place, taskId, { complete_till: secondsOf(dueAt) }),
  },
  undo: {
    way: 'write-back',
    why: null,
    plan: ({ args, seen }) => ({
      action: 'task-reschedule',
      args: { taskId: args.taskId, dueAt: String(seen['dueAt']) },
      expected: { dueAt: args.dueAt, isCompleted: seen['isCompleted'] ?? false },
    }),
  },
});

async function seeTask(
  place: Place,
  taskId: number,
  fieldsOf: (task: Task) => Sight['fields'],
): Promise<Sight | null> {
  const task = await readTask(place, taskId);
  if (task === null) return null;
  return {
    fields: fieldsOf(task),
    beside: {},
    target: { kind: 'task', id: String(taskId), name: task.text ?? null },
    guarded: {
      by: 'tasks',
      responsibleUserId: task.responsible_user_id ?? null,
      groupId: task.group_id ?? null,
    },
    updatedAt: task.updated_at ?? null,
  };
}

async function patchTask(place: Place, taskId: number, change: object): Promise<Written> {
  const answer = await place.kommo.write('PATCH', `/tasks/${taskId}`, change);
  return { ...taskResult(place, taskId), updatedAt: timeOfAnswer(answer) };
}
