import { createApp, createMetrics, listen, type Route } from '../http/index.ts';
import { asTenantId, type Logger } from '../kernel/index.ts';

export interface Answered {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests read what the wire carries
  body: any;
  headers: Headers;
}

export interface CallOptions {
  /** `rep <tenant>`, `admin <tenant>`, null for nobody. */
  as?: string | null;
  body?: unknown;
  file?: { name: string; type: string; content: string | Uint8Array<ArrayBuffer> };
  key?: string;
}

export type Call = (method: string, path: string, options?: CallOptions) => Promise<Answered>;

export interface ServedRoutes {
  /** Calls as this caller, unless a call says otherwise. */
  callAs(usual: string): Call;
  close(): Promise<void>;
}

/** Routes of a slice alone, behind the real application: its checks, its problems, its schemas. */
export async function serveRoutes(routes: Route[], log: Logger): Promise<ServedRoutes> {
  const app = createApp({
    routes,
    async authenticate(req) {
      const [role, tenantId] = req.get('authorization')?.split(' ') ?? [];
      if (!role || !tenantId) return null;
      const of = { tenantId: asTenantId(tenantId) };
      const rep = { userId: 1, name: 'R', isAdmin: false, sessionId: 's', origin: 'https://x.kommo.com' };
      return role === 'admin' ? { kind: 'admin', ...of, by: 'tests' } : { kind: 'rep', ...of, ...rep };
    },
    log,
    metrics: createMetrics(),
    trustProxyHops: 0,
    rateLimitPerMinute: 10_000,
    isKnownOrigin: async () => false,
    validateAnswers: true,
  });
  const server = await listen(app, { host: '127.0.0.1', port: 0 });
  return {
    close: () => server.close(0),
    callAs:
      usual =>
      async (method, path, { as = usual, body, file, key } = {}) => {
        const form = new FormData();
        if (file) form.set('file', new Blob([file.content], { type: file.type }), file.name);
        const response = await fetch(`http://127.0.0.1:${server.port}${path}`, {
          method,
          headers: {
            ...(as === null ? {} : { authorization: as }),
            ...(key ? { 'idempotency-key': key } : {}),
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          },
          ...(file ? { body: form } : body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        const text = await response.text();
        const isJson = text !== '' && response.headers.get('content-type')?.includes('json');
        return { status: response.status, body: isJson ? JSON.parse(text) : text, headers: response.headers };
      },
  };
}
