import { canonical } from '../../actions/index.ts';
import type { AgentDefinition } from './definition.ts';

/** One place where two definitions differ. For a text of several lines `lines` says which went and which came. */
export interface DefinitionChange {
  path: string;
  before: unknown;
  after: unknown;
  lines: { kind: 'same' | 'removed' | 'added'; text: string }[] | null;
}

/** What became different from one definition to the other, in the order of their fields. */
export function compareDefinitions(before: AgentDefinition, after: AgentDefinition): DefinitionChange[] {
  return differences(before, after, '');
}

function differences(before: unknown, after: unknown, path: string): DefinitionChange[] {
  if (isRecord(before) && isRecord(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return names.flatMap(name =>
      differences(before[name], after[name], path === '' ? name : `${path}.${name}`),
    );
  }
  if (canonical(before) === canonical(after)) return [];
  const lines =
    typeof before === 'string' && typeof after === 'string' && /\n/.test(before + after)
      ? lineChanges(before.split('\n'), after.split('\n'))
      : null;
  return [{ path, before: before ?? null, after: after ?? null, lines }];
}

/** By the longest common subsequence; instructions have hundreds of lines at most. */
function lineChanges(before: string[], after: string[]): NonNullable<DefinitionChange['lines']> {
  const common: number[][] = Array.from({ length: before.length + 1 }, () =>
    new Array<number>(after.length + 1).fill(0),
  );
  const at = (row: number, column: number) => common[row]?.[column] ?? 0;
  for (let row = before.length - 1; row >= 0; row -= 1)
    for (let column = after.length - 1; column >= 0; column -= 1) {
      const line = common[row];
      if (line)
        line[column] =
          before[row] === after[column]
            ? at(row + 1, column + 1) + 1
            : Math.max(at(row + 1, column), at(row, column + 1));
    }
  const changes: NonNullable<DefinitionChange['lines']> = [];
  let row = 0;
  let column = 0;
  while (row < before.length || column < after.length) {
    if (row < before.length && column < after.length && before[row] === after[column]) {
      changes.push({ kind: 'same', text: before[row] ?? '' });
      row += 1;
      column += 1;
    } else if (
      column >= after.length ||
      (row < before.length && at(row + 1, column) >= at(row, column + 1))
    ) {
      changes.push({ kind: 'removed', text: before[row] ?? '' });
      row += 1;
    } else {
      changes.push({ kind: 'added', text: after[column] ?? '' });
      column += 1;
    }
  }
  return changes;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
