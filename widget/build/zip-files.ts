import { type Zippable, zipSync } from 'fflate';

/** The oldest date a zip can carry, as its local time fields say it: 1980-01-01 00:00, in whatever zone we run. */
const FIRST_DAY = new Date(1980, 0, 1);
const UNIX = 3;

/** The same files give the same bytes, whenever and wherever they are packed. */
export function zipFiles(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  const entries: Zippable = {};
  for (const [path, bytes] of sorted)
    entries[path] = [bytes, { mtime: FIRST_DAY, os: UNIX, attrs: 0o644 << 16, level: 9 }];
  return zipSync(entries);
}
