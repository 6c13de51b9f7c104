import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.ts';
import { readmeCommands } from './readme-commands.ts';
import { sourceFiles } from './source-files.ts';

/**
 * Does what the README tells a newcomer first, in a copy of the sources without packages: the command, until the lead card can
 * be opened, then Ctrl-C. And once more, on the data that the first start left.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'cardwise-start-'));
let running: ChildProcess | null = null;
process.once('SIGTERM', () => process.exit(143));
process.once('SIGINT', () => process.exit(130));
process.once('exit', () => {
  if (running?.pid && lives(-running.pid)) process.kill(-running.pid, 'SIGKILL');
  rmSync(work, { recursive: true, force: true });
});

const clone = join(work, 'clone');
for (const path of sourceFiles(root, ['.gitignore'])) {
  mkdirSync(dirname(join(clone, path)), { recursive: true });
  cpSync(join(root, path), join(clone, path));
}
const [first = ''] = readmeCommands(readFileSync(join(clone, 'README.md'), 'utf8'));
const parts = first.split('&&').map(part => part.trim().split(/\s+/));
const [program = '', ...args] = parts.pop() ?? [];
for (const [before = '', ...beforeArgs] of parts) must(before, beforeArgs, clone);

const port = await freePort();
const sandboxPort = await freePort(2);
const { scripts } = JSON.parse(readFileSync(join(clone, 'package.json'), 'utf8'));
const itself = String(scripts.start).split(' ');
// npm answers Ctrl-C as shells do, with the signal; the program itself ends with 0.
await rehearse('first', [program, ...args], [0, 'SIGINT']);
await rehearse('second', itself, [0]);

async function rehearse(which: string, command: string[], ends: (number | string)[]): Promise<void> {
  const from = Date.now();
  const url = await startAndStop(command, ends);
  const seconds = ((Date.now() - from) / 1000).toFixed(1);
  process.stdout.write(`The ${which} start showed ${url}; ${seconds} s, stop included.\n`);
}

async function startAndStop([program = '', ...args]: string[], ends: (number | string)[]): Promise<string> {
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
  const ended = new Promise<number | string | null>(done =>
    child.once('exit', (code, signal) => done(code ?? signal)),
  );
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
  const end = await Promise.race([ended, delay(30_000, 'nothing within 30 s', { ref: false })]);
  if (end === null || !ends.includes(end))
    throw new Error(`Ctrl-C ended it with ${end}, not ${ends.join(' or ')}.`);
  if (child.pid && lives(-child.pid)) throw new Error('Something of it still runs after its end.');
  return url;
}

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function must(command: string, commandArgs: string[], cwd: string): void {
  const { status } = spawnSync(command, commandArgs, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error(`"${command} ${commandArgs.join(' ')}" failed with ${status}.`);
}
