import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.ts';
import { readmeCommands } from './readme-commands.ts';

/**
 * Does what the README tells a newcomer first, in a fresh clone without packages: the command, until the lead card can
 * be opened, then Ctrl-C. And once more, on the data that the first start left.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'cardwise-start-'));
let running: ChildProcess | null = null;
process.once('SIGTERM', () => process.exit(143));
process.once('SIGINT', () => process.exit(130));
process.once('exit', () => {
  if (running?.pid && running.exitCode === null) process.kill(-running.pid, 'SIGKILL');
  rmSync(work, { recursive: true, force: true });
});

const clone = join(work, 'clone');
must('git', ['clone', '--quiet', root, clone], work);
const [first = ''] = readmeCommands(readFileSync(join(clone, 'README.md'), 'utf8'));
const parts = first.split('&&').map(part => part.trim().split(/\s+/));
const [program = '', ...args] = parts.pop() ?? [];
for (const [before = '', ...beforeArgs] of parts) must(before, beforeArgs, clone);

const port = await freePort();
const sandboxPort = await freePort(2);
for (const which of ['first', 'second']) {
  const from = Date.now();
  const url = await startAndStop();
  process.stdout.write(
    `The ${which} start showed ${url} after ${((Date.now() - from) / 1000).toFixed(1)} s, stop included.\n`,
  );
}

async function startAndStop(): Promise<string> {
  const child = spawn(program, args, {
    cwd: clone,
    env: {
      ...process.env,
      PORT: String(port),
      SANDBOX_PORT: String(sandboxPort),
      DATA_DIR: join(work, 'data'),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
    // A group of its own, to press Ctrl-C on: the terminal sends it to all of them.
    detached: true,
  });
  running = child;
  let said = '';
  child.stdout.on('data', chunk => {
    said += chunk;
    process.stdout.write(chunk);
  });
  const ended = new Promise<number | null>(done => child.once('exit', done));
  for (const from = Date.now(); !/Press Ctrl-C/.test(said); await delay(100)) {
    if (child.exitCode !== null)
      throw new Error(`"${program} ${args.join(' ')}" ended with code ${child.exitCode}.`);
    if (Date.now() - from > 180_000) throw new Error('No lead card to open within three minutes.');
  }
  const [url = ''] = /http:\S+/.exec(said.slice(said.indexOf('Ready'))) ?? [];
  for (const address of [url, `http://127.0.0.1:${port}/readyz`]) {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(`${address} answers ${answer.status}.`);
  }
  if (child.pid) process.kill(-child.pid, 'SIGINT');
  const code = await Promise.race([ended, delay(30_000, 'late' as const, { ref: false })]);
  if (code !== 0) throw new Error(`Ctrl-C ended it with ${code}, not 0.`);
  return url;
}

function must(command: string, commandArgs: string[], cwd: string): void {
  const { status } = spawnSync(command, commandArgs, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error(`"${command} ${commandArgs.join(' ')}" failed with ${status}.`);
}
