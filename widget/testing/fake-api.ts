import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Fact } from '../api/proposal-types.ts';
import type { CitedSource, Message, Session, Suggestion } from '../api/types.ts';
import { answerMemory } from './fake-memory.ts';
import { FakeProposals, serveProposals } from './fake-proposals.ts';
import { FakeRun, type Move, question } from './fake-run.ts';

export type Call = {
  method: string;
  path: string;
  query: string;
  headers: IncomingMessage['headers'];
  body: unknown;
};
type Refusal = {
  match: RegExp;
  times: number;
  status: number;
  code?: string;
  headers?: Record<string, string>;
};

export type FakeApi = Awaited<ReturnType<typeof openFakeApi>>;

/** The API of the contract, scripted: what it answers is set by the test, what it was asked is kept. */
export async function openFakeApi() {
  const calls: Call[] = [];
  const refusals: Refusal[] = [];
  const runs = new Map<string, FakeRun>();
  const byKey = new Map<string, FakeRun>();
  let sessions = 0;

  const api = {
    origin: '',
    calls,
    runs,
    session: {
      user: { id: 9100001, name: 'Olga Brandt', isAdmin: true },
      account: { id: 31234567, name: 'Northwind', subdomain: 'northwind', timezone: 'America/Sao_Paulo' },
      state: 'ready',
      model: { kind: 'online', name: 'test' },
      knowledge: { documents: 12 },
    } as Omit<Session, 'token' | 'expiresAt'>,
    threads: new Map<number, Message[]>(),
    earlier: [] as Message[],
    activeRunId: null as string | null,
    suggestions: [] as Suggestion[],
    sources: new Map<string, CitedSource>(),
    proposals: new FakeProposals(),
    facts: [] as Fact[],
    /** How the next answers go. */
    script: (_text: string): Move[] => [{ say: 'Yes.' }],
    /** Holds back the answer to calls that match. */
    hold: null as { match: RegExp; until: Promise<unknown> } | null,
    refuse(match: RegExp, status: number, code?: string, more: Partial<Refusal> = {}) {
      refusals.push({ match, status, times: 1, ...(code && { code }), ...more });
    },
    /** Takes every refusal back. */
    accept() {
      refusals.length = 0;
    },
    /** Ends every session given so far. */
    endSessions() {
      sessions += 1_000;
    },
    callsTo: (method: string, path: RegExp) =>
      calls.filter(call => call.method === method && path.test(call.path)),
    async close() {
      server.closeAllConnections();
      await new Promise(done => server.close(done));
    },
  };

  function problem(
    response: ServerResponse,
    status: number,
    code: string,
    headers: Record<string, string> = {},
  ) {
    response.writeHead(status, { 'Content-Type': 'application/problem+json', ...headers });
    response.end(
      JSON.stringify({ type: 'about:blank', title: code, status, detail: code, code, requestId: 'req-42' }),
    );
  }
  function json(response: ServerResponse, body: unknown) {
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(body));
  }
  function begin(asked: Message, key: string, response: ServerResponse) {
    let run = byKey.get(key);
    if (!run) {
      run = new FakeRun(asked);
      byKey.set(key, run);
      runs.set(run.id, run);
      run.stream(response, 0);
      void run.play(api.script(asked.text));
    } else run.stream(response, 0);
  }

  async function serve(request: IncomingMessage, response: ServerResponse) {
    const url = new URL(request.url ?? '/', 'http://api');
    const path = url.pathname.replace(/^\/v1/, '');
    response.setHeader('Access-Control-Allow-Origin', request.headers.origin ?? '*');
    response.setHeader('Access-Control-Expose-Headers', 'Retry-After');
    if (request.method === 'OPTIONS') {
      response.setHeader(
        'Access-Control-Allow-Headers',
        request.headers['access-control-request-headers'] ?? '*',
      );
      response.setHeader('Access-Control-Allow-Methods', 'GET, POST, PUT, PATCH, DELETE');
      response.setHeader('Access-Control-Max-Age', '600');
      response.writeHead(204).end();
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const method = request.method ?? 'GET';
    calls.push({
      method,
      path,
      query: url.search,
      headers: request.headers,
      body: text ? JSON.parse(text) : null,
    });
    if (api.hold?.match.test(`${method} ${path}`)) await api.hold.until;

    const refusal = refusals.find(({ match, times }) => times > 0 && match.test(`${method} ${path}`));
    if (refusal) {
      refusal.times -= 1;
      if (refusal.status === 0) response.destroy();
      else if (refusal.code) problem(response, refusal.status, refusal.code, refusal.headers);
      else response.writeHead(refusal.status, { 'Content-Type': 'text/html' }).end('<h1>Bad gateway</h1>');
      return;
    }
    if (path === '/session') {
      if (!request.headers['x-auth-token']) return problem(response, 401, 'one-time-token-invalid');
      sessions += 1;
      const expiresAt = new Date(Date.now() + 600_000).toISOString();
      return json(response, { ...api.session, token: `session-${sessions}`, expiresAt });
    }
    if (request.headers.authorization !== `Bearer session-${sessions}`)
      return problem(response, 401, 'session-expired');
    route(method, path, url.searchParams, request, text, response);
  }

  function route(
    method: string,
    path: string,
    query: URLSearchParams,
    request: IncomingMessage,
    text: string,
    response: ServerResponse,
  ) {
    const [, kind = '', id = '', rest = ''] = path.split('/');
    const key = String(request.headers['idempotency-key'] ?? '');
    const run = runs.get(id);
    if (kind === 'leads' && rest === 'thread') {
      const messages = query.has('before') ? api.earlier : (api.threads.get(Number(id)) ?? []);
      const hasMore = !query.has('before') && api.earlier.length > 0;
      const lead = { id: Number(id), name: 'Lead' };
      return json(response, { conversationId: 'c-1', lead, messages, hasMore, activeRunId: api.activeRunId });
    }
    if (kind === 'leads' && rest === 'suggestions') return json(response, { suggestions: api.suggestions });
    if (kind === 'leads' && rest === 'messages') return begin(question(JSON.parse(text).text), key, response);
    if (kind === 'runs' && rest === 'events' && run)
      return run.stream(response, Number(request.headers['last-event-id'] ?? 0));
    if (kind === 'runs' && rest === 'cancel' && run) {
      response
        .writeHead(202, { 'Content-Type': 'application/json' })
        .end(JSON.stringify({ id, status: 'cancelled' }));
      return run.fail('run-cancelled', 'cancelled');
    }
    if (kind === 'runs' && rest === 'retry' && run) return begin(run.question, key, response);
    if (kind === 'messages' && method === 'PUT') return json(response, JSON.parse(text));
    if (kind === 'messages' && method === 'DELETE') return void response.writeHead(204).end();
    const memory = answerMemory(api.facts, method, path, text ? JSON.parse(text) : null);
    if (memory) {
      response.writeHead(memory.status, { 'Content-Type': 'application/json' });
      return void response.end(memory.body === null ? '' : JSON.stringify(memory.body));
    }
    if (serveProposals(api.proposals, request, path, query, text, response)) return;
    const source = api.sources.get(id);
    if (kind === 'citations' && source) return json(response, source);
    problem(response, 404, 'not-found');
  }

  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>(ready => server.listen(0, '127.0.0.1', ready));
  api.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return api;
}
