import { AppError } from '../../kernel/index.ts';

/** The page cannot be had: another answer than a page, too many redirects, too large. */
export class PageRefused extends AppError {
  readonly code = 'page-refused';
  readonly status = 422;

  constructor(
    message: string,
    /** What the server answered; 0 where it is not about that. */
    readonly answered = 0,
  ) {
    super(message);
  }
}

export interface Fetched {
  /** Where it was found in the end. */
  address: string;
  /** Null when it has not changed since the validators were given. */
  bytes: Uint8Array | null;
  contentType: string;
  etag: string | null;
  lastModified: string | null;
}

export interface FetchOptions {
  fetch: typeof fetch;
  userAgent: string;
  bytesMax: number;
  signal: AbortSignal;
  etag?: string | null;
  lastModified?: string | null;
  /** Asked before each redirect is followed. @throws to refuse it */
  onRedirect?(address: string): Promise<void>;
}

const redirectsMax = 5;
const timeMsMax = 30_000;

/**
 * A page through the outbound door. Every redirect is another call, vetted like the first.
 *
 * @throws PageRefused, and whatever the door throws
 */
export async function fetchPage(start: string, options: FetchOptions): Promise<Fetched> {
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(timeMsMax)]);
  let address = start;
  for (let hop = 0; hop <= redirectsMax; hop += 1) {
    const answer = await options.fetch(address, { headers: headersFor(options, hop === 0), signal });
    const location = answer.headers.get('location');
    if (answer.status >= 300 && answer.status < 400 && answer.status !== 304 && location !== null) {
      await answer.body?.cancel();
      address = redirected(location, address);
      await options.onRedirect?.(address);
      continue;
    }
    if (answer.status === 304) return { address, bytes: null, ...aboutAnswer(answer) };
    if (!answer.ok) {
      await answer.body?.cancel();
      throw new PageRefused(`The server answered ${answer.status}.`, answer.status);
    }
    return { address, bytes: await bytesOf(answer, options.bytesMax), ...aboutAnswer(answer) };
  }
  throw new PageRefused(`There were more than ${redirectsMax} redirects.`);
}

function headersFor({ userAgent, etag, lastModified }: FetchOptions, first: boolean): Record<string, string> {
  return {
    'user-agent': userAgent,
    accept: 'text/html,application/xhtml+xml,application/pdf;q=0.9,text/plain;q=0.8,*/*;q=0.5',
    ...(first && etag ? { 'if-none-match': etag } : {}),
    ...(first && lastModified ? { 'if-modified-since': lastModified } : {}),
  };
}

function redirected(location: string, from: string): string {
  try {
    const url = new URL(location, from);
    url.hash = '';
    return url.href;
  } catch {
    throw new PageRefused('It redirects to something that is no address.');
  }
}

function aboutAnswer({ headers }: Response): Pick<Fetched, 'contentType' | 'etag' | 'lastModified'> {
  return {
    contentType: headers.get('content-type') ?? '',
    etag: headers.get('etag')?.slice(0, 500) ?? null,
    lastModified: headers.get('last-modified')?.slice(0, 100) ?? null,
  };
}

async function bytesOf(answer: Response, bytesMax: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  if (answer.body) {
    for await (const chunk of answer.body) {
      size += chunk.length;
      if (size > bytesMax)
        throw new PageRefused(`It is larger than ${Math.floor(bytesMax / 1024 / 1024)} MB.`);
      chunks.push(chunk);
    }
  }
  return Buffer.concat(chunks);
}
