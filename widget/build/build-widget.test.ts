import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { unzipSync } from 'fflate';
import { buildWidget } from './build-widget.ts';
import { PROPOSALS_GZIP_BYTES_MAX, readOrigin, SCRIPT_GZIP_BYTES_MAX } from './bundle-script.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));

describe('The widget build', () => {
  let outDir = '';
  beforeEach(async () => {
    outDir = await mkdtemp(join(tmpdir(), 'widget-build-'));
  });
  afterEach(() => rm(outDir, { recursive: true }));

  const build = (apiOrigin = 'https://api.example.com') => buildWidget({ apiOrigin, outDir });
  const entries = async (name: string) => unzipSync(await readFile(join(outDir, name)));

  it('makes one archive per platform, files at the root, each with its languages', async () => {
    await build();
    for (const [name, locales] of [
      ['widget.zip', ['en', 'es', 'pt']],
      ['widget-amocrm.zip', ['ru', 'en', 'es', 'pt']],
    ] as const) {
      const files = await entries(name);
      const manifest = JSON.parse(Buffer.from(files['manifest.json'] ?? []).toString()) as {
        widget: { locale: string[] };
      };
      expect(manifest.widget.locale).to.deep.equal(locales);
      expect(Object.keys(files).filter(path => path.startsWith('i18n/'))).to.have.members(
        locales.map(l => `i18n/${l}.json`),
      );
      expect(files['script.js']).to.have.property('length').above(1_000);
    }
  });

  it('puts the address of the API, and no other secret or path, into the script', async () => {
    await build('https://api.example.com');
    const script = Buffer.from((await entries('widget.zip'))['script.js'] ?? []).toString();
    expect(script).to.include('https://api.example.com');
    expect(script).to.not.include(fileURLToPath(new URL('../..', import.meta.url)));
    expect(script).to.not.match(/process\.env|[^\x20-\x7e\n\t]/);
  });

  it('keeps both scripts within their budgets', async () => {
    const { scriptGzipBytes, proposalsGzipBytes } = await build();
    expect(scriptGzipBytes).to.be.at.most(SCRIPT_GZIP_BYTES_MAX);
    expect(proposalsGzipBytes).to.be.at.most(PROPOSALS_GZIP_BYTES_MAX);
  });

  it("names the second script by what is in it, and brings Preact and the API's address once", async () => {
    await build();
    const files = await entries('widget.zip');
    const [script = '', proposals = ''] = ['script.js', 'proposals.js'].map(path =>
      Buffer.from(files[path] ?? []).toString(),
    );
    const digest = createHash('sha256').update(proposals).digest('hex').slice(0, 8);
    expect(script).to.include(`"proposals.js?v=${digest}"`).and.include('Preact');
    expect(proposals).to.not.match(/Preact|api\.example\.com|[^\x20-\x7e\n\t]/);
    expect(Object.keys(await entries('widget-amocrm.zip'))).to.include('proposals.js');
  });

  it('gives the same bytes in every time zone', async () => {
    const hashes = new Set<string>();
    for (const TZ of ['UTC', 'America/Sao_Paulo', 'Asia/Tokyo']) {
      const env = { ...process.env, TZ, OUT_DIR: outDir, API_ORIGIN: 'https://api.example.com' };
      const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', main], {
        env,
        encoding: 'utf8',
      });
      expect(status, stderr).to.equal(0);
      const bytes = await Promise.all(
        ['widget.zip', 'widget-amocrm.zip'].map(name => readFile(join(outDir, name))),
      );
      hashes.add(createHash('sha256').update(Buffer.concat(bytes)).digest('hex'));
    }
    expect(hashes).to.have.property('size', 1);
  });

  it('says what is wrong with an address that is no origin', () => {
    for (const given of [
      '',
      'api.example.com',
      'https://api.example.com/v1',
      'ftp://a.example',
      'https://u@a.example',
    ]) {
      expect(() => readOrigin(given), given).to.throw('API_ORIGIN');
    }
    expect(readOrigin('https://API.example.com:443/')).to.equal('https://api.example.com');
  });
});
