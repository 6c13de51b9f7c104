import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const entry = fileURLToPath(new URL('./main.ts', import.meta.url));

function launch(env: Record<string, string>, ipc = false) {
  const child = spawn(process.execPath, ['--import', 'tsx', entry], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ipc ? ['ignore', 'pipe', 'pipe', 'ipc'] : ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk: Buffer) => {
    output.stdout += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    output.stderr += chunk.toString();
  });
  const exit = once(child, 'exit').then(([code]) => code as number | null);
  return { child, output, exit };
}

describe('The sandbox process', () => {
  let dataDir: string;
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'sandbox-main-'));
  });
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  it('prints one ready line, keeps its state, and leaves when its parent does', async () => {
    const { child, output, exit } = launch({ SANDBOX_PORT: '0', DATA_DIR: dataDir }, true);
    await once(child.stdout as NodeJS.ReadableStream, 'data');
    const ready = JSON.parse(output.stdout);
    expect(ready.ready).to.equal(true);
    expect(ready.accounts).to.have.lengthOf(2);
    expect(ready.accounts[0]).to.have.all.keys('id', 'subdomain', 'origin', 'leadCardUrl', 'lang');
    child.disconnect();
    expect(await exit).to.equal(0);
    expect(output.stdout.trim().split('\n')).to.have.lengthOf(1);
    expect(JSON.parse(readFileSync(join(dataDir, 'sandbox/state.json'), 'utf8')).version).to.equal(2);
  });

  for (const ipc of [false, true]) {
    it(`${ipc ? 'leaves Ctrl-C to its parent' : 'leaves on Ctrl-C when it runs by itself'}`, async () => {
      const { child, output, exit } = launch({ SANDBOX_PORT: '0', DATA_DIR: dataDir }, ipc);
      await once(child.stdout as NodeJS.ReadableStream, 'data');
      child.kill('SIGINT');
      if (ipc) {
        const { origin } = JSON.parse(output.stdout).accounts[0];
        const answer = await fetch(`${origin}/control/state`, { headers: { 'x-sandbox-control': '1' } });
        expect(answer.status).to.equal(200);
        child.kill('SIGTERM');
      }
      expect(await exit).to.equal(0);
    });
  }

  it('says in one sentence which setting mends a taken port', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const port = (server.address() as AddressInfo).port;
    const { output, exit } = launch({ SANDBOX_PORT: String(port), DATA_DIR: dataDir });
    expect(await exit).to.equal(1);
    server.close();
    expect(output.stderr.trim()).to.match(/^Port \d+ on 127\.0\.0\.1 is in use: set SANDBOX_PORT/);
    expect(output.stderr.trim().split('\n')).to.have.lengthOf(1);
  });

  it('says in one sentence which setting mends a folder that cannot be used', async () => {
    const file = join(dataDir, 'a-file');
    writeFileSync(file, '');
    const { output, exit } = launch({ SANDBOX_PORT: '0', DATA_DIR: file });
    expect(await exit).to.equal(1);
    expect(output.stderr.trim()).to.match(/^The folder .* cannot be written \(\w+\): set DATA_DIR/);
  });
});
