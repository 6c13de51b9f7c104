import { type ChildProcess, fork } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { builtProgram } from './built.ts';

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

function forkServer(env: Record<string, string>): ChildProcess {
  return fork(builtProgram('server', 'server/main.js'), {
    // A process that lives for seconds does not earn back what optimising the database's code, or reading maps, costs.
    execArgv: ['--no-wasm-tier-up'],
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
}
