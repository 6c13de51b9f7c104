import { lookup as resolveName } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import { type Readable, Transform } from 'node:stream';
import { refuseInsideTransaction } from '../db/index.ts';
import { isPublicAddress } from './addresses.ts';
import { AddressRefused, AnswerTooLarge, PeerUnreachable } from './errors.ts';

export interface Outbound {
  /**
   * `fetch` for an address that a tenant, a document or a model gave: public addresses only.
   *
   * Redirects are answered, never followed. The name is resolved once and the connection goes to the
   * address that was vetted.
   *
   * @throws AddressRefused, AnswerTooLarge, PeerUnreachable, or what `init.signal` carries
   */
  fetch: typeof fetch;
  /** The same, and the operator's own origins may be private. */
  trustedFetch: typeof fetch;
  /** As `trustedFetch`, for calls that change nothing at the peer even when they are a POST: asking a model. */
  repeatableFetch: typeof fetch;
  /** The same for the model servers that accounts name: private only where the operator lists the origin for them. */
  accountModelFetch: typeof fetch;
  /**
   * The address of a mail server that a tenant gave: resolved once, and to be dialled
   * as it is. Private only where the operator named this host and port for it.
   *
   * @throws AddressRefused, PeerUnreachable if the name has no address
   */
  vetMailHost(host: string, port: number): Promise<string>;
  close(): void;
}

export interface OutboundOptions {
  /** Origins the operator's configuration names, which may be on a private network. */
  privateOrigins: string[];
  /** The same for model servers that accounts name. */
  privateModelOrigins?: string[];
  /** The same for mail servers, as host:port in lower case. */
  privateMailHosts?: string[];
  bytesMax?: number;
  /** Silence on the socket for so long ends the call. */
  idleMs?: number;
  /** Names to addresses, where a test brings its own. */
  resolve?: typeof resolveName;
}

/** The one outbound HTTP door. */
export function openOutbound({
  privateOrigins,
  privateModelOrigins = [],
  privateMailHosts = [],
  bytesMax = 64 * 1024 * 1024,
  idleMs = 120_000,
  resolve = resolveName,
}: OutboundOptions): Outbound {
  const originsOf = (origins: string[]) => new Set(origins.map(origin => new URL(origin).origin));
  const operators = originsOf(privateOrigins);
  const forModels = originsOf(privateModelOrigins);
  const none = new Set<string>();
  const open = agents(null);
  const vetted = agents(resolve);

  async function call(
    input: Parameters<typeof fetch>[0],
    init: RequestInit = {},
    { privately = none, repeatable = false } = {},
  ): Promise<Response> {
    refuseInsideTransaction('The network was used');
    if (input instanceof Request) throw new TypeError('The outbound door takes an address, not a Request.');
    const url = new URL(String(input));
    assertShape(url);
    const mayBePrivate = privately.has(url.origin);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (!mayBePrivate && isIP(host) !== 0 && !isPublicAddress(host))
      throw new AddressRefused('it is on a private network');
    const pool = mayBePrivate ? open : vetted;
    const agent = url.protocol === 'https:' ? pool.https : pool.http;
    const options = { agent, bytesMax, idleMs };
    try {
      return await send(url, init, options);
    } catch (error) {
      // The peer closed a kept connection just as we used it: nothing of the call was answered.
      const safe = repeatable || init.method === undefined || init.method === 'GET' || init.method === 'HEAD';
      if (!(error instanceof StaleConnection) || !safe) throw error;
      return send(url, init, options);
    }
  }

  return {
    fetch: (input, init) => call(input, init),
    trustedFetch: (input, init) => call(input, init, { privately: operators }),
    repeatableFetch: (input, init) => call(input, init, { privately: operators, repeatable: true }),
    accountModelFetch: (input, init) => call(input, init, { privately: forModels, repeatable: true }),
    async vetMailHost(host, port) {
      refuseInsideTransaction('The network was used');
      const named = isIP(host) === 6 ? `[${host}]` : host;
      const mayBePrivate = privateMailHosts.includes(`${named.toLowerCase()}:${port}`);
      const addresses = await new Promise<{ address: string }[]>((done, fail) =>
        resolve(host, { all: true }, (error, found) =>
          error ? fail(new PeerUnreachable(error)) : done(found),
        ),
      );
      const [first] = addresses;
      if (!first) throw new PeerUnreachable(new Error('the name has no address'));
      if (!mayBePrivate && addresses.some(({ address }) => !isPublicAddress(address)))
        throw new AddressRefused('it is on a private network');
      return first.address;
    },
    close() {
      for (const agent of [open.http, open.https, vetted.http, vetted.https]) agent.destroy();
    },
  };
}

function assertShape(url: URL): void {
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new AddressRefused('only http and https are spoken');
  if (url.username !== '' || url.password !== '')
    throw new AddressRefused('it carries a user name or password');
  if (url.hostname === '') throw new AddressRefused('it names no host');
}

function agents(vetted: typeof resolveName | null) {
  // Idle connections go before the five seconds that many servers keep them.
  const options = {
    keepAlive: true,
    timeout: 4_000,
    maxSockets: 256,
    ...(vetted ? { lookup: vettedLookup(vetted) } : {}),
  };
  return { http: new http.Agent(options), https: new https.Agent(options) };
}

/** Resolves a name and refuses it if any of its addresses is private; what passes is what is dialled. */
const vettedLookup = (resolve: typeof resolveName) =>
  ((host: string, options: object, done: (...args: unknown[]) => void) => {
    resolve(host, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error);
      if (addresses.length === 0 || addresses.some(({ address }) => !isPublicAddress(address))) {
        return done(new AddressRefused('it is on a private network'));
      }
      if ('all' in options && options.all) return done(null, addresses);
      const first = addresses[0];
      done(null, first?.address, first?.family);
    });
  }) as typeof resolveName;

interface SendOptions {
  agent: http.Agent;
  bytesMax: number;
  idleMs: number;
}

/** A kept connection was closed before it answered anything. */
class StaleConnection extends PeerUnreachable {}

/** What may never be set by a caller: routing and framing are ours. */
const ownHeaders = new Set([
  'host',
  'connection',
  'transfer-encoding',
  'upgrade',
  'te',
  'trailer',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'expect',
]);

async function send(
  url: URL,
  init: RequestInit,
  { agent, bytesMax, idleMs }: SendOptions,
): Promise<Response> {
  const { method = 'GET', signal } = init;
  signal?.throwIfAborted();
  const headers: Record<string, string> = {};
  for (const [name, value] of new Headers(init.headers)) {
    if (!ownHeaders.has(name)) headers[name] = value;
  }
  headers['accept-encoding'] = 'identity';
  const body = bodyOf(init.body);
  if (body !== null) headers['content-length'] = String(body.byteLength);
  const secure = url.protocol === 'https:';
  return new Promise((resolve, reject) => {
    const request = (secure ? https : http).request({
      agent,
      method,
      headers,
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port || (secure ? 443 : 80),
      path: `${url.pathname}${url.search}`,
    });
    const abort = () => request.destroy(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    request.setTimeout(idleMs, () => request.destroy(new Error('silent for too long')));
    request.on('close', () => signal?.removeEventListener('abort', abort));
    request.on('error', error => {
      const stale = request.reusedSocket && 'code' in error && error.code === 'ECONNRESET';
      if (signal?.aborted) reject(signal.reason);
      else if (error instanceof AddressRefused) reject(error);
      else reject(stale ? new StaleConnection(error) : new PeerUnreachable(error));
    });
    request.on('response', answer => resolve(toResponse(answer, bytesMax)));
    request.end(body ?? undefined);
  });
}

function bodyOf(body: RequestInit['body']): Buffer | null {
  if (body === undefined || body === null) return null;
  if (typeof body === 'string') return Buffer.from(body);
  if (body instanceof URLSearchParams) return Buffer.from(body.toString());
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  throw new TypeError('The outbound door sends strings, form parameters and bytes.');
}

function toResponse(answer: http.IncomingMessage, bytesMax: number): Response {
  const status = answer.statusCode ?? 502;
  const headers = new Headers();
  for (const [name, value] of Object.entries(answer.headers)) {
    for (const part of Array.isArray(value) ? value : [value ?? '']) headers.append(name, part);
  }
  if (status === 204 || status === 205 || status === 304) {
    answer.resume();
    return new Response(null, { status, headers });
  }
  let seen = 0;
  const counted = new Transform({
    transform(chunk, _encoding, done) {
      seen += chunk.length;
      if (seen > bytesMax) done(new AnswerTooLarge(bytesMax));
      else done(null, chunk);
    },
  });
  answer.on('error', error => counted.destroy(error));
  answer.on('aborted', () => counted.destroy(new PeerUnreachable(new Error('the connection was cut'))));
  counted.on('close', () => {
    if (!answer.complete) answer.destroy();
  });
  answer.pipe(counted);
  return new Response(toWebStream(counted), {
    status: status < 200 ? 502 : status,
    headers,
  });
}

/**
 * Not Readable.toWeb: when its stream is cancelled while bytes still come, it enqueues into the closed
 * stream and throws where nobody can catch it, which ends the process (seen on Node 20).
 */
function toWebStream(readable: Readable): ReadableStream<Uint8Array> {
  const pieces = readable[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await pieces.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel() {
        readable.destroy();
      },
    },
    { highWaterMark: 0 },
  );
}
