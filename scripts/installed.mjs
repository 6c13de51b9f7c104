import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Whether node_modules holds what package-lock.json asks for, development packages included. */
export function isInstalled(root) {
  const hidden = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(hidden)) return false;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const present = JSON.parse(readFileSync(hidden, 'utf8')).packages;
  return Object.entries(wanted).every(([path, { version, optional, link }]) => {
    if (!path.startsWith('node_modules/') || link) return true;
    // Packages for other systems are optional and never unpacked here.
    return present[path] ? present[path].version === version : Boolean(optional);
  });
}

/** Runs `npm ci` where it is needed. True if the packages are there afterwards. */
export function install(root) {
  if (isInstalled(root)) return true;
  // `npm ci` empties the folder first: through a link it would empty that of another checkout.
  if (lstatSync(join(root, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink()) {
    process.stderr.write('node_modules is a link to packages of another state; install them there.\n');
    return false;
  }
  process.stdout.write('Installing the packages (npm ci) …\n');
  return (
    spawnSync('npm', ['ci'], { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' }).status ===
    0
  );
}
