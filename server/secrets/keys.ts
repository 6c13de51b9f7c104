import { hkdfSync, randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config.ts';

/**
 * The keys port: one master key that never leaves it except as keys derived for a purpose.
 * Vault Transit and KMS fit the same shape, wrapping the tenants' data keys instead.
 */
export interface Keys {
  /** 32 bytes for one purpose, always the same for the same name. */
  derive(purpose: string): Buffer;
}

/** From the environment, or from a keyring file that the first start makes in the data folder, for its owner alone. */
export async function openKeys(config: Config['keys']): Promise<Keys> {
  return config.kind === 'environment'
    ? keysFrom(Buffer.from(config.masterKey, 'base64'))
    : keysFrom(await readOrMakeSecret(config.dataDir, 'keyring'));
}

export function keysFrom(master: Uint8Array): Keys {
  if (master.length !== 32) throw new TypeError('A master key has 32 bytes.');
  return { derive: purpose => Buffer.from(hkdfSync('sha256', master, 'cardwise', purpose, 32)) };
}

/** 32 random bytes kept in a file that only its owner may read; two starters end with the same ones. */
export async function readOrMakeSecret(folder: string, name: string): Promise<Buffer> {
  const text = await readOrMakeText(folder, name, () => randomBytes(32).toString('base64'));
  return Buffer.from(text, 'base64');
}

/** One line of text kept in a file that only its owner may read, made at the first call. */
export async function readOrMakeText(folder: string, name: string, make: () => string): Promise<string> {
  const path = join(folder, name);
  await mkdir(folder, { recursive: true });
  const read = async () => (await readFile(path, 'utf8')).trim();
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  const aside = `${path}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`;
  const file = await open(aside, 'w', 0o600);
  await file.writeFile(`${make()}\n`);
  await file.sync();
  await file.close();
  // A link fails where the name exists already, so the first of two starters wins and both read its line.
  await link(aside, path).catch(error => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(aside);
  return read();
}
