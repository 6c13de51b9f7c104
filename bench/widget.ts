import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { unzipSync } from 'fflate';
import { closeTestDatabase } from '../server/testing/database.ts';
import { openCardBrowser } from '../server/testing/e2e/card-browser.ts';
import { startHarness } from '../server/testing/harness.ts';
import { buildWidget } from '../widget/build/build-widget.ts';
import { median } from './load.ts';
import type { Row } from './report.ts';

/** What the lead card loads of ours, and how long after `render` was called the panel can be typed into. */
export async function benchWidget({ rounds }: { rounds: number }): Promise<Row[]> {
  const outDir = await mkdtemp(join(tmpdir(), 'cardwise-widget-'));
  await buildWidget({ apiOrigin: 'https://api.example.com', outDir });
  const files = unzipSync(await readFile(join(outDir, 'widget.zip')));
  await rm(outDir, { recursive: true });
  const script = files['script.js'];
  if (!script) throw new Error('The archive has no script.js.');
  const preact = await gzippedPreact();

  const harness = await startHarness();
  const browser = await openCardBrowser(harness);
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const card = await browser.open(harness.accounts[0]);
    await card.page.locator('#question').waitFor();
    const marks = await card.page.evaluate(() =>
      performance
        .getEntriesByType('measure')
        .filter(entry => entry.name === 'cardwise:interactive')
        .map(entry => entry.duration),
    );
    times.push(...marks);
    await card.close();
  }
  await browser.close();
  await harness.close();
  await closeTestDatabase();
  return [
    {
      what: 'widget: script.js, gzip (floor: Preact alone)',
      unit: 'kB',
      ours: gzipSync(script).length / 1000,
      floor: preact / 1000,
      budget: '≤ 30 kB',
    },
    ...(times.length > 0
      ? [{ what: 'widget: render to interactive', unit: 'ms', ours: median(times), budget: '≤ 100 ms' }]
      : []),
  ];
}

async function gzippedPreact(): Promise<number> {
  const { build } = await import('esbuild');
  const built = await build({
    stdin: {
      contents: "export { h, render } from 'preact'; export { useState } from 'preact/hooks';",
      resolveDir: process.cwd(),
    },
    bundle: true,
    format: 'iife',
    write: false,
  });
  return gzipSync(built.outputFiles[0]?.contents ?? new Uint8Array()).length;
}
