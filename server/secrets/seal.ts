import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { AppError } from '../kernel/index.ts';

/** A sealed value does not open: another key sealed it, it was changed, or it was moved to another place. */
export class CannotUnseal extends AppError {
  readonly code = 'cannot-unseal';
  readonly status = 500;

  constructor(cause: unknown) {
    super(
      'A stored secret could not be opened with the present key. Check that MASTER_KEY, or the keyring in the data folder, is the one it was sealed under.',
      { cause },
    );
  }
}

const format = 1;

/**
 * AES-256-GCM: one byte of format, 12 of nonce, the ciphertext, 16 of tag.
 * `place` says where the value belongs (`kommo-access-token:<tenant>`) and is authenticated, so a
 * sealed value copied to another row or tenant does not open there.
 */
export function seal(key: Uint8Array, plain: Uint8Array, place: string): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from(place));
  return Buffer.concat([Buffer.of(format), nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** @throws CannotUnseal */
export function unseal(key: Uint8Array, sealed: Uint8Array, place: string): Buffer {
  try {
    const bytes = Buffer.from(sealed);
    if (bytes[0] !== format || bytes.length < 29) throw new Error('not a sealed value');
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(1, 13));
    decipher.setAAD(Buffer.from(place));
    decipher.setAuthTag(bytes.subarray(bytes.length - 16));
    return Buffer.concat([decipher.update(bytes.subarray(13, bytes.length - 16)), decipher.final()]);
  } catch (cause) {
    throw new CannotUnseal(cause);
  }
}
