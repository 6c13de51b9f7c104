import { expect } from 'chai';
import { openBullQueue, openEmbeddedQueue, type Queue } from '../jobs/index.ts';
import { newId } from '../kernel/index.ts';
import { until } from '../testing/harness.ts';
import { addDocument } from './add-document.ts';
import { enqueueNext } from './enqueue.ts';
import { knowledgeJobs } from './jobs.ts';
import { type Bench, bench, system } from './testing.ts';

/** The embedded database, which keeps no statistics, serves companies of another size. */
const waiting = process.env.TEST_DATABASE_URL ? 100_000 : 500;

describe('a tenant with many documents that wait', function () {
  this.timeout(180_000);
  let queue: Queue;
  afterEach(() => queue.close());

  it("lets another tenant's one document pass after a few of its own", async () => {
    const large = await bench();
    const redisUrl = process.env.TEST_REDIS_URL;
    queue = redisUrl
      ? openBullQueue(redisUrl, large.deps.log, `fairness-${newId()}`)
      : await openEmbeddedQueue(large.db, large.deps.log);
    const deps = { ...large.deps, queue };
    const small = { ...(await bench()), deps };
    await addWaiting(large);
    const job = knowledgeJobs(deps).find(({ name }) => name === 'knowledge.index-document');
    if (!job) throw new Error('There is no such job.');
    await queue.work(job.name, job.handler, job);
    await enqueueNext(deps, large.tenantId);
    await until(async () => (await done(large)) > 0, 60_000);
    const bytes = Buffer.from('The warranty runs for two years.');
    const upload = { title: 'One', fileName: 'one.md', mediaType: 'text/markdown' as const, bytes };
    const before = await done(large);
    await addDocument(deps, small.tenantId, upload, { actor: system, idempotencyKey: null });
    await until(async () => (await done(small)) === 1, 120_000);
    expect((await done(large)) - before).to.be.at.most(12);
    await removeWaiting(large);
  });
});

/** As rows, which is all that most of them are: their files are gone, so that each takes one turn and no more. */
async function addWaiting({ db, tenantId }: Bench): Promise<void> {
  await db.withTenant(tenantId, async tx => {
    await tx.raw(
      `
      insert into documents (tenant_id, id, title, file_name, media_type, created_by, updated_at)
      select cast(:tenantId as uuid), gen_random_uuid(), 'Document ' || n, 'd.md', 'text/markdown', 'system:',
        now() - n * interval '1 millisecond'
      from generate_series(1, cast(:waiting as int)) as n`,
      { tenantId, waiting },
    );
    await tx.raw(
      `
      insert into document_versions (tenant_id, id, document_id, number, file_key, file_hash, size_bytes, media_type)
      select tenant_id, gen_random_uuid(), id, 1, 'gone', 'gone', 0, 'text/markdown'
      from documents where tenant_id = :tenantId`,
      { tenantId },
    );
  });
}

/** What is left of them would be in the way of every suite that reads whole tables. */
async function removeWaiting({ db, tenantId }: Bench): Promise<void> {
  await db.withTenant(tenantId, async tx => {
    await tx('document_versions').where({ tenant_id: tenantId, file_key: 'gone' }).delete();
    await tx('documents').where({ tenant_id: tenantId, file_name: 'd.md' }).delete();
  });
}

/** Documents that had their turn, however it ended. */
async function done({ db, tenantId }: Bench): Promise<number> {
  const { rows } = await db.withTenant(tenantId, tx =>
    tx.raw(
      `select count(*) as n from documents where tenant_id = :tenantId and state in ('ready', 'failed')`,
      { tenantId },
    ),
  );
  return Number(rows[0].n);
}
