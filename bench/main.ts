import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { benchAgent } from './agent-turn.ts';
import { benchChatTurn } from './chat-turn.ts';
import { benchHooks } from './hooks.ts';
import { benchHostile } from './hostile.ts';
import { benchIngest } from './ingest.ts';
import { benchKommo } from './kommo.ts';
import { type Row, report } from './report.ts';
import { benchSearch } from './search.ts';
import { benchStart } from './start.ts';
import { benchWidget } from './widget.ts';

const { positionals: wanted, values: given } = parseArgs({
  allowPositionals: true,
  options: {
    passages: { type: 'string', default: '10000,100000' },
    dimensions: { type: 'string', default: '384,1536' },
    tenants: { type: 'string', default: '1000' },
    precision: { type: 'string', default: 'full' },
    rounds: { type: 'string', default: '5' },
    turns: { type: 'string', default: '10000' },
    messages: { type: 'string', default: '200' },
  },
});
const numbers = (text: string) => text.split(',').map(Number);

/** Every size of the search by meaning that the options name. */
const sizes = numbers(given.passages).flatMap(passages =>
  numbers(given.dimensions).map(dimensions => ({
    passages,
    dimensions,
    tenants: Number(given.tenants),
    precision: given.precision === 'half' || dimensions > 2000 ? ('half' as const) : ('full' as const),
  })),
);

/**
 * `npm run bench [widget] [start] [chat] [agent] [hooks] [kommo] [search] [ingest] [hostile]`: the named parts, or all. Figures are medians
 * of interleaved rounds. `search` takes `--passages 10000,100000 --dimensions 384,1536 --tenants 1000
 * --precision full|half`, `agent` takes
 * `--passages 10000 --messages 200 --turns 10000 --rounds 5`.
 */
const parts: Record<string, () => Promise<Row[]>> = {
  widget: () => benchWidget({ rounds: 7 }),
  start: () => benchStart({ rounds: 3 }),
  kommo: () => benchKommo(),
  chat: () => benchChatTurn({ rounds: 5, chunks: 64 }),
  agent: () =>
    benchAgent({
      rounds: Number(given.rounds),
      passages: numbers(given.passages)[0] ?? 10_000,
      messages: Number(given.messages),
      turns: Number(given.turns),
    }),
  hooks: () => benchHooks({ rounds: 3, seconds: 10 }),
  search: () => benchSearch(sizes),
  ingest: () => benchIngest({ rounds: Math.min(3, Number(given.rounds)) }),
  hostile: () => benchHostile(),
};

const unknown = wanted.filter(name => !(name in parts));
if (unknown.length > 0) {
  console.error(`No part is called ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}.`);
  process.exit(1);
}
const built = spawnSync(process.execPath, ['--import', 'tsx', 'scripts/build.ts', '--stale', 'server'], {
  stdio: 'inherit',
});
if (built.status !== 0) process.exit(1);
console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}\n`);
const rows: Row[] = [];
for (const [name, run] of Object.entries(parts)) {
  if (wanted.length === 0 || wanted.includes(name)) rows.push(...(await run()));
}
console.log(report(rows));
process.exit(0);
