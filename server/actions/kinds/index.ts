import type { Action, AnyActionName } from '../action.ts';
import { note } from './note.ts';
import { stage } from './stage.ts';
import { taskCreate } from './task-create.ts';

const all: Action[] = [note, taskCreate, stage];
const byName = new Map(all.map(one => [one.name, one]));

export function actionNamed(name: AnyActionName): Action {
  const found = byName.get(name);
  if (!found) throw new Error(`There is no action ${name}.`);
  return found;
}
