import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { zipSync } from 'fflate';
import { readConfig } from '../config.ts';
import { runDoctor } from './doctor.ts';
import { checkArchive, checkDatabase, checkNode } from './doctor-checks.ts';

describe('npm run doctor', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cardwise-doctor-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function run(env: Record<string, string>, origin = 'http://127.0.0.1:9') {
    const archive = join(folder, 'widget.zip');
    await writeFile(archive, zipSync({ 'script.js': Buffer.from(`const origin = "${origin}";`) }));
    let said = '';
    const code = await runDoctor({
      env: { DATA_DIR: folder, PUBLIC_URL: 'http://127.0.0.1:9', ...env },
      archive,
      write: text => {
        said += text;
      },
    });
    return { code, said };
  }

  it('names every fault of a configuration with the name of its variable', async () => {
    const { code, said } = await run({ KOMMO_CLIENT_ID: 'x', PORT: 'many' });
    expect(code).to.equal(1);
    expect(said).to.match(/^fail {2}The configuration has faults/m);
    expect(said).to.contain('KOMMO_CLIENT_SECRET').and.contain('PORT');
  });

  it('tells an archive built for another address, a wrong id, a closed model server, each with its mending step', async function () {
    this.timeout(60_000);
    const { code, said } = await run(
      {
        KOMMO_CLIENT_ID: 'not-a-uuid',
        KOMMO_CLIENT_SECRET: 's'.repeat(64),
        OPENAI_BASE_URL: 'http://127.0.0.1:9/v1',
        DATABASE_URL: 'postgres://nobody:secret-canary@127.0.0.1:9/none',
        MASTER_KEY: Buffer.alloc(32).toString('base64'),
        REDIS_URL: 'redis://127.0.0.1:9',
      },
      'https://elsewhere.example',
    );
    expect(code).to.equal(1);
    for (const line of [
      /fail {2}.*widget\.zip was built for another address[^\n]*\n {6}-> API_ORIGIN=http:\/\/127\.0\.0\.1:9 npm run build/,
      /fail {2}KOMMO_CLIENT_ID is not an integration id/,
      /fail {2}the model server does not answer/,
      /fail {2}The database does not answer/,
      /fail {2}Redis does not answer/,
      /warn {2}PUBLIC_URL is http/,
      /5 to mend/,
    ])
      expect(said).to.match(line);
    expect(said).not.to.contain('secret-canary');
  });

  it('says of a fresh checkout that nothing was started yet, and with which command, and makes no folder', async () => {
    const dataDir = join(folder, 'never-started');
    const findings = await checkDatabase(readConfig({ DATA_DIR: dataDir }));
    expect(findings).to.have.length(1);
    expect(findings[0]?.what).to.contain('nothing was started here yet');
    expect(findings[0]?.mend).to.equal('npm start makes it.');
    expect(await access(dataDir).catch(error => error.code)).to.equal('ENOENT');
  });

  it('says that an archive is damaged, wherever it breaks off', async () => {
    const file = join(folder, 'widget.zip');
    const whole = Buffer.from(zipSync({ 'script.js': Buffer.from('const some = "script";'.repeat(50)) }));
    const twisted = Buffer.from(whole);
    twisted.fill(0xff, 45, 60);
    for (const bytes of [Buffer.from('no zip'), whole.subarray(0, 60), twisted]) {
      await writeFile(file, bytes);
      const { state, what } = await checkArchive(readConfig({ DATA_DIR: folder }), file);
      expect([state, what]).to.deep.equal(['fail', `${file} is damaged: no script can be read from it`]);
    }
  });

  it('knows which Node is old', () => {
    expect(
      [checkNode('v20.19.0'), checkNode('v24.0.0'), checkNode('v20.18.9')].map(one => one.state),
    ).to.deep.equal(['ok', 'ok', 'fail']);
  });
});
