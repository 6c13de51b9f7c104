import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { archiveFiles } from '../build/build-widget.ts';
import { bundleScript } from '../build/bundle-script.ts';

const require = createRequire(import.meta.url);
const BASE = '/upl/cardwise/widget';
const LOCALES = ['en', 'es', 'pt', 'ru'];
const TYPES: Record<string, string> = { js: 'text/javascript', json: 'application/json', png: 'image/png' };

const html = (config: unknown, dark: boolean, width: number) => `<!doctype html>
<html lang="en" data-color-scheme="${dark ? 'dark' : 'light'}"><head><meta charset="utf-8"><title>Preview</title><style>
:root { --page: #eef1f6 } :root[data-color-scheme="dark"] { --page: #0d1a26; --palette-background-primary: #0f2231 }
body { margin: 0; padding: 20px; background: var(--page); font-family: "PT Sans", Arial, sans-serif }
#panel { width: ${width}px }
.card-widgets__widget { border-radius: 4px; overflow: hidden; border: 1px solid #8883 }
</style></head><body><input id="elsewhere" aria-label="Another field of the page"><div id="panel"></div>
<script>window.previewConfig = ${JSON.stringify(config)}</script>
<script src="/require.js"></script><script src="/jquery.js"></script><script src="/preview.js"></script></body></html>`;

/** Bundled once a process, whatever the API's address. */
const STAND_IN = 'http://api.invalid';
let bundled: ReturnType<typeof bundleScript> | null = null;

export type PreviewServer = Awaited<ReturnType<typeof openPreviewServer>>;

/** Serves a page like Kommo's lead card, with the archive's files in it. `/?lang=es&dark=1&width=360` */
export async function openPreviewServer(apiOrigin: string, port = 0) {
  bundled ??= bundleScript(STAND_IN);
  const { script, ...rest } = await bundled;
  const files = await archiveFiles({ ...rest, script: script.split(STAND_IN).join(apiOrigin) }, LOCALES);
  const text = (path: string) => Buffer.from(files.get(path) ?? []).toString();
  const langs = Object.fromEntries(
    LOCALES.map(locale => [locale, JSON.parse(text(`i18n/${locale}.json`)) as unknown]),
  );
  const page = await build({
    entryPoints: [fileURLToPath(new URL('./page.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'iife',
  });
  const scripts: Record<string, Uint8Array> = {
    '/require.js': await readFile(require.resolve('requirejs/require.js')),
    '/jquery.js': await readFile(require.resolve('jquery')),
    '/preview.js': page.outputFiles[0]?.contents ?? new Uint8Array(),
  };

  const requested: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://page');
    requested.push(url.pathname);
    if (url.pathname === '/') {
      const lang = url.searchParams.get('lang') ?? 'en';
      const status = url.searchParams.get('status') ?? 'installed';
      const width = Number(url.searchParams.get('width') ?? 360);
      response.setHeader('Content-Type', 'text/html');
      response.end(html({ path: BASE, langs, lang, status }, url.searchParams.has('dark'), width));
      return;
    }
    const body = scripts[url.pathname] ?? files.get(url.pathname.replace(`${BASE}/`, ''));
    if (!body) return void response.writeHead(404).end();
    response.setHeader(
      'Content-Type',
      TYPES[url.pathname.split('.').pop() ?? ''] ?? 'application/octet-stream',
    );
    response.end(body);
  });
  await new Promise<void>(ready => server.listen(port, '127.0.0.1', ready));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Paths asked for so far. */
    requested,
    async close() {
      server.closeAllConnections();
      await new Promise(done => server.close(done));
    },
  };
}
