import { readFileSync } from 'node:fs';

/**
 * Points where a test can end this process as `kill -9` would. The file is read at each of them, so that a
 * test can arm a running process; without one, which is everywhere but in those tests, nothing happens.
 */
export function crashPoints(file: string | undefined): (point: string) => void {
  if (!file) return () => {};
  return point => {
    if (readFileSync(file, 'utf8').trim() === point) process.kill(process.pid, 'SIGKILL');
  };
}
