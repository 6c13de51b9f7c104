import http from 'node:http';
import { fileURLToPath } from 'node:url';
import { percentiles } from './load.ts';
import { type MeasuredProcess, startMeasured } from './measured-process.ts';
import { startOurs } from './our-server.ts';
import type { Row } from './report.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const perSecond = 500;

interface Round {
  p50: number;
  p99: number;
  failed: number;
  /** CPU of the server a post, ms. */
  cpuMs: number;
}

/**
 * Posts of hooks at a steady rate, whether or not the last were answered, as Kommo sends them: until the
 * answer, which comes after the commit. Beside it the floor, where there is a PostgreSQL to run it on.
 */
export async function benchHooks({ rounds, seconds }: { rounds: number; seconds: number }): Promise<Row[]> {
  const database = process.env.TEST_DATABASE_MIGRATION_URL;
  const floor = database
    ? await startMeasured(here('./floor-hooks.ts'), { tsx: true, env: { DATABASE_URL: database } })
    : null;
  const ours = await startOurs({ modelUrl: 'http://127.0.0.1:9', env: { MIRROR: 'on' } });
  try {
    const address = await ours.hookAddress();
    const results: { floor: Round[]; ours: Round[] } = { floor: [], ours: [] };
    const measure = async (server: MeasuredProcess, url: string, forSeconds = seconds) => {
      const before = server.cpuMs();
      const round = await post(url, ours.accountId, ours.leadIds, forSeconds);
      return { ...round, cpuMs: (server.cpuMs() - before) / (forSeconds * perSecond) };
    };
    await measure(ours.process, address, 1);
    if (floor) await measure(floor, `${floor.url}/hook`, 1);
    for (let round = 0; round < rounds; round += 1) {
      if (floor) results.floor.push(await measure(floor, `${floor.url}/hook`));
      results.ours.push(await measure(ours.process, address));
    }
    const failed = [...results.floor, ...results.ours].reduce((sum, round) => sum + round.failed, 0);
    if (failed > 0) throw new Error(`${failed} posts were not answered with 200.`);
    const pick = (value: (round: Round) => number) => ({
      ...(floor ? { floor: percentiles(results.floor.map(value)).p50 } : {}),
      ours: percentiles(results.ours.map(value)).p50,
    });
    const label = `hook acknowledged at ${perSecond}/s (${ours.shape})`;
    return [
      { what: `${label}: p50`, unit: 'ms', ...pick(round => round.p50), budget: '' },
      { what: `${label}: p99`, unit: 'ms', ...pick(round => round.p99), budget: '≤ 200 ms' },
      { what: `${label}: CPU a post`, unit: 'ms', ...pick(round => round.cpuMs), budget: '' },
    ];
  } finally {
    await ours.close();
    await floor?.close();
  }
}

async function post(
  url: string,
  accountId: number,
  leadIds: number[],
  seconds: number,
): Promise<Omit<Round, 'cpuMs'>> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
  const times: number[] = [];
  const total = seconds * perSecond;
  let failed = 0;
  const started = performance.now();
  const open: Promise<void>[] = [];
  for (let sent = 0; sent < total; ) {
    const due = Math.min(total, Math.floor(((performance.now() - started) * perSecond) / 1000) + 1);
    for (; sent < due; sent += 1) {
      const body = bodyOf(leadIds[sent % leadIds.length] ?? 1, accountId, sent);
      open.push(
        one(agent, url, body).then(
          ms => void times.push(ms),
          () => {
            failed += 1;
          },
        ),
      );
    }
    await new Promise(resolve => setTimeout(resolve, 2));
  }
  await Promise.all(open);
  agent.destroy();
  return { ...shares(times), failed };
}

function shares(times: number[]): { p50: number; p99: number } {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99) };
}

/** As large as Kommo's post of a stage that changed. */
function bodyOf(leadId: number, accountId: number, n: number): string {
  const item = 'leads[status][0]';
  const pairs: [string, string][] = [
    [`${item}[id]`, String(leadId)],
    [`${item}[name]`, 'Dana Whitfield, annual plan'],
    [`${item}[status_id]`, '142'],
    [`${item}[price]`, '4800'],
    [`${item}[last_modified]`, String(1_767_693_600 + n)],
    [`${item}[updated_at]`, String(1_767_693_600 + n)],
    [`${item}[old_status_id]`, '62000004'],
    ...Array.from({ length: 8 }, (_, field): [string, string][] => [
      [`${item}[custom_fields][${field}][id]`, String(2_200_483 + field)],
      [`${item}[custom_fields][${field}][name]`, 'A field of this account'],
      [`${item}[custom_fields][${field}][values][0][value]`, 'Its value'],
    ]).flat(),
    ['account[subdomain]', 'northwind'],
    ['account[id]', String(accountId)],
  ];
  return pairs.map(pair => pair.map(encodeURIComponent).join('=')).join('&');
}

function one(agent: http.Agent, url: string, body: string): Promise<number> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': String(Buffer.byteLength(body)),
    };
    const request = http.request(url, { agent, method: 'POST', headers }, answer => {
      answer.resume();
      answer.on('end', () =>
        answer.statusCode === 200
          ? resolve(performance.now() - started)
          : reject(new Error(String(answer.statusCode))),
      );
    });
    request.on('error', reject);
    request.end(body);
  });
}
