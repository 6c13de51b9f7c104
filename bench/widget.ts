import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { unzipSync } from 'fflate';
import { buildWidget } from '../widget/build/build-widget.ts';
import { openPreviewServer } from '../widget/preview/preview-server.ts';
import { launchBrowser } from '../widget/testing/browser.ts';
import { openFakeApi } from '../widget/testing/fake-api.ts';
import { median } from './load.ts';
import type { Row } from './report.ts';

/** From the call of `render` until the question can be typed, measured in the page; a string, because it runs there. */
const renderToInteractive = `(async () => {
  const ready = () => [...document.querySelectorAll('*')].some(node => node.shadowRoot?.querySelector('#question:enabled'));
  const began = performance.now();
  await window.preview.enter(1);
  while (!ready()) await new Promise(requestAnimationFrame);
  return performance.now() - began;
})()`;

/** What the lead card loads of ours, and how soon it can be used: each time in a fresh page. */
export async function benchWidget({ rounds }: { rounds: number }): Promise<Row[]> {
  const outDir = await mkdtemp(join(tmpdir(), 'cardwise-widget-'));
  await buildWidget({ apiOrigin: 'https://api.example.com', outDir });
  const script = unzipSync(await readFile(join(outDir, 'widget.zip')))['script.js'];
  await rm(outDir, { recursive: true });
  if (!script) throw new Error('The archive has no script.js.');

  const api = await openFakeApi();
  const server = await openPreviewServer(api.origin);
  const browser = await launchBrowser();
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const context = await browser.newContext({ viewport: { width: 400, height: 760 } });
    const page = await context.newPage();
    await page.goto(`${server.origin}/`);
    await page.waitForFunction('window.preview');
    times.push(await page.evaluate<number>(renderToInteractive));
    await context.close();
  }
  await browser.close();
  await server.close();
  await api.close();
  return [
    {
      what: 'widget: script.js, gzip (floor: Preact alone)',
      unit: 'kB',
      ours: gzipSync(script).length / 1000,
      floor: (await gzippedPreact()) / 1000,
      budget: '≤ 30 kB',
    },
    { what: 'widget: render to interactive', unit: 'ms', ours: median(times), budget: '≤ 100 ms' },
  ];
}

async function gzippedPreact(): Promise<number> {
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
