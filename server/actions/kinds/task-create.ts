import { z } from 'zod';
import { InvalidInput } from '../../kernel/index.ts';
import { KommoAmbiguous } from '../../kommo/index.ts';
import { action, type Place } from '../action.ts';
import { userName } from '../catalogue.ts';
import { leadUrl, seeLeadOnly } from '../lead-record.ts';
import type { EffectResult } from '../views.ts';
import { mayBeOurs, sameWords } from './note.ts';
import { KommoId, Moment, Prose, secondsOf } from './prose.ts';

const Arguments = z.strictObject({
  text: Prose(2_000),
  dueAt: Moment,
  taskTypeId: KommoId.optional(),
  responsibleUserId: KommoId.optional(),
});
type Arguments = z.infer<typeof Arguments>;

const Made = z.object({ _embedded: z.object({ tasks: z.array(z.object({ id: z.int() })).min(1) }) });
const Task = z.object({
  id: z.int(),
  text: z.string().nullish(),
  complete_till: z.int(),
  created_by: z.int().nullish(),
  created_at: z.int().nullish(),
});

/** A follow-up: the type that every account has. */
const followUp = 1;

/** A task on the lead. Kommo deletes none over its API, so it is undone by completing it with a word of why. */
export const taskCreate = action<Arguments>({
  name: 'task-create',
  schema: Arguments,
  async resolve(place, args, catalogue) {
    const responsibleUserId = args.responsibleUserId ?? place.userId;
    const taskTypeId = args.taskTypeId ?? followUp;
    const user = catalogue.users.find(({ id }) => id === responsibleUserId);
    if (!user?.isActive)
      throw new InvalidInput([{ path: 'responsibleUserId', message: 'is no active user of this account' }]);
    if (catalogue.taskTypes.length > 0 && !catalogue.taskTypes.some(({ id }) => id === taskTypeId))
      throw new InvalidInput([{ path: 'taskTypeId', message: 'is no type of task of this account' }]);
    return { ...args, taskTypeId, responsibleUserId };
  },
  see: seeLeadOnly,
  changes(args, _sight, catalogue) {
    const type = catalogue.taskTypes.find(({ id }) => id === args.taskTypeId);
    return [
      { field: 'text', label: null, kind: 'text', before: null, after: args.text },
      { field: 'dueAt', label: null, kind: 'time', before: null, after: args.dueAt },
      {
        field: 'responsible',
        label: null,
        kind: 'user',
        before: null,
        after: userName(catalogue, args.responsibleUserId),
      },
      ...(type
        ? [{ field: 'taskType', label: null, kind: 'choice' as const, before: null, after: type.name }]
        : []),
    ];
  },
  after: () => null,
  perform: {
    kind: 'make',
    async mark({ kommo, leadId }) {
      const tasks = await kommo.list(tasksOf(leadId), 'tasks', 250);
      return Math.max(0, ...tasks.flatMap(readTasks).map(({ id }) => id));
    },
    async write(place, args) {
      const body = await place.kommo.write('POST', '/tasks', [
        {
          text: args.text,
          complete_till: secondsOf(args.dueAt),
          entity_id: place.leadId,
          entity_type: 'leads',
          task_type_id: args.taskTypeId,
          responsible_user_id: args.responsibleUserId,
          request_id: '0',
        },
      ]);
      const made = Made.safeParse(body);
      if (!made.success) throw new KommoAmbiguous(made.error);
      return taskResult(place, made.data._embedded.tasks[0]?.id ?? 0);
    },
    async find(place, args, mark, _effectId, sentAt) {
      const tasks = await place.kommo.list(tasksOf(place.leadId), 'tasks', 250);
      return tasks
        .flatMap(readTasks)
        .filter(task => task.id > Number(mark))
        .sort((a, b) => a.id - b.id)
        .flatMap(task => {
          const made = taskResult(place, task.id);
          if (task.complete_till === secondsOf(args.dueAt) && sameWords(task.text ?? '', args.text))
            return [made];
          return mayBeOurs(place, task, sentAt) ? [{ ...made, altered: true }] : [];
        });
    },
  },
  undo: {
    way: 'compensate',
    why: null,
    plan: ({ result }, texts) => ({
      action: 'task-complete',
      args: { taskId: Number(result.recordId), result: texts.actions.taskWithdrawn },
      expected: { isCompleted: false },
    }),
  },
});

const tasksOf = (leadId: number) =>
  `/tasks?limit=250&filter[entity_type]=leads&filter[entity_id][]=${leadId}&order[id]=desc`;

function readTasks(item: unknown): z.output<typeof Task>[] {
  const parsed = Task.safeParse(item);
  return parsed.success ? [parsed.data] : [];
}

export function taskResult(place: Place, id: number): EffectResult {
  return { record: 'task', recordId: String(id), url: leadUrl(place) };
}
