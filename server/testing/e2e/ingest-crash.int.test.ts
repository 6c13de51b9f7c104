import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { openPglite } from '../../db/index.ts';
import { asTenantId } from '../../kernel/index.ts';
import { freePort } from '../free-port.ts';
import { until } from '../harness.ts';
import { type ModelServer, startModelServer } from '../model-server.ts';
import { type SandboxAccount, type SandboxProcess, startSandboxProcess } from '../sandbox-process.ts';
import { type ServerProcess, startServerProcess } from '../server-process.ts';

/** Every named point from the upload to the answerable document. */
const points = [
  'ingest.file-stored',
  'ingest.received',
  'ingest.claimed',
  'ingest.extracting',
  'ingest.extracted',
  'ingest.text-stored',
  'ingest.words-learnt',
  'ingest.passages-stored',
  'ingest.postings-stored',
  'ingest.stored',
  'ingest.batch-answered',
  'ingest.batch-stored',
  'ingest.before-switch',
  'ingest.switched',
];
/** And of changing the embedding model. */
const changePoints = [
  'ingest.batch-answered',
  'ingest.batch-stored',
  'spaces.documents-filled',
  'spaces.before-switch',
  'spaces.switched',
];
const textsPerCall = 64;

/** More than one call embeds, so that one can be lost of several. */
const parts = 70;

/** Of the same shape whatever it is called: so many passages, no two alike. */
const manualOf = (word: string) =>
  Array.from(
    { length: parts },
    (_, n) => `# Part ${n}\n\n${word} ${n} weighs ${n * 7} grams. ${'It is kept dry. '.repeat(30)}`,
  ).join('\n\n');

describe('a document whose process is killed', () => {
  let dataDir: string;
  let crashFile: string;
  let model: ModelServer;
  let sandbox: SandboxProcess;
  let account: SandboxAccount;
  let env: Record<string, string> & { DATA_DIR: string };
  let server: ServerProcess;
  const documents: string[] = [];
  /** The embedding model that was changed to last. */
  let serving = 'first';
  const clientId = randomUUID();
  const clientSecret = randomBytes(32).toString('hex');

  before(async function () {
    this.timeout(180_000);
    dataDir = await mkdtemp(join(tmpdir(), 'cardwise-ingest-'));
    crashFile = join(dataDir, 'crash-point');
    await writeFile(crashFile, '');
    [model, sandbox] = await Promise.all([startModelServer(), startSandboxProcess()]);
    model.alwaysVectors(8);
    const [first] = sandbox.accounts;
    if (!first) throw new Error('The sandbox has no account.');
    account = first;
    const port = String(await freePort());
    env = {
      DATA_DIR: dataDir,
      PORT: port,
      LOG_LEVEL: 'error',
      RATE_LIMIT_PER_MINUTE: '100000',
      KOMMO_CLIENT_ID: clientId,
      KOMMO_CLIENT_SECRET: clientSecret,
      KOMMO_LOCAL_ORIGINS: account.origin,
      OPENAI_BASE_URL: model.url,
      OPENAI_API_KEY: 'scripted',
      OPENAI_EMBEDDING_MODEL: 'first',
      OPENAI_EMBEDDING_DIMENSIONS: '8',
      DAILY_CAP_MICROS: '1000000000',
      CRASH_POINT_FILE: crashFile,
    };
    server = await startServerProcess(env);
    await sandbox.control(account, 'PUT', `/integrations/${clientId}`, {
      clientSecret,
      redirectUri: `http://127.0.0.1:${port}/kommo/oauth/callback`,
      name: 'Cardwise',
      widgetCode: 'cardwise',
    });
    await sandbox.control(account, 'POST', '/installs', { clientId });
    await until(async () => {
      const answer = await fetch(`${server.url}/v1/operator/tenants`, { headers: operator() });
      return (await json(answer)).tenants[0]?.state === 'ready';
    });
  });
  after(async () => {
    await server?.stop();
    await sandbox?.close();
    await model?.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  const operator = () => ({ authorization: `Bearer ${server.operatorKey}` });
  async function admin(): Promise<{ authorization: string }> {
    const path = `${server.url}/v1/operator/tenants/${account.id}/tokens`;
    const { token } = await json(await fetch(path, { method: 'POST', headers: operator() }));
    return { authorization: `Bearer ${token}` };
  }

  async function upload(name: string, text: string, key: string): Promise<string | null> {
    const form = new FormData();
    form.append('file', new Blob([text], { type: 'text/markdown' }), `${name}.md`);
    const headers = { ...(await admin()), 'idempotency-key': key };
    const sent = fetch(`${server.url}/v1/documents`, { method: 'POST', headers, body: form });
    return sent.then(async answer => (await json(answer)).id).catch(() => null);
  }

  async function untilReady(id: string): Promise<void> {
    const headers = await admin();
    await until(
      async () => {
        const { state, failure } = await json(await fetch(`${server.url}/v1/documents/${id}`, { headers }));
        if (state === 'failed') throw new Error(`It failed: ${JSON.stringify(failure)}`);
        return state === 'ready';
      },
      120_000,
      100,
    );
  }

  /** The texts that the provider embedded, each as often as it did. */
  const embedded = (name: string) =>
    model.calls
      .map(({ body }) => body as { model: string; input: string[] })
      .filter(body => body.model === name)
      .flatMap(({ input }) => input);
  const twice = (texts: string[]) => texts.length - new Set(texts).size;

  it('is complete, once, without any kill', async function () {
    this.timeout(180_000);
    const id = await upload('undisturbed', manualOf('Undisturbed'), randomUUID());
    documents.push(id ?? '');
    await untilReady(id ?? '');
    expect(twice(embedded('first'))).to.equal(0);
  });

  it('loses at most the batch in flight at every point of changing the embedding model', async function () {
    this.timeout(600_000);
    const spaces = async () =>
      json(await fetch(`${server.url}/v1/embedding-spaces`, { headers: await admin() }));
    for (const [n, point] of changePoints.entries()) {
      const name = `change-${n}`;
      await writeFile(crashFile, point);
      const headers = { ...(await admin()), 'content-type': 'application/json' };
      const body = JSON.stringify({ model: name, dimensions: 256, costMicrosMax: 1_000_000_000 });
      model.alwaysVectors(256);
      await fetch(`${server.url}/v1/embedding-spaces`, { method: 'POST', headers, body }).catch(() => {});
      await server.ended;
      await writeFile(crashFile, '');
      server = await startServerProcess(env);
      await until(
        async () => {
          const all = (await spaces()).spaces as { model: string; state: string }[];
          return all.some(space => space.model === name && space.state === 'serving');
        },
        120_000,
        100,
      );
      const texts = embedded(name);
      expect(new Set(texts).size).to.equal(parts * documents.length);
      expect(twice(texts), point).to.equal(point === 'ingest.batch-answered' ? textsPerCall : 0);
      serving = name;
    }
  });

  for (const point of points) {
    it(`at ${point}: is complete, once, after the restart`, async function () {
      this.timeout(240_000);
      const key = randomUUID();
      const word = `Word${randomBytes(6).toString('hex')}`;
      const before = embedded(serving).length;
      await writeFile(crashFile, point);
      await upload(point, manualOf(word), key);
      await server.ended;
      await writeFile(crashFile, '');
      server = await startServerProcess(env);
      // Whoever got no answer asks again under the same key; whoever got one is given the same document.
      const id = await upload(point, manualOf(word), key);
      documents.push(id ?? '');
      await untilReady(id ?? '');
      const texts = embedded(serving).slice(before);
      expect(twice(texts), 'texts embedded twice').to.equal(
        point === 'ingest.batch-answered' ? textsPerCall : 0,
      );
    });
  }

  it('leaves the same rows as one that was not disturbed, and no others', async function () {
    this.timeout(120_000);
    await server.stop();
    const db = await openPglite(dataDir);
    try {
      const { rows: routes } = await db.withoutTenant(tx => tx.raw('select tenant_id from tenant_routes'));
      const tenantId = asTenantId(routes[0].tenant_id);
      const counted = await db.withTenant(tenantId, async tx => {
        const { rows } = await tx.raw(
          `
          select d.id,
            (select count(*) from document_versions v where v.tenant_id = :tenantId and v.document_id = d.id) as versions,
            (select count(*) from passages p where p.tenant_id = :tenantId and p.document_id = d.id) as passages,
            (select count(*) from passage_terms t where t.tenant_id = :tenantId and t.version_id = d.current_version_id) as terms,
            (select sum(cardinality(t.ordinals)) from passage_terms t
              where t.tenant_id = :tenantId and t.version_id = d.current_version_id) as postings,
            (select count(*) from passages p join passage_embeddings e on e.tenant_id = :tenantId
              and e.space_id = d.embedded_space_id and e.content_hash = p.content_hash
              where p.tenant_id = :tenantId and p.version_id = d.current_version_id) as vectors
          from documents d where d.tenant_id = :tenantId and d.state = 'ready'`,
          { tenantId },
        );
        const all = await tx('passages').where({ tenant_id: tenantId }).count('* as n');
        return { rows: rows as Record<string, number>[], passages: Number(all[0]?.['n']) };
      });
      expect(new Set(documents).size).to.equal(points.length + 1);
      const ours = counted.rows.filter(({ id }) => documents.includes(String(id)));
      expect(ours).to.have.length(documents.length);
      const [undisturbed] = ours.filter(({ id }) => String(id) === documents[0]);
      const { id: _, ...same } = undisturbed ?? {};
      expect(same).to.include({ versions: 1, passages: parts, vectors: parts });
      for (const { id, ...row } of ours) expect(row, String(id)).to.deep.equal(same);
      expect(counted.passages).to.equal(counted.rows.reduce((sum, row) => sum + Number(row['passages']), 0));
    } finally {
      await db.close();
    }
  });
});

// biome-ignore lint/suspicious/noExplicitAny: tests read what the wire carries
async function json(answer: Response): Promise<any> {
  if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
  return answer.json();
}
