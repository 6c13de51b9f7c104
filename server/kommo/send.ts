import { toError } from '../kernel/index.ts';

/** One request to an account's host, with everything but the token. */
export interface KommoRequest {
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  url: string;
  /** Sent as JSON; undefined for none. */
  body?: unknown;
  actAs?: number | undefined;
  signal?: AbortSignal | undefined;
}

/** How one request ended, before anybody judges it. */
export type Sent =
  | { kind: 'answered'; status: number; isJson: boolean; body: unknown; date: Date | null }
  /** `reached` is false where Kommo surely never saw the request. */
  | { kind: 'failed'; reached: boolean; cause: Error };

const timeoutMs = 12_000;

/** Sends once and reads the answer to its end. @throws what `request.signal` carries, and nothing else */
export async function send(fetcher: typeof fetch, request: KommoRequest, token: string): Promise<Sent> {
  const { method, url, body, actAs, signal } = request;
  const deadline = AbortSignal.timeout(timeoutMs);
  try {
    const answer = await fetcher(url, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/hal+json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(actAs === undefined ? {} : { 'x-context-user-id': String(actAs) }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
    });
    const type = answer.headers.get('content-type') ?? '';
    const read = parseJson(await answer.text());
    return {
      kind: 'answered',
      status: answer.status,
      isJson: type.includes('json') && read.ok,
      // A success that cannot be read was performed all the same: the caller sees a body of no shape.
      body: read.ok ? read.value : null,
      date: readDate(answer.headers.get('date')),
    };
  } catch (thrown) {
    if (signal?.aborted) throw signal.reason;
    return { kind: 'failed', reached: !neverSent(thrown), cause: toError(thrown) };
  }
}

function readDate(text: string | null): Date | null {
  const date = new Date(text ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? null : date;
}

function parseJson(text: string): { ok: true; value: unknown } | { ok: false } {
  if (text === '') return { ok: false };
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false };
  }
}

/** Failures of looking up, connecting and agreeing on a cipher come before the first byte of a request. */
const beforeSending =
  /^(ECONNREFUSED|ENOTFOUND|EAI_[A-Z]+|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|EHOSTDOWN|ERR_TLS_.+|ERR_SSL_.+|CERT_.+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_.+)$/;

function neverSent(thrown: unknown): boolean {
  for (let error: unknown = thrown; error instanceof Error; error = error.cause) {
    if (error.name === 'AddressRefused') return true;
    if ('code' in error && typeof error.code === 'string' && beforeSending.test(error.code)) return true;
  }
  return false;
}
