import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Instruction, parseDockerfile } from './dockerfile.ts';
import { freePort } from './free-port.ts';
import { sourceFiles } from './source-files.ts';

/**
 * Performs the Dockerfile without Docker: each stage in a folder of its own, each RUN as it stands, then the image's
 * command as an api and a worker beside the PostgreSQL and Redis of scripts/with-services.sh, its health check, and a
 * stop. What it cannot show is the base image and its user.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const sizeMegabytesMax = 120;

interface Stage {
  /** The folder that stands for "/". */
  root: string;
  workdir: string;
  env: Record<string, string>;
  command: string[];
  healthcheck: string[];
}

const work = mkdtempSync(join(tmpdir(), 'cardwise-image-'));
const running: ChildProcess[] = [];
process.once('SIGTERM', () => process.exit(143));
process.once('SIGINT', () => process.exit(130));
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
  rmSync(work, { recursive: true, force: true });
});

await main();

async function main(): Promise<void> {
  const image = build();
  const folder = join(image.root, image.workdir);
  const megabytes = Math.round(
    Number(execFileSync('du', ['-sk', folder], { encoding: 'utf8' }).split('\t')[0]) / 1024,
  );
  say(`The image's own files take ${megabytes} MB (at most ${sizeMegabytesMax}).`);
  if (megabytes > sizeMegabytesMax) throw new Error('The image has outgrown its budget.');

  const database = demand('TEST_DATABASE_URL');
  const owner = demand('TEST_DATABASE_MIGRATION_URL');
  const shared = {
    ...image.env,
    HOST: '127.0.0.1',
    DATABASE_URL: database,
    REDIS_URL: demand('TEST_REDIS_URL'),
    MASTER_KEY: randomBytes(32).toString('base64'),
  };
  const migrated = spawnSync('node', ['dist/server/migrate.js'], {
    cwd: folder,
    env: environment({ ...shared, DATABASE_MIGRATION_URL: owner }),
    stdio: 'inherit',
  });
  if (migrated.status !== 0) throw new Error('Migrating failed.');

  const roles = await Promise.all(
    ['api', 'worker'].map(async role => ({
      role,
      env: { ...shared, ROLE: role, PORT: String(await freePort()) },
    })),
  );
  const started = roles.map(({ role, env }) => ({ role, env, process: start(image.command, folder, env) }));
  for (const { role, env, process: child } of started) {
    const from = Date.now();
    while (!(await isReady(env.PORT))) {
      if (child.exitCode !== null) throw new Error(`The ${role} ended with code ${child.exitCode}.`);
      if (Date.now() - from > 60_000) throw new Error(`The ${role} was not ready within a minute.`);
      await delay(100);
    }
    const check = spawnSync(image.healthcheck[0] ?? '', image.healthcheck.slice(1), {
      cwd: folder,
      env: environment(env),
      encoding: 'utf8',
    });
    if (check.status !== 0) throw new Error(`The health check of the ${role} failed: ${check.stderr}`);
    say(`The ${role} is ready, and its health check agrees.`);
  }
  const dead = spawnSync(image.healthcheck[0] ?? '', image.healthcheck.slice(1), {
    cwd: folder,
    env: environment({ ...shared, PORT: String(await freePort()) }),
  });
  if (dead.status === 0) throw new Error('The health check is content where nobody listens.');
  for (const { role, process: child } of started) {
    const ended = new Promise<number | null>(done => child.once('exit', done));
    child.kill('SIGTERM');
    const code = await Promise.race([ended, delay(20_000, 'late' as const, { ref: false })]);
    if (code !== 0) throw new Error(`The ${role} was asked to stop and ended with ${code}, not 0.`);
  }
  say('Both stopped with exit code 0.');
}

/** The last stage, with all that its RUN, COPY and ENV have left in it. */
function build(): Stage {
  const stages = new Map<string, Stage>();
  let stage: Stage | null = null;
  for (const instruction of parseDockerfile(readFileSync(join(root, 'Dockerfile'), 'utf8'))) {
    if (instruction.name === 'FROM') {
      const [, , , as] = /^(\S+)(\s+AS\s+(\S+))?$/i.exec(instruction.text) ?? [];
      const name = as ?? `stage-${stages.size}`;
      stage = { root: join(work, name), workdir: '/', env: {}, command: [], healthcheck: [] };
      stages.set(name, stage);
      continue;
    }
    if (stage === null) throw new Error('A Dockerfile begins with FROM.');
    perform(instruction, stage, stages);
  }
  if (stage === null) throw new Error('The Dockerfile is empty.');
  return stage;
}

function perform({ name, text }: Instruction, stage: Stage, stages: Map<string, Stage>): void {
  const here = join(stage.root, stage.workdir);
  switch (name) {
    case 'WORKDIR':
      stage.workdir = resolve(stage.workdir, text);
      mkdirSync(join(stage.root, stage.workdir), { recursive: true });
      return;
    case 'ENV':
      for (const pair of text.split(/\s+/)) {
        const [key = '', value = ''] = pair.split('=');
        stage.env[key] = value;
      }
      return;
    case 'COPY':
      copy(text, stage, stages);
      return;
    case 'RUN': {
      say(`RUN ${text}`);
      // The machine's own PATH, not the one of an npm script: only what the image has may be found.
      const { status } = spawnSync('sh', ['-c', text], {
        cwd: here,
        env: environment(stage.env),
        stdio: 'inherit',
      });
      if (status !== 0) throw new Error(`RUN ${text} failed with ${status}.`);
      return;
    }
    case 'CMD':
      stage.command = JSON.parse(text);
      return;
    case 'HEALTHCHECK':
      stage.healthcheck = JSON.parse(text.slice(text.indexOf('CMD') + 3));
      return;
    case 'USER':
    case 'EXPOSE':
    case 'VOLUME':
      return;
    default:
      throw new Error(`The rehearsal does not know ${name}.`);
  }
}

function copy(text: string, stage: Stage, stages: Map<string, Stage>): void {
  const words = text.split(/\s+/);
  const from = words.find(word => word.startsWith('--from='))?.slice('--from='.length);
  const places = words.filter(word => !word.startsWith('--'));
  const target = places.pop() ?? '.';
  for (const place of places) {
    const other = from === undefined ? null : stages.get(from);
    if (other === undefined) throw new Error(`COPY names the unknown stage ${from}.`);
    const source = other === null ? join(root, place) : join(other.root, place);
    const into = join(stage.root, resolve(stage.workdir, target));
    const landing = target.endsWith('/') && statSync(source).isFile() ? join(into, basename(place)) : into;
    mkdirSync(dirname(landing), { recursive: true });
    if (place === '.' && other === null) copyContext(into);
    else cpSync(source, landing, { recursive: true, verbatimSymlinks: true });
  }
}

function copyContext(into: string): void {
  for (const path of sourceFiles(root, ['.gitignore', '.dockerignore'])) {
    mkdirSync(dirname(join(into, path)), { recursive: true });
    cpSync(join(root, path), join(into, path));
  }
}

function start([program = '', ...args]: string[], cwd: string, env: Record<string, string>): ChildProcess {
  const child = spawn(program, args, { cwd, env: environment(env), stdio: ['ignore', 'ignore', 'inherit'] });
  running.push(child);
  return child;
}

async function isReady(port: string): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(2000) }).then(
    answer => answer.ok,
    () => false,
  );
}

/** A container inherits nothing; npm needs its folders and its settings. */
function environment(own: Record<string, string>): Record<string, string> {
  const kept = Object.entries(process.env).filter(([key]) =>
    /^(PATH|HOME|TMPDIR|CI|npm_config_.*|.*_proxy)$/i.test(key),
  );
  return { ...Object.fromEntries(kept.map(([key, value]) => [key, value ?? ''])), ...own };
}

function demand(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set. Run: scripts/with-services.sh npm run rehearse:image`);
  return value;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
