import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from './load.ts';
import { startMeasured } from './measured-process.ts';
import type { Row } from './report.ts';

const bundle = fileURLToPath(new URL('../dist/server/main.js', import.meta.url));

/** The embedded shape from nothing, and again on its folder; its memory once it is ready. */
export async function benchStart({ rounds }: { rounds: number }): Promise<Row[]> {
  const cold: number[] = [];
  const warm: number[] = [];
  const idle: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const dataDir = await mkdtemp(join(tmpdir(), 'cardwise-bench-'));
    const env = { PORT: '0', DATA_DIR: dataDir, LOG_LEVEL: 'warn' };
    for (const times of [cold, warm]) {
      const server = await startMeasured(bundle, { env });
      times.push(server.readyMs);
      if (times === warm) idle.push(server.rssMb());
      await server.close();
    }
    await rm(dataDir, { recursive: true, force: true });
  }
  return [
    { what: 'start to ready, embedded, empty folder', unit: 'ms', ours: median(cold), budget: '' },
    { what: 'start to ready, embedded, folder present', unit: 'ms', ours: median(warm), budget: '≤ 3000 ms' },
    { what: 'memory idle, embedded', unit: 'MB', ours: median(idle), budget: '≤ 450 MB' },
  ];
}
