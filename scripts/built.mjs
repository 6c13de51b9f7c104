import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fail, requireNode } from './require-node.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Builds a part where its sources have changed, ready to be run from dist/. */
export function buildPart(script, part) {
  requireNode(script);
  if (!existsSync(join(root, 'node_modules', 'esbuild'))) fail('The packages are not installed. Run: npm ci');
  const args = ['--import', 'tsx', join(root, 'scripts', 'build.ts'), '--stale', part];
  const built = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (built.status !== 0) fail('Building failed; the reason stands above.');
}

/** Runs a built program with our arguments, hands signals on, and ends as it ends. */
export function runBuilt(program, stdout = 'inherit') {
  const child = spawn(
    process.execPath,
    ['--enable-source-maps', join(root, program), ...process.argv.slice(2)],
    {
      stdio: ['inherit', stdout, 'inherit'],
    },
  );
  // Ctrl-C reaches the child from the terminal as well; it may take its time to stop.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', code => {
    process.exitCode = code === null ? 1 : code;
  });
  return child;
}
