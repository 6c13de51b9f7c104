import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { buildWidget } from '../widget/build/build-widget.ts';
import { addressesOf } from './addresses.ts';
import runtimePackages from './runtime-packages.json' with { type: 'json' };

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');

/** Drivers knex knows of and we do not use, and packages that read files beside themselves: see scripts/prune.mjs. */
const external = [
  'better-sqlite3',
  'sqlite3',
  'mysql',
  'mysql2',
  'mariadb',
  'oracledb',
  'tedious',
  'pg-native',
  'pg-query-stream',
  ...runtimePackages.flatMap(name => [name, `${name}/*`]),
];

/** Some bundled packages are CommonJS and call require. */
const banner = {
  js: "import { createRequire as __createRequire } from 'node:module';\nconst require = __createRequire(import.meta.url);",
};

const shipped = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  // For stack traces: places, not the texts, which would double what is shipped.
  sourcemap: true,
  sourcesContent: false,
  banner,
  legalComments: 'linked',
  logLevel: 'warning',
} as const;

async function buildServer(): Promise<void> {
  await removeChunks(/^shared-.+-[A-Z0-9]{8}\.js/);
  // In parts: the server and its commands are mostly the same code.
  await build({
    ...shipped,
    entryPoints: {
      main: join(root, 'server/main.ts'),
      doctor: join(root, 'server/cli/doctor-main.ts'),
      knowledge: join(root, 'server/cli/main.ts'),
      audit: join(root, 'server/cli/audit-main.ts'),
      replay: join(root, 'server/cli/replay-main.ts'),
      migrate: join(root, 'server/cli/migrate.ts'),
    },
    outdir: join(dist, 'server'),
    chunkNames: 'shared-[name]-[hash]',
    splitting: true,
    external,
  });
}

/** The names of chunks change with what they hold. */
async function removeChunks(names: RegExp): Promise<void> {
  for (const name of await readdir(join(dist, 'server')).catch(() => []))
    if (names.test(name)) await rm(join(dist, 'server', name));
}

/** What reads documents in a process of its own: the server's, in a part of its own because suites need it alone. */
async function buildReader(): Promise<void> {
  await removeChunks(/^extract-.+-[A-Z0-9]{8}\.js/);
  // In parts: a process that reads one document loads only the reader of its format.
  await build({
    ...shipped,
    entryPoints: { 'extract-process': join(root, 'server/knowledge/extraction/extract-process.ts') },
    outdir: join(dist, 'server'),
    chunkNames: 'extract-[name]-[hash]',
    splitting: true,
    external,
  });
}

async function buildLocal(): Promise<void> {
  const common = {
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: true,
    packages: 'external',
    logLevel: 'warning',
  } as const;
  await build({
    ...common,
    entryPoints: { main: join(root, 'sandbox/main.ts') },
    outdir: join(dist, 'sandbox'),
    loader: { '.css': 'text', '.html': 'text' },
  });
  await build({
    ...common,
    entryPoints: { launch: join(root, 'scripts/launch.ts') },
    outdir: join(dist, 'scripts'),
  });
}

const apiOrigin = process.env.API_ORIGIN || addressesOf(process.env).publicUrl;
const parts = {
  server: {
    inputs: [
      'server',
      'migrations',
      'package-lock.json',
      'scripts/build.ts',
      'scripts/runtime-packages.json',
    ],
    salt: '',
    run: buildServer,
  },
  reader: {
    inputs: ['server/knowledge', 'package-lock.json', 'scripts/build.ts', 'scripts/runtime-packages.json'],
    salt: '',
    run: buildReader,
  },
  local: { inputs: ['sandbox', 'scripts', 'package-lock.json'], salt: '', run: buildLocal },
  widget: {
    inputs: ['widget', 'i18n', 'images', 'manifest.json', 'package-lock.json'],
    salt: apiOrigin,
    run: () => buildWidget({ apiOrigin, outDir: dist }),
  },
};

/** Changes when a file under the inputs is added, removed or written. */
async function stampOf(inputs: string[], salt: string): Promise<string> {
  const hash = createHash('sha256').update(salt);
  for (const input of inputs) {
    const path = join(root, input);
    const names = (await stat(path)).isDirectory()
      ? (await readdir(path, { recursive: true })).sort().map(name => join(path, name))
      : [path];
    for (const name of names) {
      const { size, mtimeMs } = await stat(name);
      if (/\.test\.tsx?$/.test(name)) continue;
      hash.update(`${name.slice(root.length)} ${size} ${mtimeMs}\n`);
    }
  }
  return hash.digest('hex');
}

const onlyStale = process.argv.includes('--stale');
const wanted = process.argv.slice(2).filter(name => !name.startsWith('--'));
if (wanted.includes('server')) wanted.push('reader');
await mkdir(dist, { recursive: true });
await Promise.all(
  Object.entries(parts).map(async ([name, { inputs, salt, run }]) => {
    if (wanted.length > 0 && !wanted.includes(name)) return;
    const note = join(dist, `.${name}.stamp`);
    const stamp = await stampOf(inputs, salt);
    if (onlyStale && (await readFile(note, 'utf8').catch(() => '')) === stamp) return;
    await run();
    await writeFile(note, stamp);
  }),
);
