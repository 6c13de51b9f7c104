import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { DataFolderTaken, DataFolderUnusable } from './errors.ts';
import { lockFolder } from './folder-lock.ts';

describe('the lock of the data folder', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cardwise-lock-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('refuses a second holder until the first lets go, and leaves nothing behind', async () => {
    const first = await lockFolder(folder);
    expect(await failureOf(lockFolder(folder))).to.be.instanceOf(DataFolderTaken);
    await first.release();
    const second = await lockFolder(folder);
    await second.release();
    expect(await readdir(folder)).to.deep.equal([]);
  });

  it('gives it to one of many that start at once', async () => {
    const tries = await Promise.allSettled(Array.from({ length: 6 }, () => lockFolder(folder)));
    const holders = tries.filter(one => one.status === 'fulfilled');
    expect(holders).to.have.length(1);
    for (const refused of tries)
      if (refused.status === 'rejected') expect(refused.reason).to.be.instanceOf(DataFolderTaken);
    for (const { value } of holders) await value.release();
  });

  it('is free again after kill -9 of its holder', async function () {
    this.timeout(30_000);
    const child = await holderProcess(folder);
    expect(await failureOf(lockFolder(folder))).to.be.instanceOf(DataFolderTaken);
    const gone = new Promise(done => child.once('exit', done));
    child.kill('SIGKILL');
    await gone;
    expect(await readdir(folder), 'the socket of the dead is still there').to.include('lock.sock');
    await (await lockFolder(folder)).release();
  });

  it('takes over a name that is no living socket', async () => {
    await writeFile(join(folder, 'lock.sock'), 'left by something else');
    await (await lockFolder(folder)).release();
    const server = createServer();
    await new Promise<void>(listening => server.listen(join(folder, 'dead.sock'), listening));
    await new Promise(closed => server.close(closed));
    await (await lockFolder(folder)).release();
  });

  it('works however deep the folder lies, and makes it', async () => {
    const deep = join(
      folder,
      ...Array.from({ length: 12 }, (_, depth) => `a-rather-long-folder-name-${depth}`),
    );
    const first = await lockFolder(deep);
    expect(await failureOf(lockFolder(deep))).to.be.instanceOf(DataFolderTaken);
    await first.release();
  });

  it('says so when the folder cannot be used', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    expect(await failureOf(lockFolder(file))).to.be.instanceOf(DataFolderUnusable);
    if (process.getuid?.() === 0) return; // root may write anywhere
    const closed = join(folder, 'closed');
    await mkdir(closed);
    await chmod(closed, 0o500);
    expect(await failureOf(lockFolder(closed))).to.be.instanceOf(DataFolderUnusable);
  });
});

/** A process of its own that holds the lock until it is killed. */
function holderProcess(folder: string): Promise<ChildProcess> {
  const module = fileURLToPath(new URL('./folder-lock.ts', import.meta.url));
  const code = `const { lockFolder } = await import(${JSON.stringify(module)}); await lockFolder(${JSON.stringify(folder)}); console.log('held'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.once('exit', status => reject(new Error(`The holder ended with ${status}.`)));
    child.stdout?.on('data', () => {
      child.removeAllListeners('exit');
      resolve(child);
    });
  });
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => 'nothing failed',
    error => error,
  );
}
