import { InvalidInput } from '../kernel/index.ts';
import type { Action, Place, Sight } from './action.ts';
import type { Catalogue } from './catalogue.ts';
import { TargetGone } from './errors.ts';
import { type Fields, sameJson } from './json.ts';
import { actionNamed } from './kinds/index.ts';
import type { ActionName, ChangeView } from './views.ts';

export interface Wish {
  action: ActionName;
  arguments: unknown;
  /** What a message to a client may rest on: cited stretches, fields, what the person typed. */
  support?: string[];
}

/** What an action would do, read from the record as it is now. */
export interface Look {
  action: Action;
  args: object;
  sight: Sight;
  changes: ChangeView[];
}

/**
 * Reads arguments that somebody or a model wrote, strictly, and the record they are about.
 *
 * @throws InvalidInput with paths below `path`, TargetGone
 */
export async function lookAt(place: Place, wish: Wish, catalogue: Catalogue, path: string): Promise<Look> {
  const action = actionNamed(wish.action);
  const parsed = action.schema.safeParse(wish.arguments);
  if (!parsed.success) {
    throw new InvalidInput(
      parsed.error.issues.map(issue => ({
        path: [path, ...issue.path].join('.'),
        message: issue.message,
      })),
    );
  }
  const args = action.resolve
    ? await action.resolve(place, parsed.data, catalogue).catch(below(path))
    : parsed.data;
  const sight = await action.see(place, args);
  if (sight === null) throw new TargetGone();
  return { action, args, sight, changes: action.changes(args, sight, catalogue) };
}

function below(path: string) {
  return (error: unknown): never => {
    if (!(error instanceof InvalidInput)) throw error;
    const { errors } = error.extensions;
    throw new InvalidInput(errors.map(fault => ({ ...fault, path: `${path}.${fault.path}` })));
  };
}

/** Nothing of what the action is about has changed between two looks. */
export function holds(seen: Fields, now: Fields): boolean {
  return sameJson(seen, now);
}

/** For each thing shown, what it was when proposed and what it is now. */
export function differencesOf(before: ChangeView[], now: ChangeView[]): ChangeView[] {
  const fields = new Set([...before, ...now].map(({ field }) => field));
  return [...fields].flatMap(field => {
    const [old, fresh] = [before, now].map(changes => changes.find(one => one.field === field));
    const shown = fresh ?? old;
    if (!shown || (old?.before ?? null) === (fresh?.before ?? null)) return [];
    return [{ ...shown, before: old?.before ?? null, after: fresh?.before ?? null }];
  });
}
