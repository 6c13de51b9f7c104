import { join } from 'node:path';
import type { Config } from '../config.ts';
import { openDiskFiles } from './disk-files.ts';
import type { Files } from './files.ts';
import { openS3Files } from './s3-files.ts';

export { openDiskFiles } from './disk-files.ts';
export type { Files } from './files.ts';

/** Opens the place for originals that the configuration names. */
export function openFiles(config: Config['files'], fetcher: typeof fetch): Files {
  if (config.kind === 's3') return openS3Files(config, fetcher);
  return openDiskFiles(join(config.dataDir, 'files'));
}
