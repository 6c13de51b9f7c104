import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { assertFileKey, type Files } from './files.ts';

/** Files in a folder per tenant, each written aside and renamed, so that readers see all of it or nothing. */
export function openDiskFiles(folder: string): Files {
  const pathOf = (tenantId: string, key: string) => {
    assertFileKey(key);
    return join(folder, tenantId, key.slice(-2), key);
  };
  return {
    async put(tenantId, key, bytes) {
      const path = pathOf(tenantId, key);
      const aside = `${path}.${randomUUID()}.tmp`;
      await mkdir(join(path, '..'), { recursive: true });
      try {
        const file = await open(aside, 'wx', 0o600);
        try {
          await file.writeFile(bytes);
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(aside, path);
      } catch (error) {
        await rm(aside, { force: true });
        throw error;
      }
    },
    async get(tenantId, key) {
      try {
        return await readFile(pathOf(tenantId, key));
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
        throw error;
      }
    },
    async remove(tenantId, key) {
      await rm(pathOf(tenantId, key), { force: true });
    },
    async list(tenantId) {
      const names = await readdir(join(folder, tenantId), { recursive: true }).catch(() => []);
      const found: { key: string; modifiedAt: Date }[] = [];
      for (const name of names) {
        const place = await stat(join(folder, tenantId, name)).catch(() => null);
        if (place?.isFile() && !name.endsWith('.tmp'))
          found.push({ key: basename(name), modifiedAt: place.mtime });
      }
      return found;
    },
  };
}
