import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { AwsV4Signer } from 'aws4fetch';
import { AppError } from '../kernel/index.ts';
import { assertFileKey, type Files } from './files.ts';

export interface S3Place {
  /** Such as https://project.supabase.co/storage/v1/s3, or http://minio:9000; buckets are paths below it. */
  endpoint: string;
  region: string;
  bucket: string;
  accessKeyId: string;
  secretAccessKey: string;
}

/** The store refused or did not answer. What was not stored was not accepted either. */
export class FileStoreUnavailable extends AppError {
  readonly code = 'file-store-unavailable';
  readonly status = 503;
  override readonly retryable = true;

  constructor(cause: unknown) {
    super('The store of the original files does not answer as it should. Try again shortly.', { cause });
  }
}

/** Ours, beside what the store checks: some that speak S3 show a file while it is being replaced. */
const digestHeader = 'x-amz-meta-sha256';
const looksMax = 8;

const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const headersOf = (bytes: Uint8Array) => ({
  'content-type': 'application/octet-stream',
  [digestHeader]: digestOf(bytes),
});

/**
 * Files in a bucket that speaks S3, by path. A put is whole or not at all, as S3 promises; a folder per tenant
 * keeps keys apart. Every call leaves by the outbound door.
 */
export function openS3Files(
  { endpoint, region, bucket, accessKeyId, secretAccessKey }: S3Place,
  fetcher: typeof fetch,
): Files {
  const base = `${endpoint.replace(/\/+$/, '')}/${encodeURIComponent(bucket)}`;
  const urlOf = (tenantId: string, key: string) => {
    assertFileKey(key);
    return `${base}/${tenantId}/${key}`;
  };

  const writing = new Map<string, Promise<unknown>>();

  async function call(method: string, url: string, body?: Uint8Array): Promise<Response> {
    const signed = await new AwsV4Signer({
      method,
      url,
      ...(body ? { body: Uint8Array.from(body), headers: headersOf(body) } : {}),
      accessKeyId,
      secretAccessKey,
      service: 's3',
      region,
    }).sign();
    try {
      return await fetcher(signed.url, {
        method: signed.method,
        headers: signed.headers,
        ...(body ? { body: Uint8Array.from(body) } : {}),
      });
    } catch (cause) {
      throw new FileStoreUnavailable(cause);
    }
  }

  async function accepted(answer: Response): Promise<Response> {
    if (answer.ok) return answer;
    throw new FileStoreUnavailable(new Error(`${answer.status}: ${(await answer.text()).slice(0, 500)}`));
  }

  async function read(url: string): Promise<Uint8Array | null> {
    const answer = await call('GET', url);
    if (answer.status === 404) {
      await answer.body?.cancel();
      return null;
    }
    const bytes = new Uint8Array(await (await accepted(answer)).arrayBuffer());
    const promised = answer.headers.get(digestHeader);
    if (promised === null || promised === digestOf(bytes)) return bytes;
    throw new FileStoreUnavailable(new Error('The bytes are not those that were put.'));
  }

  return {
    async put(tenantId, key, bytes) {
      const url = urlOf(tenantId, key);
      // Some that speak S3 mix two writers of one key into one file: ours take turns.
      const before = writing.get(url) ?? Promise.resolve();
      const turn = before
        .catch(() => {})
        .then(async () => (await accepted(await call('PUT', url, bytes))).text())
        .finally(() => {
          if (writing.get(url) === turn) writing.delete(url);
        });
      writing.set(url, turn);
      await turn;
    },
    async get(tenantId, key) {
      const url = urlOf(tenantId, key);
      for (let look = 1; ; look += 1) {
        try {
          return await read(url);
        } catch (thrown) {
          // Reading again harms nobody: "please try again" is part of S3's protocol.
          if (look === looksMax)
            throw thrown instanceof FileStoreUnavailable ? thrown : new FileStoreUnavailable(thrown);
          await pause(10 * look);
        }
      }
    },
    async remove(tenantId, key) {
      const answer = await call('DELETE', urlOf(tenantId, key));
      if (answer.status !== 404) await accepted(answer);
      await answer.body?.cancel();
    },
    async list(tenantId) {
      const found: { key: string; modifiedAt: Date }[] = [];
      for (let token: string | null = ''; token !== null; ) {
        const query = new URLSearchParams({ 'list-type': '2', prefix: `${tenantId}/` });
        if (token !== '') query.set('continuation-token', token);
        const text = await (await accepted(await call('GET', `${base}?${query}`))).text();
        for (const [, entry = ''] of text.matchAll(/<Contents>([\s\S]*?)<\/Contents>/g)) {
          const key = /<Key>([^<]*)<\/Key>/.exec(entry)?.[1]?.slice(tenantId.length + 1) ?? '';
          const at = /<LastModified>([^<]*)<\/LastModified>/.exec(entry)?.[1] ?? '';
          found.push({ key, modifiedAt: new Date(at) });
        }
        token = /<NextContinuationToken>([^<]*)</.exec(text)?.[1] ?? null;
      }
      return found;
    },
  };
}
