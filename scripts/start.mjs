import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { fail, requireNode } from './require-node.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

requireNode('scripts/start.mjs');
if (!existsSync(join(root, 'node_modules', 'esbuild'))) {
  fail('The packages are not installed. Run: npm ci');
}
const built = spawnSync(process.execPath, ['--import', 'tsx', join(root, 'scripts', 'build.ts'), '--stale'], {
  cwd: root,
  stdio: 'inherit',
});
if (built.status !== 0) fail('Building failed; the reason stands above.');
await import(pathToFileURL(join(root, 'dist', 'scripts', 'launch.js')).href);
