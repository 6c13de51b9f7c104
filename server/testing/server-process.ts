import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The real server in a process of its own, so that it can be killed. */
export interface ServerProcess {
  url: string;
  operatorKey: string;
  /** kill -9, and waits until it is gone. */
  kill(): Promise<void>;
  /** Resolves once it is gone, however it ended. */
  ended: Promise<number | null>;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
/** What production runs: it starts in a fraction of the time the sources take, and suites start it again and again. */
const entry = join(root, 'dist/server/main.js');
let built = false;

/** @throws Error with what it wrote to stderr, if it ends before it is ready */
export async function startServerProcess(
  env: Record<string, string> & { DATA_DIR: string },
): Promise<ServerProcess> {
  const child = forkServer(env);
  const ended = new Promise<number | null>(resolve => child.once('exit', resolve));
  let words = '';
  child.stderr?.on('data', chunk => {
    words += chunk;
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.on('message', message => {
      if (typeof message === 'object' && message !== null && 'url' in message) resolve(String(message.url));
    });
    void ended.then(code => reject(new Error(`exit code ${code}: ${words}`)));
  });
  const operatorKey = (await readFile(join(env.DATA_DIR, 'operator.key'), 'utf8')).trim();
  return {
    url,
    operatorKey,
    ended,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    async stop() {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

/** Runs the server to its end and returns how it ended. */
export async function runServerProcess(
  env: Record<string, string>,
): Promise<{ code: number | null; words: string }> {
  const child = forkServer(env);
  let words = '';
  child.stderr?.on('data', chunk => {
    words += chunk;
  });
  const code = await new Promise<number | null>(resolve => child.once('close', resolve));
  return { code, words };
}

/** Builds it where its sources have changed. */
function build(): void {
  const done = spawnSync(process.execPath, ['--import', 'tsx', 'scripts/build.ts', '--stale', 'server'], {
    cwd: root,
    encoding: 'utf8',
  });
  if (done.status !== 0) throw new Error(`The server could not be built: ${done.stderr}`);
  built = true;
}

function forkServer(env: Record<string, string>): ChildProcess {
  if (!built) build();
  return fork(entry, {
    execArgv: ['--enable-source-maps'],
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
}
