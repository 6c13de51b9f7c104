import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { builtProgram } from './built.ts';

export interface SandboxAccount {
  id: number;
  subdomain: string;
  origin: string;
  leadCardUrl: string;
  lang: string;
}

/** The stand-in for Kommo in a process of its own; everything goes over the wire. */
export interface SandboxProcess {
  accounts: SandboxAccount[];
  control(account: SandboxAccount, method: string, path: string, body?: unknown): Promise<Response>;
  close(): Promise<void>;
}

export async function startSandboxProcess(): Promise<SandboxProcess> {
  const dataDir = await mkdtemp(join(tmpdir(), 'cardwise-sandbox-'));
  const child = fork(builtProgram('local', 'sandbox/main.js'), {
    execArgv: ['--enable-source-maps'],
    env: { ...process.env, SANDBOX_PORT: '0', DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const accounts = await ready(child);
  return {
    accounts,
    control: ({ origin }, method, path, body) =>
      fetch(`${origin}/control${path}`, {
        method,
        headers: {
          'x-sandbox-control': '1',
          'content-type': body instanceof Uint8Array ? 'application/zip' : 'application/json',
        },
        ...(body === undefined
          ? {}
          : { body: body instanceof Uint8Array ? new Uint8Array(body) : JSON.stringify(body) }),
      }),
    async close() {
      const gone = new Promise(done => child.once('exit', done));
      child.kill('SIGTERM');
      await gone;
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function ready(child: ChildProcess): Promise<SandboxAccount[]> {
  return new Promise((resolve, reject) => {
    let words = '';
    child.stderr?.on('data', chunk => {
      words += chunk;
    });
    child.once('exit', code => reject(new Error(`The sandbox ended with code ${code}: ${words}`)));
    if (!child.stdout) return;
    createInterface({ input: child.stdout }).on('line', line => {
      const said = JSON.parse(line);
      if (said.ready) resolve(said.accounts);
    });
  });
}
