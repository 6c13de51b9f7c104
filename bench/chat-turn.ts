import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { type Call, type Load, load, median } from './load.ts';
import { type MeasuredProcess, startMeasured } from './measured-process.ts';
import { startOurs } from './our-server.ts';
import type { Row } from './report.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

interface Round extends Load {
  /** CPU of the server per request, ms. */
  cpuMs: number;
}

/** A streamed turn of ours beside the bare pass-through, on the same scripted model, in interleaved rounds. */
export async function benchChatTurn({ rounds, chunks }: { rounds: number; chunks: number }): Promise<Row[]> {
  const model = await startMeasured(here('./model.ts'), { tsx: true, env: { CHUNKS: String(chunks) } });
  const floor = await startMeasured(here('./floor-express.ts'), {
    tsx: true,
    env: { OPENAI_BASE_URL: model.url },
  });
  const ours = await startOurs({ modelUrl: model.url });
  const idle = { floor: floor.rssMb(), ours: ours.process.rssMb() };
  const rows: Row[] = [];
  try {
    const floorCall = (): Call => ({
      path: '/chat',
      headers: {},
      body: JSON.stringify({ text: 'How long is the warranty?' }),
    });
    const ourCall = (index: number): Call => ({
      path: `/v1/leads/${ours.leadIds[index % ours.leadIds.length]}/messages`,
      headers: { ...ours.headers, 'idempotency-key': randomUUID() },
      body: JSON.stringify({ text: 'How long is the warranty?', locale: 'en' }),
    });
    const measure = async (
      process: MeasuredProcess,
      call: (index: number) => Call,
      concurrency: number,
    ): Promise<Round> => {
      const count = concurrency === 1 ? 60 : 160;
      const before = process.cpuMs();
      const result = await load(process.url, call, { concurrency, count });
      return { ...result, cpuMs: (process.cpuMs() - before) / count };
    };
    await measure(floor, floorCall, 8);
    await measure(ours.process, ourCall, 8);
    for (const concurrency of [1, 8, 32]) {
      const results: { floor: Round[]; ours: Round[] } = { floor: [], ours: [] };
      for (let round = 0; round < rounds; round += 1) {
        results.floor.push(await measure(floor, floorCall, concurrency));
        results.ours.push(await measure(ours.process, ourCall, concurrency));
      }
      const failed = [...results.floor, ...results.ours].reduce((sum, round) => sum + round.failed, 0);
      if (failed > 0) throw new Error(`${failed} turns failed at concurrency ${concurrency}.`);
      const pick = (value: (round: Round) => number) => ({
        floor: median(results.floor.map(value)),
        ours: median(results.ours.map(value)),
      });
      const label = `streamed turn, ${concurrency} at once`;
      rows.push({
        what: `${label}: requests/s`,
        unit: '/s',
        ...pick(round => round.requestsPerSecond),
        budget: concurrency === 32 ? '≥ 0.5 (plain)' : '',
      });
      rows.push({
        what: `${label}: first token p50`,
        unit: 'ms',
        ...pick(round => round.firstTokenMs.p50),
        budget: concurrency === 1 ? '≤ 1.5' : '',
      });
      rows.push({
        what: `${label}: whole answer p50`,
        unit: 'ms',
        ...pick(round => round.totalMs.p50),
        budget: '',
      });
      rows.push({
        what: `${label}: CPU of the server`,
        unit: 'ms',
        ...pick(round => round.cpuMs),
        budget: concurrency === 1 ? '≤ 1.5' : '',
      });
    }
    rows.push({
      what: `memory idle (${ours.shape})`,
      unit: 'MB',
      ...idle,
      budget: ours.shape === 'embedded' ? '≤ 450 MB' : '≤ 110 MB',
    });
    rows.push({
      what: `memory peak at 32 (${ours.shape})`,
      unit: 'MB',
      floor: floor.peakMb(),
      ours: ours.process.peakMb(),
      budget: ours.shape === 'embedded' ? '' : '≤ 260 MB',
    });
    return rows;
  } finally {
    await ours.close();
    await floor.close();
    await model.close();
  }
}
