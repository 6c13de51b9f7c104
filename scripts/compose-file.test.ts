import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { parse } from 'yaml';
import { environmentSchema, readConfig } from '../server/config.ts';
import { parseDockerfile } from './dockerfile.ts';

interface Service {
  image: string;
  environment: Record<string, string>;
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test?: string[]; disable?: boolean };
  volumes?: string[];
  ports?: string[];
}

const text = readFileSync(new URL('../compose.yaml', import.meta.url), 'utf8');
const file: { services: Record<string, Service>; volumes: Record<string, null> } = parse(text, {
  merge: true,
});
const ours = ['migrate', 'api', 'worker'];
const known = Object.keys(environmentSchema.shape);

/** What an operator has to say. */
const said: Record<string, string> = {
  PUBLIC_URL: 'https://cardwise.example.com',
  DATABASE_PASSWORD: 'one',
  POSTGRES_PASSWORD: 'two',
  REDIS_PASSWORD: 'three',
  MASTER_KEY: Buffer.alloc(32).toString('base64'),
  KOMMO_CLIENT_ID: 'id',
  KOMMO_CLIENT_SECRET: 's'.repeat(64),
};

function service(name: string): Service {
  const found = file.services[name];
  if (!found) throw new Error(`compose.yaml has no ${name}.`);
  return found;
}

/** Puts values into `${NAME}`, `${NAME:-default}` and `${NAME:?explanation}` as Docker does. */
function filled(environment: Record<string, string>): Record<string, string> {
  const fill = (value: string) =>
    value.replace(/\$\{(\w+)(?:(:[-?])([^}]*))?\}/g, (_, name: string, kind: string, rest: string) => {
      const given = said[name];
      if (given === undefined && kind !== ':-') throw new Error(`${name} has no value.`);
      return given ?? rest;
    });
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, fill(String(value))]));
}

describe('compose.yaml', () => {
  it('starts PostgreSQL, Redis, a migration, the API and a worker', () => {
    expect(Object.keys(file.services)).to.have.members(['postgres', 'redis', ...ours]);
  });

  it('sets only what the server reads', () => {
    for (const name of ours) expect(known).to.include.members(Object.keys(service(name).environment));
  });

  it('gives each of our services a whole configuration, with PostgreSQL and Redis', () => {
    const [migrate, api, worker] = ours.map(name => readConfig(filled(service(name).environment)));
    expect([api?.role, worker?.role]).to.deep.equal(['api', 'worker']);
    for (const config of [migrate, api, worker]) {
      expect(config?.database.kind).to.equal('postgres');
      expect(config?.queue.kind).to.equal('bull');
      expect(config?.keys.kind).to.equal('environment');
    }
  });

  it('keeps the password of the owner from the processes that answer requests', () => {
    expect(service('migrate').environment).to.have.property('DATABASE_MIGRATION_URL');
    for (const name of ['api', 'worker']) {
      expect(JSON.stringify(service(name)))
        .to.not.include('POSTGRES_PASSWORD')
        .and.to.not.include('MIGRATION');
    }
  });

  it('asks for every secret, saying what to give, and writes none down', () => {
    for (const name of Object.keys(said))
      expect(text).to.match(new RegExp(`\\$\\{${name}:\\?[^}]{10,}\\}`), name);
    expect(text).to.not.match(/PASSWORD: [^$\s]/);
  });

  it('waits for the migration, which waits for the database', () => {
    expect(service('migrate').depends_on?.postgres?.condition).to.equal('service_healthy');
    for (const name of ['api', 'worker']) {
      expect(service(name).depends_on?.migrate?.condition).to.equal('service_completed_successfully');
      expect(service(name).depends_on?.redis?.condition).to.equal('service_healthy');
    }
  });

  it('keeps what must last in volumes that it declares, and opens no port to the world', () => {
    const places = Object.values(file.services).flatMap(({ volumes = [] }) => volumes);
    expect(new Set(places.map(place => place.split(':')[0]))).to.deep.equal(
      new Set(Object.keys(file.volumes)),
    );
    for (const { ports = [] } of Object.values(file.services)) {
      for (const port of ports) expect(port).to.match(/^127\.0\.0\.1:/);
    }
  });
});

describe('Dockerfile', () => {
  const instructions = parseDockerfile(readFileSync(new URL('../Dockerfile', import.meta.url), 'utf8'));
  const last = instructions.slice(instructions.findLastIndex(({ name }) => name === 'FROM'));
  const textOf = (name: string) => last.find(instruction => instruction.name === name)?.text ?? '';

  it('runs as somebody who is not root, in production mode, with a health check', () => {
    expect(textOf('USER')).to.equal('node');
    expect(textOf('ENV')).to.include('NODE_ENV=production');
    expect(textOf('HEALTHCHECK')).to.include('CMD ["node"');
  });

  it('sets only what the server reads, and keeps data where compose.yaml mounts it', () => {
    const set = textOf('ENV')
      .split(' ')
      .map(pair => pair.split('=')[0] ?? '');
    expect([...known, 'NODE_ENV']).to.include.members(set);
    expect(service('api').volumes).to.include(`data:${textOf('VOLUME')}`);
  });

  it('copies no source, tests or development packages into the image', () => {
    for (const { name, text: what } of last) if (name === 'COPY') expect(what).to.match(/^--from=build /);
  });
});
