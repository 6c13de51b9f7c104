import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Environment, environmentSchema, InvalidConfig, readConfig } from './config.ts';

/** The assignments of a file in the form of .env, in their order. */
function assignments(text: string): [name: string, value: string][] {
  return [...text.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]);
}

function faultsOf(environment: Record<string, string>): string {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof InvalidConfig) return error.message;
    throw error;
  }
  return '';
}

describe('.env.example', () => {
  const example = assignments(readFileSync(new URL('../.env.example', import.meta.url), 'utf8'));
  const names = Object.keys(environmentSchema.shape);

  it('names every variable of the schema once, and no other', () => {
    expect(example.map(([name]) => name)).to.have.members(names);
    expect(example).to.have.length(names.length);
  });

  it('shows the defaults: read as it stands, it changes nothing', () => {
    const defaults: Environment = environmentSchema.parse({});
    const given = Object.fromEntries(example.filter(([, value]) => value !== ''));
    expect(environmentSchema.parse(given)).to.deep.equal(defaults);
    const withDefault = Object.entries(defaults)
      .filter(([, value]) => !(Array.isArray(value) && value.length === 0))
      .map(([name]) => name);
    expect(Object.keys(given)).to.have.members(withDefault);
    expect(readConfig(Object.fromEntries(example))).to.deep.equal(readConfig({}));
  });

  it('explains every variable in the line above it', () => {
    const text = readFileSync(new URL('../.env.example', import.meta.url), 'utf8');
    for (const name of names) expect(text).to.match(new RegExp(`^# [A-Za-z0-9].*\\n${name}=`, 'm'));
  });
});

describe('The configuration', () => {
  const key = Buffer.alloc(32, 7).toString('base64');
  const postgres = { DATABASE_URL: 'postgres://app@db/cardwise', MASTER_KEY: key };

  it('works with nothing set: embedded database and queue, offline model', () => {
    const config = readConfig({});
    expect(config.database.kind).to.equal('pglite');
    expect(config.queue).to.deep.equal({ kind: 'embedded' });
    expect(config.llm).to.deep.equal({ kind: 'offline' });
    expect(config.keys.kind).to.equal('keyring');
    expect(config.kommo.integration).to.equal(null);
    expect(config.http.publicUrl).to.equal('http://127.0.0.1:3000');
  });

  it('treats an empty value as one that is not set', () => {
    expect(readConfig({ PORT: '', DATABASE_URL: '', OPENAI_API_KEY: '' })).to.deep.equal(readConfig({}));
  });

  it('ignores variables that are not ours', () => {
    expect(readConfig({ PATH: '/bin', npm_config_cache: 'x' })).to.deep.equal(readConfig({}));
  });

  it('reports every fault at once, each with the name of its variable', () => {
    const faults = faultsOf({
      PORT: '99999',
      PUBLIC_URL: 'https://api.example.com/path',
      LOG_LEVEL: 'loud',
      MASTER_KEY: 'short',
      KOMMO_CLIENT_ID: 'id',
      REDIS_URL: 'redis://cache',
    });
    for (const name of [
      'PORT',
      'PUBLIC_URL',
      'LOG_LEVEL',
      'MASTER_KEY',
      'KOMMO_CLIENT_SECRET',
      'REDIS_URL',
    ]) {
      expect(faults).to.match(new RegExp(`^ {2}- .*${name}`, 'm'));
    }
  });

  it('keeps origins as browsers spell them, whatever slash, case or port they were given with', () => {
    for (const given of [
      'https://api.example.com/',
      'HTTPS://API.Example.com',
      'https://api.example.com:443',
    ]) {
      const config = readConfig({
        PUBLIC_URL: given,
        KOMMO_LOCAL_ORIGINS: `http://127.0.0.1:3001/,${given}`,
        OUTBOUND_PRIVATE_ORIGINS: given,
      });
      expect(config.http.publicUrl).to.equal('https://api.example.com');
      expect(config.kommo.localOrigins).to.deep.equal(['http://127.0.0.1:3001', 'https://api.example.com']);
      expect(config.outbound.privateOrigins).to.have.members(config.kommo.localOrigins);
    }
    for (const wrong of [
      'api.example.com',
      'ftp://x',
      'https://x/?',
      'https://x/#',
      'https://u:p@x',
      'https://x//',
    ])
      expect(faultsOf({ PUBLIC_URL: wrong }), wrong).to.include('PUBLIC_URL');
  });

  it('repeats no secret in what it reports', () => {
    const faults = faultsOf({ MASTER_KEY: 'my-secret-key', KOMMO_CLIENT_SECRET: 'my-secret-too' });
    expect(faults).to.include('MASTER_KEY').and.to.include('KOMMO_CLIENT_SECRET');
    expect(faults).to.not.include('my-secret');
  });

  const half: [title: string, environment: Record<string, string>, blamed: string][] = [
    ['an integration without its secret', { KOMMO_CLIENT_ID: 'id' }, 'KOMMO_CLIENT_SECRET'],
    ['a secret without its integration', { KOMMO_CLIENT_SECRET: 's'.repeat(64) }, 'KOMMO_CLIENT_ID'],
    [
      'PostgreSQL without a key that all processes share',
      { DATABASE_URL: 'postgres://app@db/x' },
      'MASTER_KEY',
    ],
    [
      'an owner without a database',
      { DATABASE_MIGRATION_URL: 'postgres://owner@db/x' },
      'DATABASE_MIGRATION_URL',
    ],
    ['a shared queue over the embedded database', { REDIS_URL: 'redis://cache' }, 'REDIS_URL'],
    ['a worker over the embedded database', { ROLE: 'worker' }, 'ROLE'],
    [
      'a database that is not PostgreSQL',
      { DATABASE_URL: 'mysql://app@db/x', MASTER_KEY: key },
      'DATABASE_URL',
    ],
    ['a key of another length', { MASTER_KEY: Buffer.alloc(16).toString('base64') }, 'MASTER_KEY'],
    [
      'a local account with a path',
      { KOMMO_LOCAL_ORIGINS: 'http://127.0.0.1:3001/leads' },
      'KOMMO_LOCAL_ORIGINS',
    ],
  ];
  for (const [title, environment, blamed] of half) {
    it(`refuses ${title}`, () => {
      expect(faultsOf(environment)).to.match(new RegExp(`^ {2}- .*${blamed}`, 'm'));
    });
  }

  it('takes PostgreSQL with and without Redis, and splits the roles', () => {
    expect(readConfig(postgres).queue).to.deep.equal({ kind: 'embedded' });
    const many = readConfig({ ...postgres, REDIS_URL: 'redis://cache', ROLE: 'worker' });
    expect(many.role).to.equal('worker');
    expect(many.queue).to.deep.equal({ kind: 'bull', redisUrl: 'redis://cache' });
    expect(many.database).to.deep.include({ kind: 'postgres', migrationUrl: null, poolMax: 10 });
  });

  it('calls a model server by its address alone, and lets it be on this machine', () => {
    const config = readConfig({ OPENAI_BASE_URL: 'http://127.0.0.1:11434/v1' });
    expect(config.llm).to.deep.include({
      kind: 'openai',
      baseUrl: 'http://127.0.0.1:11434/v1',
      embedding: null,
    });
    expect(config.outbound.privateOrigins).to.deep.equal(['http://127.0.0.1:11434']);
  });

  it('reads what models cost from a file, and says what is wrong with one', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'cardwise-prices-'));
    const read = async (text: string) => {
      const path = join(dir, 'prices.json');
      await writeFile(path, text);
      return () => readConfig({ PRICES_FILE: path });
    };
    const good = await read('{"date":"2026-11-01","models":{"gpt-x":{"input":1.5,"output":6}}}');
    expect(good().prices).to.deep.equal({
      date: '2026-11-01',
      models: { 'gpt-x': { inputMicros: 1_500_000, outputMicros: 6_000_000 } },
    });
    expect(await read('{"date":')).to.throw(/PRICES_FILE: .*prices\.json: is no JSON/);
    expect(await read('{"models":{}}')).to.throw(/PRICES_FILE: .*prices\.json: date/);
    expect(await read('{"date":"2026-11-01","models":{"m":{"input":-1}}}')).to.throw(/models\.m\.input/);
    await rm(dir, { recursive: true });
    expect(() => readConfig({ PRICES_FILE: join(dir, 'gone.json'), PORT: 'x' }))
      .to.throw(/cannot be read \(ENOENT\)/)
      .with.property('message')
      .that.matches(/PORT/);
  });

  it('lets the server call the local accounts it was told of, each once', () => {
    const origins = 'http://127.0.0.1:3001, http://127.0.0.1:3002';
    const config = readConfig({
      KOMMO_LOCAL_ORIGINS: origins,
      OUTBOUND_PRIVATE_ORIGINS: 'http://127.0.0.1:3002',
    });
    expect(config.outbound.privateOrigins).to.have.members([
      'http://127.0.0.1:3001',
      'http://127.0.0.1:3002',
    ]);
  });
});
