import type { TenantId } from '../kernel/index.ts';

/**
 * The files port: originals of documents, by a key of ours and never by a name of theirs.
 *
 * Promises: `put` resolves once the bytes survive kill -9, and a reader never sees half a file; putting
 * the same key again replaces it whole; `get` of a missing key is null; `remove` of a missing key is fine.
 * Keys are lower-case letters, digits and hyphens; another tenant's key is a missing one.
 */
export interface Files {
  put(tenantId: TenantId, key: string, bytes: Uint8Array): Promise<void>;
  get(tenantId: TenantId, key: string): Promise<Uint8Array | null>;
  remove(tenantId: TenantId, key: string): Promise<void>;
  /** All of a tenant's files, in no order: for finding those that nothing refers to. */
  list(tenantId: TenantId): Promise<{ key: string; modifiedAt: Date }[]>;
}

/** @throws TypeError for a key that could mean another place */
export function assertFileKey(key: string): void {
  if (!/^[a-z0-9][a-z0-9-]{0,99}$/.test(key))
    throw new TypeError('A file key has lower-case letters, digits and hyphens.');
}
