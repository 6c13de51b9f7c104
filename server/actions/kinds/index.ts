import type { Action, AnyActionName } from '../action.ts';
import { callTool } from './call-tool.ts';
import { email } from './email.ts';
import { field, fieldRestore } from './field.ts';
import { linkContact, unlinkContact } from './link-contact.ts';
import { message } from './message.ts';
import { note } from './note.ts';
import { price } from './price.ts';
import { responsible } from './responsible.ts';
import { stage } from './stage.ts';
import { tags } from './tags.ts';
import { taskComplete, taskReopen, taskReschedule } from './task-change.ts';
import { taskCreate } from './task-create.ts';

const all: Action[] = [
  note,
  taskCreate,
  taskComplete,
  taskReopen,
  taskReschedule,
  stage,
  price,
  field,
  fieldRestore,
  tags,
  responsible,
  linkContact,
  unlinkContact,
  message,
  email,
  callTool,
];
const byName = new Map(all.map(one => [one.name, one]));

export function actionNamed(name: AnyActionName): Action {
  const found = byName.get(name);
  if (!found) throw new Error(`There is no action ${name}.`);
  return found;
}
