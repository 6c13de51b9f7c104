import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

export interface Signed {
  method: string;
  /** Without host and without query. */
  path: string;
  date: string;
  contentType: string;
  contentMd5: string;
}

/** Kommo: these five, one per line; the query is not signed. */
export function signRequest(secret: string, { method, contentMd5, contentType, date, path }: Signed): string {
  return createHmac('sha1', secret)
    .update([method.toUpperCase(), contentMd5, contentType, date, path].join('\n'))
    .digest('hex');
}

/** Hooks to a channel are signed over the bytes of their body alone. */
export function signHook(secret: string, body: string): string {
  return createHmac('sha1', secret).update(body).digest('hex');
}

/** In lower-case hex; of the empty string where there is no body. */
export function md5(body: Uint8Array): string {
  return createHash('md5').update(body).digest('hex');
}

export function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
