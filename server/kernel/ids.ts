import { uuidv7 } from 'uuidv7';

declare const brand: unique symbol;
type Branded<T, B extends string> = T & { readonly [brand]: B };

/** One Kommo account that installed us. Follows the connection through every query, without default. */
export type TenantId = Branded<string, 'TenantId'>;

/** A time-ordered random id (RFC 9562, version 7): rows of one tenant stay near each other on disk. */
export function newId(): string {
  return uuidv7();
}

export function newTenantId(): TenantId {
  return uuidv7() as TenantId;
}

/** Marks a string that was read from our own database or a verified token as a tenant id. */
export function asTenantId(value: string): TenantId {
  if (!/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(value)) {
    throw new TypeError('A tenant id must be a lower-case uuid.');
  }
  return value as TenantId;
}
