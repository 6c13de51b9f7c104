import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { newTenantId } from '../kernel/index.ts';
import { openOutbound } from '../outbound/index.ts';
import { describeFiles } from './files.contract.ts';
import { openS3Files, type S3Place } from './s3-files.ts';

interface S3Server {
  run(): Promise<{ port: number }>;
  close(): Promise<void>;
}

describe('files on S3', () => {
  let folder: string;
  let server: S3Server;
  let place: S3Place;
  let outbound: ReturnType<typeof openOutbound>;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cardwise-s3-'));
    const S3rver = createRequire(import.meta.url)('@20minutes/s3rver');
    server = new S3rver({
      address: '127.0.0.1',
      port: 0,
      silent: true,
      directory: folder,
      configureBuckets: [{ name: 'originals', configs: [] }],
    });
    const { port } = await server.run();
    const endpoint = `http://127.0.0.1:${port}`;
    outbound = openOutbound({ privateOrigins: [endpoint] });
    place = {
      endpoint,
      region: 'us-east-1',
      bucket: 'originals',
      accessKeyId: 'S3RVER',
      secretAccessKey: 'S3RVER',
    };
  });
  after(async () => {
    outbound?.close();
    await server?.close();
    await rm(folder, { recursive: true, force: true });
  });

  describeFiles('S3', async () => openS3Files(place, outbound.trustedFetch));

  it('say so when the key is wrong or nobody answers, and keep nothing back', async () => {
    const tenantId = newTenantId();
    for (const wrong of [
      { ...place, secretAccessKey: 'wrong' },
      { ...place, endpoint: 'http://127.0.0.1:9' },
      { ...place, bucket: 'elsewhere' },
    ]) {
      const door = openOutbound({ privateOrigins: [wrong.endpoint] });
      const thrown = await openS3Files(wrong, door.trustedFetch)
        .put(tenantId, 'a', Buffer.from('x'))
        .catch(error => error);
      expect(thrown).to.include({ code: 'file-store-unavailable', retryable: true });
      door.close();
    }
    expect(await openS3Files(place, outbound.trustedFetch).get(tenantId, 'a')).to.equal(null);
  });
});
