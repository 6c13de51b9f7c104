// Plain JavaScript: it runs before anything is installed.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { install } from './installed.mjs';
import { fail, requireNode } from './require-node.mjs';

requireNode('scripts/test.mjs');

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const given = process.argv.slice(2);
const onPostgres = given.includes('--postgres');
/** `--half=1` and `--half=2` are run beside each other, each on a database of its own. */
const half = given.find(argument => /^--half=[12]$/.test(argument))?.at(-1);
const forMocha = given.filter(argument => argument !== '--postgres' && !argument.startsWith('--half='));

/** About half of what is run on PostgreSQL, by the time it takes. */
const firstHalf = ['knowledge', 'quality', 'jobs', 'db', 'security'].map(slice => `server/${slice}/**`);

/**
 * Two processes, for two cores: the suites of the slices, which share one database, and all that start processes,
 * with as much of the former as makes both equally long.
 */
const starting = ['testing', 'security', 'cli', 'db', 'jobs'].map(folder => `server/${folder}/**/*.test.ts`);
const groups = {
  slices: ['server/**/*.test.ts', ...starting.flatMap(glob => ['--ignore', glob])],
  others: [...starting, '{sandbox,widget,scripts,migrations,bench}/**/*.test.{ts,tsx}'],
  /** What talks to the database; the rest would only repeat itself. */
  postgres: [
    ...(half === '1' ? firstHalf.map(glob => `${glob}/*.int.test.ts`) : ['server/**/*.int.test.ts']),
    ...(half === '2' ? firstHalf.flatMap(glob => ['--ignore', glob]) : []),
    // What is not about storing, and what starts processes that have a database in a folder of their own.
    ...[
      ...[
        'knowledge/extraction',
        'files',
        'outbound',
        'llm',
        'http',
        'tools',
        'telemetry',
        'cli',
        'testing',
      ].map(slice => `${slice}/**`),
      ...[
        'kommo/client',
        'security/api-fuzz',
        'security/canaries',
        'security/masking',
        'security/obeying-model',
      ].map(suite => `${suite}.int.test.ts`),
    ].flatMap(path => ['--ignore', `server/${path}`]),
  ],
};

if (onPostgres && !(process.env.TEST_DATABASE_URL && process.env.TEST_DATABASE_MIGRATION_URL)) {
  fail(
    'Name the PostgreSQL to test on: TEST_DATABASE_URL (a login role, made if missing) and TEST_DATABASE_MIGRATION_URL (the owner of an empty database); TEST_REDIS_URL for the queue. Without any at hand: scripts/with-services.sh npm run test:postgres',
  );
}
if (!install(root)) fail('The packages could not be installed; the reason stands above.');
const built = spawnSync(process.execPath, ['--import', 'tsx', 'scripts/build.ts', '--stale'], {
  cwd: root,
  stdio: 'inherit',
});
if (built.status !== 0) fail('Building failed; the reason stands above.');

const chromiumAdvice =
  'Chromium did not start. On Debian or Ubuntu this brings what it needs: apt-get install -y libnss3 libnspr4 libexpat1. Or name another Chromium: CHROMIUM_PATH=<program> npm test\n';

const counts = mkdtempSync(join(tmpdir(), 'cardwise-tests-'));
process.exitCode = await main().finally(() => rmSync(counts, { recursive: true, force: true }));

async function main() {
  const runs = started(forMocha.every(argument => argument.startsWith('-')));
  // The second report waits for the first, so that the lines of both do not mix.
  const results = [];
  for (const each of runs) {
    const result = await each;
    process.stdout.write(result.output);
    results.push(result);
  }
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const failed = results.reduce((sum, result) => sum + result.failed, 0);
  const broken = results.filter(result => result.code !== 0 && result.failed === 0);
  for (const { name, code } of broken)
    process.stderr.write(`The tests of "${name}" did not run to their end (exit code ${code}).\n`);
  if (passed + failed === 0) process.stderr.write('No test ran.\n');
  if (results.some(result => result.browserFailed)) process.stderr.write(chromiumAdvice);
  process.stdout.write(`\ntests: ${passed} passed, ${failed + broken.length} failed\n`);
  return passed > 0 && failed + broken.length === 0 ? 0 : 1;
}

function started(noFilesNamed) {
  if (!noFilesNamed) return [run('named', forMocha, 'inherit')];
  if (onPostgres) return [run('postgres', [...groups.postgres, ...forMocha], 'inherit')];
  return [
    run('slices', [...groups.slices, ...forMocha], 'inherit'),
    run('others', [...groups.others, ...forMocha], 'pipe'),
  ];
}

function run(name, args, stdout) {
  const countsFile = join(counts, `${name}.json`);
  const require = createRequire(import.meta.url);
  const mocha = join(dirname(require.resolve('mocha/package.json')), 'bin', 'mocha.js');
  const child = spawn(process.execPath, [mocha, '--reporter', 'scripts/test-reporter.cjs', ...args], {
    cwd: root,
    env: { ...process.env, COUNTS_FILE: countsFile, NODE_ENV: 'test' },
    stdio: ['ignore', stdout, stdout],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', chunk => (output += chunk));
  return new Promise(resolve => {
    child.on('close', code => resolve({ name, code, output, ...readCounts(countsFile) }));
  });
}

/** None are there if the process died, or found no file to test. */
function readCounts(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { passed: 0, failed: 0, browserFailed: false };
  }
}
