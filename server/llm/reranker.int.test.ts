import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { z } from 'zod';
import { ModelAnswerUnreadable, ModelUnavailable } from './errors.ts';
import { httpReranker } from './reranker.ts';

const Asked = z.strictObject({
  model: z.literal('judge'),
  query: z.string().min(1),
  documents: z.array(z.string()).min(1),
  top_n: z.int(),
});
const never = new AbortController().signal;

describe('a reranking model', () => {
  let server: Server;
  let answer: (asked: z.infer<typeof Asked>) => unknown = () => ({});
  let status = 200;
  let hangs = false;
  before(done => {
    // As strict as the strictest of them: one path, one method, a key, no field it does not know.
    server = createServer(async (req, res) => {
      let body = '';
      for await (const piece of req) body += piece;
      const asked = Asked.safeParse(JSON.parse(body));
      if (hangs) return;
      const right =
        req.method === 'POST' && req.url === '/v1/rerank' && req.headers.authorization === 'Bearer key';
      res.writeHead(right && asked.success ? status : 400, { 'content-type': 'application/json' });
      res.end(JSON.stringify(asked.success ? answer(asked.data) : {}));
    }).listen(0, '127.0.0.1', done);
  });
  after(done => {
    server.closeAllConnections();
    server.close(done);
  });
  beforeEach(() => {
    status = 200;
    hangs = false;
  });

  const rank = (texts: string[], signal = never, apiKey = 'key') =>
    httpReranker({
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/rerank`,
      apiKey,
      model: 'judge',
      fetch,
      timeoutMs: hangs ? 100 : 10_000,
    }).rank('How long?', texts, signal);
  const failure = (texts: string[], signal?: AbortSignal, apiKey?: string) =>
    rank(texts, signal, apiKey).catch(thrown => thrown);

  it('is asked in one call and read in any order, in the spellings that servers have', async () => {
    const scores = [
      { index: 1, relevance_score: 0.9 },
      { index: 0, relevance_score: -3 },
    ];
    for (const shape of [
      { results: scores, id: 'x' },
      { data: scores },
      scores.map(({ index, relevance_score: score }) => ({ index, score })),
    ]) {
      answer = ({ top_n, documents }) => (top_n === documents.length ? shape : {});
      expect(await rank(['a', 'b'])).to.deep.equal([-3, 0.9]);
    }
    expect(await rank([])).to.deep.equal([]);
  });

  it('that leaves a text out, names another or sends anything else is not believed', async () => {
    for (const wrong of [
      { results: [{ index: 0, relevance_score: 1 }] },
      {
        results: [
          { index: 0, relevance_score: 1 },
          { index: 2, relevance_score: 1 },
        ],
      },
      { results: [{ index: 0 }, { index: 1, relevance_score: 1 }] },
      { error: 'x' },
      'text',
    ]) {
      answer = () => wrong;
      expect(await failure(['a', 'b']), JSON.stringify(wrong)).to.be.instanceOf(ModelAnswerUnreadable);
    }
  });

  it('that refuses, fails or takes too long fails for the caller, who may also stop waiting', async () => {
    answer = () => ({ results: [{ index: 0, relevance_score: 1 }] });
    status = 503;
    expect(await failure(['a'])).to.be.instanceOf(ModelUnavailable);
    status = 200;
    expect(await failure(['a'], never, 'wrong')).to.be.instanceOf(ModelUnavailable);
    hangs = true;
    expect(await failure(['a'])).to.be.instanceOf(ModelUnavailable);
    const gone = new Error('gone');
    expect(await failure(['a'], AbortSignal.abort(gone))).to.equal(gone);
  });
});
