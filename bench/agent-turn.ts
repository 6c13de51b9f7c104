import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { addMessages, addPassages, fillFloor, mirrorIsComplete } from './agent-data.ts';
import { type Call, type Load, load, median } from './load.ts';
import { type MeasuredProcess, startMeasured } from './measured-process.ts';
import { startOurs } from './our-server.ts';
import type { Row } from './report.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const questions = [
  'How long is the warranty?',
  'What does a delayed delivery cost us?',
  'How is a refund requested?',
  'Which documents are needed for a return?',
];
const leadsMax = 10;

export interface AgentBench {
  rounds: number;
  passages: number;
  messages: number;
  /** For the memory. */
  turns: number;
}

interface Round extends Load {
  cpuMs: number;
}

/**
 * Our own time per turn: lead, memory, search, persistence, with a model that answers at once; beside the least that
 * can do a turn on the same database. Then many turns in a row, and what memory they leave behind.
 */
export async function benchAgent({ rounds, passages, messages, turns }: AgentBench): Promise<Row[]> {
  const { TEST_DATABASE_MIGRATION_URL: ownerUrl } = process.env;
  if (!ownerUrl || !process.env.TEST_REDIS_URL) {
    console.log('`agent` runs on PostgreSQL and Redis: scripts/with-services.sh npm run bench agent\n');
    return [];
  }
  const model = await startMeasured(here('./instant-model.ts'), { tsx: true });
  const ours = await startOurs({ modelUrl: model.url });
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  const leadIds = ours.leadIds.slice(0, leadsMax);
  const ourCall = (index: number): Call => ({
    path: `/v1/leads/${leadIds[index % leadIds.length]}/messages`,
    headers: { ...ours.headers, 'idempotency-key': randomUUID() },
    body: JSON.stringify({ text: questions[index % questions.length], locale: 'en' }),
  });
  const found = await addPassages(ours, owner, passages);
  await mirrorIsComplete(owner);
  await load(ours.process.url, ourCall, { concurrency: 1, count: 1 });
  await addMessages(owner, leadIds, messages);
  await fillFloor(owner, leadIds.length, messages);
  const floor = await startMeasured(here('./floor-turn.ts'), {
    tsx: true,
    env: { OPENAI_BASE_URL: model.url, DATABASE_URL: ownerUrl },
  });
  const floorCall = (index: number): Call => ({
    path: `/chat/${index % leadIds.length}`,
    headers: {},
    body: JSON.stringify({ text: questions[index % questions.length] }),
  });
  console.log(`${found} passages, ${messages} messages on each of ${leadIds.length} leads\n`);
  const rows: Row[] = [];
  try {
    await measure(floor, floorCall, 8);
    await measure(ours.process, ourCall, 8);
    for (const concurrency of [1, 8, 32]) {
      const results: { floor: Round[]; ours: Round[] } = { floor: [], ours: [] };
      for (let round = 0; round < rounds; round += 1) {
        results.floor.push(await measure(floor, floorCall, concurrency));
        results.ours.push(await measure(ours.process, ourCall, concurrency));
      }
      rows.push(...rowsOf(concurrency, results));
    }
    rows.push(...(await memoryOf(ours.process, ourCall, turns)));
    return rows;
  } finally {
    await owner.end();
    await ours.close();
    await floor.close();
    await model.close();
  }
}

async function measure(
  process: MeasuredProcess,
  call: (index: number) => Call,
  concurrency: number,
): Promise<Round> {
  const count = concurrency === 1 ? 60 : 160;
  const before = process.cpuMs();
  const result = await load(process.url, call, { concurrency, count });
  if (result.failed > 0) throw new Error(`${result.failed} turns failed at concurrency ${concurrency}.`);
  return { ...result, cpuMs: (process.cpuMs() - before) / count };
}

function rowsOf(concurrency: number, results: { floor: Round[]; ours: Round[] }): Row[] {
  const pick = (value: (round: Round) => number) => ({
    floor: median(results.floor.map(value)),
    ours: median(results.ours.map(value)),
  });
  const row = (what: string, unit: string, value: (round: Round) => number): Row => ({
    what: `turn, ${concurrency} at once: ${what}`,
    unit,
    ...pick(value),
    budget: '',
  });
  return [
    row('p50', 'ms', round => round.totalMs.p50),
    row('p95', 'ms', round => round.totalMs.p95),
    row('first token p50', 'ms', round => round.firstTokenMs.p50),
    row('turns/s', '/s', round => round.requestsPerSecond),
    row('CPU of the server', 'ms', round => round.cpuMs),
  ];
}

/** What the process holds after each fifth of the turns, beside what it held before them. */
async function memoryOf(
  process: MeasuredProcess,
  call: (index: number) => Call,
  turns: number,
): Promise<Row[]> {
  const start = process.rssMb();
  const rows: Row[] = [];
  for (let part = 1; part <= 5; part += 1) {
    const { failed } = await load(process.url, call, { concurrency: 32, count: Math.ceil(turns / 5) });
    if (failed > 0) throw new Error(`${failed} turns failed while memory was watched.`);
    rows.push({
      what: `memory after ${Math.ceil((turns / 5) * part)} turns, beside its start`,
      unit: 'MB',
      floor: start,
      ours: process.rssMb(),
      budget: '',
    });
  }
  return rows;
}
