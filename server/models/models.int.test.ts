import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import type { Db } from '../db/index.ts';
import { createLogger, systemClock, type TenantId } from '../kernel/index.ts';
import type { AnswerRequest, LlmEvent } from '../llm/index.ts';
import { openOutbound } from '../outbound/index.ts';
import { keysFrom, tenantSecrets } from '../secrets/index.ts';
import { addTenant, testDatabase } from '../testing/database.ts';
import { type ModelServer, modelStep, startModelServer } from '../testing/model-server.ts';
import { type Call, type ServedRoutes, serveRoutes } from '../testing/serve-routes.ts';
import { type Models, openModels } from './index.ts';

const request: AnswerRequest = {
  instructions: 'Answer.',
  locale: 'en',
  history: [],
  question: 'What now?',
  sources: [],
  maxOutputTokens: 100,
};

describe('providers of an account', () => {
  let db: Db;
  let tenantId: TenantId;
  let theirs: TenantId;
  let models: Models;
  let served: ServedRoutes;
  let call: Call;
  const servers: ModelServer[] = [];
  const closers: (() => Promise<void> | void)[] = [];

  before(async function () {
    this.timeout(120_000);
    db = await testDatabase();
    tenantId = await addTenant(db);
    theirs = await addTenant(db);
    for (const dialect of ['openai', 'openrouter', 'azure'] as const)
      servers.push(await startModelServer({ dialect }));
    const privateOrigins = servers.map(({ url }) => new URL(url).origin);
    const outbound = openOutbound({ privateOrigins: [], privateModelOrigins: privateOrigins });
    models = openModels({
      db,
      secrets: tenantSecrets(keysFrom(randomBytes(32))),
      fetch: outbound.accountModelFetch,
      timeoutMs: 5_000,
      prices: {},
      clock: systemClock,
      llms: [],
      privateOrigins,
    });
    served = await serveRoutes(models.routes, createLogger('silent'));
    call = served.callAs(`admin ${tenantId}`);
    closers.push(served.close, () => outbound.close(), ...servers.map(server => server.close));
  });
  after(async () => {
    for (const close of closers) await close();
  });
  afterEach(async () => {
    for (const server of servers) server.expectDone();
    for (const { name } of (await call('GET', '/v1/model-providers')).body.providers)
      await call('DELETE', `/v1/model-providers/${name}`);
  });

  const server = (index: number) => servers[index] ?? expect.fail('no such server');
  const save = (name: string, body: object) => call('PUT', `/v1/model-providers/${name}`, { body });
  async function ask(provider: string, model: string, of = tenantId): Promise<LlmEvent[]> {
    const [{ llm }] = await models.chainFor(of, [{ provider, model }]);
    const events: LlmEvent[] = [];
    for await (const event of llm.answer(request, new AbortController().signal)) events.push(event);
    return events;
  }

  it('are asked with the account’s own key, before anything of the operator’s, and the key is never shown', async () => {
    const saved = await save('ours', {
      kind: 'vllm',
      baseUrl: server(0).url,
      models: ['a', 'b'],
      key: 'sk-canary-own-key',
    });
    expect(saved.status).to.equal(200);
    expect(saved.body).to.include({ name: 'ours', hasKey: true, baseUrl: server(0).url });
    const chain = await models.chainFor(tenantId, []);
    expect(chain.map(({ llm, paidBy }) => [llm.name, paidBy])).to.deep.equal([
      ['a', 'account'],
      ['b', 'account'],
    ]);
    server(0).script(modelStep.reply('Yes.'));
    await ask('ours', 'c');
    expect(server(0).calls.at(-1)?.authorization).to.equal('Bearer sk-canary-own-key');
    expect(server(0).calls.at(-1)?.body).to.have.property('model', 'c');
    const shown = JSON.stringify([saved.body, (await call('GET', '/v1/model-providers')).body]);
    expect(shown).not.to.include('canary');
    const rows = await db.withTenant(tenantId, tx => tx('model_providers').select());
    expect(JSON.stringify(rows) + rows.map(row => row.sealed_key.toString('latin1')).join('')).not.to.include(
      'canary',
    );
    const failed = await ask('ours', 'a', theirs).catch(error => error.code);
    expect(failed, 'another account has no such provider').to.equal('model-not-configured');
  });

  it('of Azure are asked by deployment, version and a header of their own; a deployment cannot change the path', async () => {
    const baseUrl = server(2).url;
    await save('azure', { kind: 'azure', baseUrl, models: ['gpt-main'], key: 'azure-key' });
    server(2).script(modelStep.reply('Yes.'));
    await ask('azure', 'gpt-main');
    const asked = server(2).calls.at(-1);
    expect(asked?.path).to.equal('/openai/deployments/gpt-main/chat/completions?api-version=2024-10-21');
    expect(asked?.apiKey).to.equal('azure-key');
    expect(asked?.body).to.have.property('max_completion_tokens', 100);
    expect(await models.faultsOf(tenantId, [{ provider: 'azure', model: '../../files' }])).to.have.length(1);
    const twisted = await save('azure', { kind: 'azure', baseUrl, models: ['../x'] });
    expect([twisted.status, twisted.body.errors[0].path]).to.deep.equal([422, 'body.models.0']);
  });

  it('of OpenRouter alone are asked what a call cost, and cost what they say', async () => {
    await save('router', { kind: 'openrouter', baseUrl: server(1).url, key: 'k' });
    const usage = { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110, cost: 0.0123 };
    server(1).script(modelStep.reply('Yes.', { usage }));
    const done = (await ask('router', 'openai/gpt-4.1')).at(-1);
    expect(done).to.have.nested.property('usage.costMicros', 12_300);
    expect(server(1).calls.at(-1)?.body).to.deep.include({ usage: { include: true } });
    await save('other', { kind: 'compatible', baseUrl: server(0).url });
    server(0).script(modelStep.reply('Yes.'));
    await ask('other', 'm');
    expect(server(0).calls.at(-1)?.body).not.to.have.property('usage');
  });

  it('list their models, for a while from memory, and what they have against it is a problem with its code', async () => {
    await save('ours', { kind: 'ollama', baseUrl: server(0).url, models: ['b', 'gone'], key: 'k' });
    const listed = () => call('GET', '/v1/models-available?provider=ours');
    server(0).script(modelStep.models('gpt-4.1', 'b'));
    const { offers } = (await listed()).body;
    expect(offers[0]).to.deep.include({ provider: 'ours', paidBy: 'account', problem: null });
    expect(offers[0].models).to.deep.equal([
      { id: 'b', inputMicros: null, outputMicros: null },
      { id: 'gpt-4.1', inputMicros: 2_000_000, outputMicros: 8_000_000 },
    ]);
    const asked = server(0).calls.length;
    await listed();
    expect(server(0).calls.length, 'from memory').to.equal(asked);
    server(0).script(modelStep.models('b'));
    const checked = await call('POST', '/v1/model-providers/ours/check');
    expect(checked.body).to.deep.include({ missing: ['gone'] });
    server(0).script(modelStep.failure(401, { code: 'invalid_api_key' }));
    expect((await call('POST', '/v1/model-providers/ours/check')).body).to.include({
      status: 502,
      code: 'model-refused-key',
    });
    for (const [step, code] of [
      [modelStep.serverError(), 'model-unavailable'],
      [modelStep.page(), 'model-answer-unreadable'],
      [modelStep.failure(429, {}), 'model-rate-limited'],
    ] as const) {
      server(0).script(step);
      expect((await listed()).body.code).to.equal(code);
    }
    server(0).script(modelStep.serverError());
    const all = (await call('GET', '/v1/models-available')).body.offers;
    expect(all.map((offer: { problem: object | null }) => offer.problem !== null)).to.deep.equal([
      true,
      false,
    ]);
  });

  it('never lie on a private network that the operator did not list for them, by address or by name', async () => {
    for (const baseUrl of [
      'http://127.0.0.1:9/v1',
      'http://169.254.169.254/v1',
      'https://[::1]/v1',
      'http://0x7f000001/v1',
      'https://user:secret@api.example.com/v1',
    ]) {
      const refused = await save('inside', { kind: 'compatible', baseUrl });
      expect([refused.status, refused.body.code], baseUrl).to.deep.equal([422, 'address-refused']);
    }
    const plain = await save('plain', { kind: 'compatible', baseUrl: 'http://api.example.com/v1' });
    expect(plain.body.code, 'a key in the clear').to.equal('address-refused');
    await save('named', { kind: 'compatible', baseUrl: 'https://localhost:9/v1', key: 'k' });
    const checked = await call('POST', '/v1/model-providers/named/check');
    expect(checked.body.code).to.equal('address-refused');
    expect(await ask('named', 'm').catch(error => error.code)).to.equal('model-unavailable');
  });

  it('keep their key through other changes, and never send it to another host', async () => {
    await save('ours', { kind: 'vllm', baseUrl: server(0).url, key: 'first' });
    await save('ours', { kind: 'vllm', baseUrl: server(0).url, models: ['m'] });
    server(0).script(modelStep.reply('Yes.'));
    await ask('ours', 'm');
    expect(server(0).calls.at(-1)?.authorization).to.equal('Bearer first');
    const moved = await save('ours', { kind: 'vllm', baseUrl: server(1).url });
    expect([moved.status, moved.body.errors[0].path]).to.deep.equal([422, 'body.key']);
    expect((await save('ours', { kind: 'vllm', baseUrl: server(1).url, key: null })).body.hasKey).to.equal(
      false,
    );
  });

  it('are for administrators of their account, and say what is wrong with one', async () => {
    const body = { kind: 'openai', key: 'k' };
    await save('ours', body);
    for (const [method, path] of [
      ['GET', '/v1/model-providers'],
      ['PUT', '/v1/model-providers/ours'],
      ['DELETE', '/v1/model-providers/ours'],
      ['POST', '/v1/model-providers/ours/check'],
      ['GET', '/v1/models-available'],
    ] as const) {
      const more = method === 'PUT' ? { body } : {};
      expect((await call(method, path, { ...more, as: null })).status, path).to.equal(401);
      expect((await call(method, path, { ...more, as: `rep ${tenantId}` })).status, path).to.equal(403);
    }
    const as = `admin ${theirs}`;
    expect((await call('GET', '/v1/model-providers', { as })).body.providers).to.deep.equal([]);
    for (const [method, path] of [
      ['DELETE', '/v1/model-providers/ours'],
      ['POST', '/v1/model-providers/ours/check'],
      ['GET', '/v1/models-available?provider=ours'],
    ] as const)
      expect((await call(method, path, { as })).body.code, path).to.equal('model-provider-not-found');
    for (const [wrong, path] of [
      [{ kind: 'vllm' }, 'body.baseUrl'],
      [{ kind: 'openai', apiVersion: '1' }, 'body.apiVersion'],
      [{ kind: 'openai', key: 'with space' }, 'body.key'],
      [{ kind: 'magic' }, 'body.kind'],
    ] as const) {
      const refused = await save('wrong', wrong);
      expect([refused.status, refused.body.errors?.[0]?.path]).to.deep.equal([422, path]);
    }
    expect((await save('operator', body)).status).to.equal(422);
  });
});
