import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const fresh = new Set<string>();

/**
 * The path of a built program, after building what its part consists of where the sources have changed.
 *
 * Suites start processes again and again, and what production runs is up in a fraction of the time that the
 * sources take.
 *
 * @param part of `scripts/build.ts`
 * @param file inside `dist`
 * @throws Error with what the build complained of
 */
export function builtProgram(part: 'server' | 'reader' | 'local', file: string): string {
  if (!fresh.has(part)) {
    const done = spawnSync(process.execPath, ['--import', 'tsx', 'scripts/build.ts', '--stale', part], {
      cwd: root,
      encoding: 'utf8',
    });
    if (done.status !== 0) throw new Error(`The part ${part} could not be built: ${done.stderr}`);
    fresh.add(part);
  }
  return join(root, 'dist', file);
}
