import { type ChildProcess, fork } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Reply, Request, Task, Tasks } from './protocol.ts';
import type { ReadDocument } from './read-document.ts';
import { tooComplex, Unreadable } from './unreadable.ts';
import { watchUse } from './watch-use.ts';

export interface ExtractOptions {
  /** The entry of the reading process; by default the file beside this one, or beside the bundle. */
  extractorPath: string;
  /** Of work; waiting for its turn on a busy machine does not count. */
  timeMsMax: number;
  /** Of the whole process; its JavaScript heap gets two thirds. */
  memoryMbMax: number;
  onProgress(done: number, total: number): void;
  signal: AbortSignal;
}

/** Next to this file when run from sources, next to the bundle when bundled: under the same name. */
export function defaultExtractorPath(): string {
  return fileURLToPath(new URL(`./extract-process${extname(import.meta.url)}`, import.meta.url));
}

/**
 * Reads a document in a process of its own, so that a hostile file fails alone.
 *
 * @throws Unreadable when the document is at fault, also by using up its time or memory
 */
export async function extract(
  input: Tasks['document']['asks'],
  options: ExtractOptions,
): Promise<ReadDocument> {
  return readApart('document', input, options);
}

/**
 * The same for every other thing that comes from outside and must be parsed.
 *
 * @throws Unreadable
 */
export async function readApart<T extends Task>(
  task: T,
  input: Tasks[T]['asks'],
  { extractorPath, timeMsMax, memoryMbMax, onProgress, signal }: ExtractOptions,
): Promise<Tasks[T]['gives']> {
  const request = { task, input } as Request;
  signal.throwIfAborted();
  const child = start(extractorPath, memoryMbMax);
  const kill = () => child.kill('SIGKILL');
  const unwatch = watchUse(child.pid, { timeMsMax, memoryMbMax }, kill);
  signal.addEventListener('abort', kill, { once: true });
  try {
    return (await answerOf(child, request, onProgress)) as Tasks[T]['gives'];
  } catch (thrown) {
    signal.throwIfAborted();
    throw thrown;
  } finally {
    unwatch();
    signal.removeEventListener('abort', kill);
    child.kill('SIGKILL');
  }
}

function start(extractorPath: string, memoryMbMax: number): ChildProcess {
  const child = fork(extractorPath, {
    execArgv: [
      `--max-old-space-size=${Math.floor((memoryMbMax * 2) / 3)}`,
      ...(extname(extractorPath) === '.ts' ? ['--import', 'tsx'] : []),
    ],
    // No secrets, no proxies, no options inherited.
    env: {},
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  giveWay(child);
  return child;
}

/** Whoever asks something goes first: reading takes what they leave of the processor. */
function giveWay({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch {
    // It has ended already, or the system does not let us: then it is as quick as everybody.
  }
}

function answerOf(
  child: ChildProcess,
  request: Request,
  onProgress: ExtractOptions['onProgress'],
): Promise<Tasks[Task]['gives']> {
  return new Promise((resolve, reject) => {
    let complaint = '';
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      complaint = (complaint + chunk).slice(-2000);
    });
    child.on('message', (reply: Reply) => {
      if (reply.kind === 'progress') onProgress(reply.done, reply.total);
      else if (reply.kind === 'read') resolve(reply.result);
      else reject(new Unreadable(reply.code, reply.detail, { cause: new Error(reply.reason) }));
    });
    child.once('error', reject);
    child.once('close', (code, killedBy) => {
      // Killed by our limits, or by V8 when its heap was full; any other end is our fault and may be tried again.
      if (killedBy !== null || code === 134) reject(tooComplex());
      else reject(new Error(`The document reader ended with code ${code}.`, { cause: new Error(complaint) }));
    });
    child.send(request, error => {
      if (error) reject(error);
    });
  });
}
