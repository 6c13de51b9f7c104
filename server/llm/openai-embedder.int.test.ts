import { expect } from 'chai';
import { hashVector, type ModelServer, modelStep, startModelServer } from '../testing/model-server.ts';
import { failureOf } from './llm.contract.ts';
import { OpenAiEmbedder, type OpenAiEmbedderOptions } from './openai-embedder.ts';

const noAbort = new AbortController().signal;

describe('OpenAiEmbedder', () => {
  let server: ModelServer;
  beforeEach(async () => {
    server = await startModelServer();
  });
  afterEach(async () => {
    await server.close();
    server.expectDone();
  });

  const embedder = (options: Partial<OpenAiEmbedderOptions> = {}): OpenAiEmbedder =>
    new OpenAiEmbedder({
      apiKey: 'test-key',
      baseUrl: server.url,
      model: 'test-embedding',
      dimensions: 8,
      fetch,
      timeoutMs: 10_000,
      ...options,
    });

  it('gives one vector per text, in order, over as many batches as it takes', async () => {
    server.script(modelStep.vectors(8), modelStep.vectors(8), modelStep.vectors(8));
    const texts = ['one', 'two', 'three', 'four', 'five'];
    const vectors = await embedder({ textsPerBatchMax: 2 }).embed(texts, noAbort);
    expect(vectors).to.deep.equal(texts.map(text => hashVector(text, 8)));
    expect(server.calls.map(({ body }) => (body as { input: string[] }).input.length)).to.deep.equal([
      2, 2, 1,
    ]);
  });

  it('bounds a batch by its size, too', async () => {
    server.script(modelStep.vectors(8), modelStep.vectors(8));
    await embedder().embed(['a'.repeat(150_000), 'b'.repeat(150_000)], noAbort);
    expect(server.calls).to.have.length(2);
  });

  it('puts vectors in order by their index', async () => {
    server.script({
      kind: 'raw',
      status: 200,
      headers: { 'content-type': 'application/json' },
      lines: ['{"data":[{"index":1,"embedding":[2,2]},{"index":0,"embedding":[1,1]}]}'],
      end: 'complete',
    });
    expect(await embedder({ dimensions: 2 }).embed(['a', 'b'], noAbort)).to.deep.equal([
      [1, 1],
      [2, 2],
    ]);
  });

  it('asks nobody for no texts', async () => {
    expect(await embedder().embed([], noAbort)).to.deep.equal([]);
  });

  it('sends text that every server can read', async () => {
    server.script(modelStep.vectors(8));
    await embedder().embed(['', 'a\0b', 'c\ud800'], noAbort);
    expect(server.calls[0]?.body).to.have.deep.property('input', [' ', 'ab', 'c\ufffd']);
  });

  it('names both sizes when the model makes vectors of another size', async () => {
    server.script(modelStep.vectors(16));
    const thrown = await failureOf(() => embedder().embed(['a'], noAbort));
    expect(thrown).to.deep.include({
      code: 'model-embedding-size-wrong',
      extensions: { expected: 8, received: 16 },
    });
  });

  for (const [what, body] of [
    ['too few vectors', '{"data":[{"index":0,"embedding":[1]}]}'],
    ['the same index twice', '{"data":[{"index":0,"embedding":[1]},{"index":0,"embedding":[1]}]}'],
    ['no numbers', '{"data":[{"embedding":["1"]},{"embedding":[null]}]}'],
    ['no JSON', '<html>'],
  ] as const) {
    it(`${what}: model-answer-unreadable`, async () => {
      const headers = { 'content-type': 'application/json' };
      server.script({ kind: 'raw', status: 200, headers, lines: [body], end: 'complete' });
      const thrown = await failureOf(() => embedder({ dimensions: 1 }).embed(['a', 'b'], noAbort));
      expect(thrown).to.have.property('code', 'model-answer-unreadable');
    });
  }

  it('reports throttling and silence as the model does, and stops when told', async () => {
    server.script(modelStep.rateLimited('3'), modelStep.neverAnswers(), modelStep.neverAnswers());
    expect(await failureOf(() => embedder().embed(['a'], noAbort))).to.include({ retryAfterSeconds: 3 });
    const silent = await failureOf(() => embedder({ timeoutMs: 30 }).embed(['a'], noAbort));
    expect(silent).to.have.property('code', 'model-unavailable');
    const stop = new AbortController();
    const failure = failureOf(() => embedder().embed(['a'], stop.signal));
    const call = await server.call(2);
    stop.abort(new Error('stop'));
    expect(await failure).to.have.property('message', 'stop');
    await call.abandoned;
  });
});
