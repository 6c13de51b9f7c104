import { readFileSync } from 'node:fs';

/**
 * Points where a test can end this process as `kill -9` would. The file is read at each of them, so that a
 * test can arm a running process; without one, which is everywhere but in those tests, nothing happens.
 *
 * `point` ends it at once; `point 13` holds everybody who gets there, and ends it when thirteen stand there.
 */
export function crashPoints(file: string | undefined): (point: string) => Promise<void> | void {
  if (!file) return () => {};
  let waiting = 0;
  return point => {
    const [armed, crowd = '1'] = readFileSync(file, 'utf8').trim().split(' ');
    if (armed !== point) return;
    waiting += 1;
    if (waiting >= Number(crowd)) process.kill(process.pid, 'SIGKILL');
    return new Promise(() => {});
  };
}
