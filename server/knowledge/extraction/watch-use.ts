import { readFile } from 'node:fs/promises';

export interface Limits {
  timeMsMax: number;
  memoryMbMax: number;
}

const everyMs = 100;
/** The unit of the times that Linux tells a program: USER_HZ, the same on every architecture that Node runs on. */
const msPerTick = 10;
const pageBytes = 4096;
/** A process that waits for its turn, or for nothing at all, is given so many times its working time. */
const patience = 5;

/**
 * Ends a process that uses more than its share. Node's own limit of the heap does not count buffers, which a
 * compressed bomb fills, and a clock on the wall would count the time in which others worked.
 *
 * Only Linux tells what a process uses; elsewhere time is the wall's and memory is the heap's alone.
 *
 * @returns what ends the watch
 */
export function watchUse(
  pid: number | undefined,
  { timeMsMax, memoryMbMax }: Limits,
  end: () => void,
): () => void {
  const told = process.platform === 'linux' && pid !== undefined;
  const timer = setTimeout(end, told ? patience * timeMsMax : timeMsMax);
  const watching = told
    ? setInterval(() => {
        readUse(pid).then(
          ({ timeMs, memoryMb }) => {
            if (memoryMb > memoryMbMax || timeMs > timeMsMax) end();
          },
          () => {},
        );
      }, everyMs)
    : undefined;
  return () => {
    clearTimeout(timer);
    clearInterval(watching);
  };
}

/** See proc_pid_stat(5): times are fields 14 and 15, counted from behind the name, which may hold anything. */
async function readUse(pid: number): Promise<{ timeMs: number; memoryMb: number }> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const field = (number: number) => Number(fields[number - 3]);
  return {
    timeMs: (field(14) + field(15)) * msPerTick,
    memoryMb: (field(24) * pageBytes) / 1024 / 1024,
  };
}
