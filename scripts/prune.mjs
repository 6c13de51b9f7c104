import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/**
 * Which folders the given packages need, themselves included, by the lock file's account of who depends on whom.
 * A dependency is looked for as Node looks for it: beside the package, then one level up after the other.
 */
export function neededFolders(packages, names) {
  const needed = new Set();
  const waiting = names.map(name => ['', name]);
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const folder = find(packages, ...next);
    if (folder === null || needed.has(folder)) continue;
    needed.add(folder);
    const { dependencies, optionalDependencies, peerDependencies } = packages[folder];
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
      waiting.push([folder, name]);
    }
  }
  return needed;
}

function find(packages, from, name) {
  for (let place = from; ; place = place.slice(0, Math.max(place.lastIndexOf('/node_modules/'), 0))) {
    const folder = `${place === '' ? '' : `${place}/`}node_modules/${name}`;
    if (packages[folder] && !packages[folder].link) return folder;
    if (place === '') return null;
  }
}

/**
 * Leaves in node_modules only what the built server loads from there; all else is inside the bundle already. Run it
 * after `npm ci --omit=dev`, in a folder that is going to be shipped.
 */
function main() {
  const root = join(dirname(fileURLToPath(import.meta.url)), '..');
  const read = path => JSON.parse(readFileSync(join(root, path), 'utf8'));
  const { packages } = read('package-lock.json');
  const needed = neededFolders(packages, read('scripts/runtime-packages.json'));
  let removed = 0;
  for (const folder of Object.keys(packages)) {
    // A folder inside one that goes, goes with it; one that is needed keeps those around it.
    if (folder === '' || needed.has(folder) || [...needed].some(other => other.startsWith(`${folder}/`)))
      continue;
    if (!folder.startsWith('node_modules/')) continue;
    rmSync(join(root, folder), { recursive: true, force: true });
    removed += 1;
  }
  rmSync(join(root, 'node_modules/.bin'), { recursive: true, force: true });
  for (const name of readdirSync(join(root, 'node_modules')).filter(name => name.startsWith('@'))) {
    const scope = join(root, 'node_modules', name);
    if (readdirSync(scope).length === 0) rmSync(scope, { recursive: true });
  }
  process.stdout.write(`Kept ${needed.size} packages, removed ${removed}.\n`);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) main();
