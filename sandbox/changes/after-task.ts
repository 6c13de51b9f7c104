import { announce } from '../hooks/index.ts';
import type { Task } from '../records.ts';
import type { Site } from '../site.ts';
import { type TaskNews, taskItem } from './hook-items.ts';
import { entityNames, journal, type NewEvent } from './journal.ts';

export function taskAdded(site: Site, task: Task): void {
  announce(site, { entity: 'task', action: 'add', item: taskItem(site, task) });
  record(site, task, task.created_by, { type: 'task_added', after: [{ task: { text: task.text } }] });
}

export function taskChanged(site: Site, before: Task, task: Task): void {
  const closed = task.is_completed && !before.is_completed;
  const news: TaskNews = {
    closed,
    ...(closed || before.text !== task.text ? { oldText: before.text } : {}),
    ...(before.responsible_user_id === task.responsible_user_id
      ? {}
      : { oldResponsibleId: before.responsible_user_id }),
  };
  announce(site, { entity: 'task', action: 'update', item: taskItem(site, task, news) });
  const by = task.updated_by;
  if (closed) record(site, task, by, { type: 'task_completed' });
  if (before.result?.text !== task.result?.text) {
    const text = task.result?.text ?? '';
    record(site, task, by, { type: 'task_result_added', after: [{ task: { text } }] });
  }
  if (before.complete_till !== task.complete_till) {
    record(site, task, by, {
      type: 'task_deadline_changed',
      after: [{ task_deadline: { timestamp: task.complete_till } }],
      before: [{ task_deadline: { timestamp: before.complete_till } }],
    });
  }
  if (before.text !== task.text) {
    record(site, task, by, {
      type: 'task_text_changed',
      after: [{ task: { text: task.text } }],
      before: [{ task: { text: before.text } }],
    });
  }
  if (before.task_type_id !== task.task_type_id) {
    record(site, task, by, {
      type: 'task_type_changed',
      after: [{ task_type: { id: task.task_type_id } }],
      before: [{ task_type: { id: before.task_type_id } }],
    });
  }
}

export function taskDeleted(site: Site, task: Task, by: number): void {
  announce(site, { entity: 'task', action: 'delete', item: { id: task.id } });
  record(site, task, by, { type: 'task_deleted' });
}

/** Kommo: events of a task hang on its record; those of a task without one, on the task. */
function record(site: Site, task: Task, by: number, event: Omit<NewEvent, 'entity' | 'by'>): void {
  const entity =
    task.entity_type && task.entity_id !== null
      ? { type: entityNames[task.entity_type], id: task.entity_id }
      : { type: 'task', id: task.id };
  journal(site, { ...event, entity, by });
}
