import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { benchChatTurn } from './chat-turn.ts';
import { benchHooks } from './hooks.ts';
import { benchKommo } from './kommo.ts';
import { type Row, report } from './report.ts';
import { benchStart } from './start.ts';
import { benchWidget } from './widget.ts';

/** `npm run bench [widget] [start] [chat] [hooks] [kommo]`: the named parts, or all. Figures are medians of interleaved rounds. */
const parts: Record<string, () => Promise<Row[]>> = {
  widget: () => benchWidget({ rounds: 7 }),
  start: () => benchStart({ rounds: 3 }),
  kommo: () => benchKommo(),
  chat: () => benchChatTurn({ rounds: 5, chunks: 64 }),
  hooks: () => benchHooks({ rounds: 3, seconds: 10 }),
};

const wanted = process.argv.slice(2);
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
