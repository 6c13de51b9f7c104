import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  bundleScript,
  PROPOSALS_GZIP_BYTES_MAX,
  SCRIPT_GZIP_BYTES_MAX,
} from '../widget/build/bundle-script.ts';
import { findI18nFaults } from '../widget/check-i18n.ts';
import { forbiddenUses } from './forbidden-uses.ts';
import { lockFaults } from './lock-faults.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

interface Result {
  passed: boolean;
  /** What a person has to read to mend it, or one line about what was measured. */
  words: string;
}

const checks: Record<string, () => Promise<Result>> = {
  'format and lint': () => run('@biomejs/biome/bin/biome', ['check', '--error-on-warnings', '.']),
  'types of server, sandbox, scripts': () => run('typescript/bin/tsc', ['-p', '.', ...incremental('root')]),
  'types of widget': () => run('typescript/bin/tsc', ['-p', 'widget', ...incremental('widget')]),
  imports: () =>
    run('dependency-cruiser/bin/dependency-cruise.mjs', [
      '--config',
      '.dependency-cruiser.cjs',
      'server',
      'sandbox',
      'widget',
      'migrations',
      'scripts',
      'bench',
      'eval',
    ]),
  'raw HTTP, environment, exits': async () => listed(forbiddenUses(join(root, 'server'))),
  'texts of the widget': async () => listed(findI18nFaults()),
  'size of the widget': measureWidget,
  'addresses in the lock file': async () =>
    listed(lockFaults(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')))),
};

/** Two at a time, for two cores; told in their order. */
async function main(): Promise<number> {
  const asked = process.argv.slice(2);
  const names = Object.keys(checks).filter(
    name => asked.length === 0 || asked.some(part => name.includes(part)),
  );
  const waiting = [...names];
  const finished = new Map<string, Result & { seconds: string }>();
  const work = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const from = performance.now();
      const result = await checks[name]?.().catch(failed => ({ passed: false, words: String(failed) }));
      if (result) finished.set(name, { ...result, seconds: ((performance.now() - from) / 1000).toFixed(1) });
    }
  };
  await Promise.all([work(), work()]);
  const broken = names.filter(name => finished.get(name)?.passed !== true);
  for (const name of names) {
    const { passed, words, seconds } = finished.get(name) ?? { passed: false, words: '', seconds: '0' };
    process.stdout.write(
      `${passed ? 'ok  ' : 'FAIL'}  ${name} (${seconds} s)${passed && words ? `: ${words}` : ''}\n`,
    );
  }
  for (const name of broken) process.stdout.write(`\n--- ${name} ---\n${finished.get(name)?.words}\n`);
  process.stdout.write(
    broken.length === 0 ? '\nAll checks passed.\n' : `\n${broken.length} of ${names.length} checks failed.\n`,
  );
  return broken.length === 0 && names.length > 0 ? 0 : 1;
}

/** What the compiler learned stays for the next time, outside the sources. */
function incremental(name: string): string[] {
  return ['--incremental', '--tsBuildInfoFile', join(root, `node_modules/.cache/tsc/${name}.json`)];
}

function run(program: string, args: string[]): Promise<Result> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'node_modules', program), ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let words = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', chunk => {
        words += chunk;
      });
    }
    child.on('error', reject);
    child.on('close', code => resolve({ passed: code === 0, words: code === 0 ? '' : words.trim() }));
  });
}

function listed(faults: string[]): Result {
  return { passed: faults.length === 0, words: faults.join('\n') };
}

async function measureWidget(): Promise<Result> {
  // Fails by itself when one of the two outgrows its budget.
  const { gzipBytes, proposals } = await bundleScript('https://api.example.com');
  const words = `${gzipBytes} of at most ${SCRIPT_GZIP_BYTES_MAX} bytes, gzipped; and on demand ${proposals.gzipBytes} of at most ${PROPOSALS_GZIP_BYTES_MAX}`;
  return { passed: true, words };
}

if (readdirSync(root).includes('node_modules')) process.exitCode = await main();
else {
  process.stderr.write('The packages are not installed. Run: npm ci\n');
  process.exitCode = 1;
}
