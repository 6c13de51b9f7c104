import http from 'node:http';

export interface Call {
  path: string;
  headers: Record<string, string>;
  body: string;
}

export interface Load {
  requestsPerSecond: number;
  /** Until the first delta of text, ms. */
  firstTokenMs: { p50: number; p95: number };
  totalMs: { p50: number; p95: number };
  failed: number;
}

/** Sends `count` calls, `concurrency` at a time, over kept connections, and reads each stream to its end. */
export async function load(
  url: string,
  makeCall: (index: number) => Call,
  { concurrency, count }: { concurrency: number; count: number },
): Promise<Load> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: concurrency });
  const firsts: number[] = [];
  const totals: number[] = [];
  let failed = 0;
  let next = 0;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (next < count) {
        const index = next;
        next += 1;
        const { first, total, ok } = await one(agent, url, makeCall(index));
        if (!ok) failed += 1;
        firsts.push(first);
        totals.push(total);
      }
    }),
  );
  const seconds = (performance.now() - started) / 1000;
  agent.destroy();
  return {
    requestsPerSecond: count / seconds,
    firstTokenMs: percentiles(firsts),
    totalMs: percentiles(totals),
    failed,
  };
}

function one(
  agent: http.Agent,
  url: string,
  { path, headers, body }: Call,
): Promise<{ first: number; total: number; ok: boolean }> {
  const started = performance.now();
  return new Promise(resolve => {
    let first = Number.NaN;
    let text = '';
    const request = http.request(`${url}${path}`, {
      agent,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(body)),
        ...headers,
      },
    });
    request.on('response', answer => {
      answer.setEncoding('utf8');
      answer.on('data', chunk => {
        text += chunk;
        if (Number.isNaN(first) && text.includes('event: text.delta')) first = performance.now() - started;
      });
      answer.on('end', () =>
        resolve({
          first,
          total: performance.now() - started,
          ok: answer.statusCode === 200 && text.includes('event: done'),
        }),
      );
    });
    request.on('error', () => resolve({ first, total: performance.now() - started, ok: false }));
    request.end(body);
  });
}

export function percentiles(values: number[]): { p50: number; p95: number } {
  const sorted = values.filter(value => !Number.isNaN(value)).sort((a, b) => a - b);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { p50: at(0.5), p95: at(0.95) };
}

export function median(values: number[]): number {
  return percentiles(values).p50;
}
