import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SetupError } from '../errors.ts';

/** From this file; from a bundle with the folder beside it; from a bundle in `dist/sandbox` of the checkout. */
const places = ['../assets/', './assets/', '../../sandbox/assets/'];

export function findAssets(): string {
  for (const place of places) {
    const dir = fileURLToPath(new URL(place, import.meta.url));
    if (existsSync(`${dir}crm.css`)) return dir;
  }
  throw new SetupError('The page of the sandbox is missing: copy sandbox/assets beside the bundle.');
}
