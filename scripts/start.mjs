// Plain, old-fashioned JavaScript: it has to run on any Node in order to say which one is needed.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [major, minor] = process.versions.node.split('.').map(Number);

function fail(sentence) {
  process.stderr.write(sentence + '\n');
  process.exit(1);
}

if (major < 20 || (major === 20 && minor < 19)) {
  fail(
    'Cardwise needs Node 20.19 or newer, and this is ' +
      process.versions.node +
      '. Install a newer one, for example with: npx --yes node@22 scripts/start.mjs',
  );
}
if (!existsSync(join(root, 'node_modules', 'esbuild'))) {
  fail('The packages are not installed. Run: npm ci');
}
const built = spawnSync(process.execPath, ['--import', 'tsx', join(root, 'scripts', 'build.ts'), '--stale'], {
  cwd: root,
  stdio: 'inherit',
});
if (built.status !== 0) fail('Building failed; the reason stands above.');
await import(pathToFileURL(join(root, 'dist', 'scripts', 'launch.js')).href);
