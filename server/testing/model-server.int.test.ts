import { expect } from 'chai';
import { type ModelServer, modelStep, startModelServer } from './model-server.ts';

describe('the scripted model server', () => {
  let server: ModelServer;
  beforeEach(async () => {
    server = await startModelServer();
  });
  afterEach(() => server.close());

  const chat = { model: 'm', messages: [{ role: 'user', content: 'hello' }] };
  const post = (body: unknown, path = '/chat/completions', headers = { authorization: 'Bearer key' }) =>
    fetch(server.url + path, { method: 'POST', headers, body: JSON.stringify(body) });

  it('plays its steps in order and keeps what it was sent', async () => {
    server.script(modelStep.reply('one'), modelStep.reply(['t', 'wo']));
    expect(await (await post(chat)).json()).to.have.nested.property('choices[0].message.content', 'one');
    expect(await (await post({ ...chat, stream: true })).text())
      .to.contain('"content":"wo"')
      .and.contain('[DONE]');
    expect(server.calls.map(({ body }) => body)).to.deep.equal([chat, { ...chat, stream: true }]);
    server.expectDone();
  });

  for (const [what, call] of [
    ['a wrong path', () => post(chat, '/completions')],
    ['a missing key', () => post(chat, '/chat/completions', { authorization: '' })],
    ['a missing model', () => post({ messages: chat.messages })],
    ['an unknown role', () => post({ ...chat, messages: [{ role: 'robot', content: 'hello' }] })],
    ['an unknown parameter', () => post({ ...chat, max_token: 3 })],
    ['what is no JSON', () => fetch(`${server.url}/chat/completions`, { method: 'POST', body: '{' })],
  ] as const) {
    it(`refuses ${what}, keeps the step, and complains at the end`, async () => {
      server.script(modelStep.reply('one'));
      expect((await call()).status).to.be.within(400, 401);
      expect(() => server.expectDone()).to.throw(/unused step "reply"/);
      expect(server.calls[0]?.fault).to.be.a('string');
    });
  }

  it('answers an unplanned call with 500 and complains at the end', async () => {
    expect((await post(chat)).status).to.equal(500);
    expect(() => server.expectDone()).to.throw('unplanned call of /v1/chat/completions');
  });

  it('holds the stream at a promise', async () => {
    let release: (() => void) | undefined;
    const gate = new Promise<void>(resolve => {
      release = resolve;
    });
    server.script(modelStep.reply(['before', gate, 'after']));
    const response = await post({ ...chat, stream: true });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = (await reader?.read())?.value ?? '';
    expect(text).to.contain('before').and.not.contain('after');
    release?.();
    for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read())
      text += part.value;
    expect(text).to.contain('after');
  });

  it('notices that its caller went away', async () => {
    server.script(modelStep.neverAnswers());
    const stop = new AbortController();
    const body = JSON.stringify(chat);
    const headers = { authorization: 'Bearer key' };
    const response = fetch(`${server.url}/chat/completions`, {
      method: 'POST',
      headers,
      body,
      signal: stop.signal,
    });
    const call = await server.call(0);
    stop.abort();
    await response.catch(() => undefined);
    await call.abandoned;
  });

  it('answers any number of calls with one text, in about as many chunks as asked', async () => {
    server.always('Ünïcödé 😀 text of some length', { chunks: 4 });
    const events = (await (await post({ ...chat, stream: true })).text()).split('\n\n');
    const pieces = events.flatMap(event =>
      [...event.matchAll(/"content":"([^"]*)"/g)].map(([, piece]) => piece),
    );
    expect(pieces).to.have.length(4);
    expect(pieces.join('')).to.equal('Ünïcödé 😀 text of some length');
    expect((await post(chat)).status).to.equal(200);
    server.expectDone();
  });
});
