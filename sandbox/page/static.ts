import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type Response, Router } from 'express';
import { notFound } from '../errors.ts';
import type { Site } from '../site.ts';

const require = createRequire(import.meta.url);
const packageFile = (name: string, file: string) =>
  join(dirname(require.resolve(`${name}/package.json`)), file);

/** The modules a widget may ask for, at the versions the platform has (twig aside, whose old release is gone). */
const libraries: Record<string, () => string> = {
  'require.js': () => packageFile('requirejs', 'require.js'),
  'jquery.js': () => packageFile('jquery', 'dist/jquery.min.js'),
  'underscore.js': () => packageFile('underscore', 'underscore-min.js'),
  'backbone.js': () => packageFile('backbone', 'backbone-min.js'),
  'moment.js': () => packageFile('moment', 'min/moment-with-locales.min.js'),
  'twigjs.js': () => packageFile('twig', 'twig.min.js'),
  'text.js': () => packageFile('requirejs-text', 'text.js'),
};
const ownFiles = [
  'crm.css',
  'boot.js',
  'modules.js',
  'app.js',
  'host.js',
  'host-app.js',
  'host-object.js',
  'card.js',
  'dialog.js',
  'draw.js',
  'feed.js',
  'controls.js',
  'live.js',
  'messenger.js',
  'upload.js',
];

const types: Record<string, string> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  json: 'application/json; charset=utf-8',
  html: 'text/plain; charset=utf-8',
  twig: 'text/plain; charset=utf-8',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  svg: 'image/svg+xml',
  woff2: 'font/woff2',
};

export function staticRoutes(site: Site): Router {
  const router = Router();
  router.get('/static/:name', async (req, res) => {
    const { name } = req.params;
    const library = Object.hasOwn(libraries, name) ? libraries[name] : undefined;
    if (!library && !ownFiles.includes(name)) throw notFound();
    send(
      req.get('if-none-match'),
      res,
      name,
      await readFile(library ? library() : join(site.assetsDir, name)),
    );
  });

  router.get('/upl/:code/widget/*path', (req, res) => {
    const integration = Object.values(site.store.state.integrations).find(
      ({ widgetCode }) => widgetCode === req.params.code,
    );
    const path = req.params.path.join('/');
    const file = integration && site.archives.get(integration.clientId)?.files.get(path);
    if (!file) throw notFound();
    send(req.get('if-none-match'), res, path, file);
  });
  return router;
}

/** Always asked for again, so that a re-uploaded archive shows at once. */
function send(known: string | undefined, res: Response, name: string, bytes: Uint8Array): void {
  const tag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
  res.set({ ETag: tag, 'Cache-Control': 'no-cache', 'X-Content-Type-Options': 'nosniff' });
  if (known === tag) {
    res.status(304).end();
    return;
  }
  const extension = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  res.set('Content-Type', types[extension] ?? 'application/octet-stream');
  res.end(bytes);
}
