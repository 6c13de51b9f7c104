import { resolve } from 'node:path';
import { buildWidget } from './build-widget.ts';

try {
  const built = await buildWidget({
    apiOrigin: process.env.API_ORIGIN || 'http://127.0.0.1:3000',
    outDir: resolve(process.env.OUT_DIR || 'dist'),
  });
  for (const { path, bytes, locales } of built.archives) {
    process.stdout.write(`${path}: ${bytes} bytes, ${locales.join(' ')}\n`);
  }
  process.stdout.write(`script.js: ${built.scriptGzipBytes} bytes gzipped\n`);
  process.stdout.write(`proposals.js: ${built.proposalsGzipBytes} bytes gzipped, loaded on demand\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
