import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { cssText } from './css-text.ts';
import { fromPreactBlock, preactBlock } from './preact-block.ts';
import { fromScript } from './shared-names.ts';

export const SCRIPT_GZIP_BYTES_MAX = 30_000;
/** Loaded for the first proposal only. */
export const PROPOSALS_GZIP_BYTES_MAX = 20_000;

const widgetDir = fileURLToPath(new URL('..', import.meta.url));

export class ScriptTooLarge extends Error {
  override readonly name = 'ScriptTooLarge';
}

/** An `http` or `https` origin without path, exactly as the browser writes it. */
export function readOrigin(given: string): string {
  let url: URL;
  try {
    url = new URL(given);
  } catch {
    throw new Error(`The API's address (API_ORIGIN, or else PUBLIC_URL) is none: ${given}`);
  }
  if (!/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search || url.hash || url.username) {
    throw new Error(
      `The API's address (API_ORIGIN, or else PUBLIC_URL) must be scheme, host and port only: ${given}`,
    );
  }
  return url.origin;
}

/** Notes of the bundler and to the linter: 500 bytes, and the names of the functions say as much. */
const withoutNotes = (code: string): string =>
  code.replace(/^ *\/\/ .*\n/gm, '').replace(/\/\* @__PURE__ \*\/ /g, '');

/** One space a level instead of two: as easy to read, and 300 bytes less to load. */
const halveIndent = (code: string): string =>
  code.replace(/^(?: {2})+/gm, indent => ' '.repeat(indent.length / 2));

type Part = { name: string; contents: string; plugins: Plugin[]; bytesMax: number } & Pick<
  BuildOptions,
  'define' | 'banner' | 'footer'
>;

async function bundle({ name, contents, plugins, bytesMax, ...rest }: Part) {
  const { outputFiles } = await build({
    absWorkingDir: widgetDir,
    stdin: { contents, resolveDir: widgetDir },
    bundle: true,
    write: false,
    // Reviewers read this file, so it stays as written.
    minify: false,
    format: 'iife',
    // Older targets rewrite every `?.` into three lines, and every member of a class.
    target: ['es2022'],
    charset: 'ascii',
    legalComments: 'inline',
    jsx: 'transform',
    jsxFactory: 'h',
    jsxSideEffects: true,
    plugins: [cssText, ...plugins],
    tsconfigRaw: {},
    logLevel: 'silent',
    ...rest,
  });
  const script = halveIndent(withoutNotes(outputFiles[0]?.text ?? ''));
  const gzipBytes = gzipSync(script, { level: 9 }).length;
  if (gzipBytes > bytesMax) {
    throw new ScriptTooLarge(`${name} is ${gzipBytes} bytes gzipped; at most ${bytesMax} are allowed`);
  }
  return { script, gzipBytes };
}

export type Bundled = {
  script: string;
  gzipBytes: number;
  proposals: { script: string; gzipBytes: number };
};

/** Bundles the widget into two readable AMD modules: what every lead card loads, and what proposals need. */
export async function bundleScript(apiOrigin: string): Promise<Bundled> {
  const proposals = await bundle({
    name: 'proposals.js',
    contents: "import { openDesk } from './places/lead-card/proposals/open-desk.ts';\n__openDesk = openDesk;",
    plugins: [fromPreactBlock, fromScript(widgetDir)],
    bytesMax: PROPOSALS_GZIP_BYTES_MAX,
    banner: {
      js: 'define([], function () {\nreturn function (__shared) {\n"use strict";\nvar __openDesk, __preact = __shared.preact, h = __preact.h;',
    },
    footer: { js: 'return __openDesk;\n};\n});' },
  });
  // An old script.js never meets a new proposals.js, nor the other way round.
  const digest = createHash('sha256').update(proposals.script).digest('hex').slice(0, 8);
  const main = await bundle({
    name: 'script.js',
    contents: "import create from './script.ts';\n__widget = create();",
    plugins: [fromPreactBlock],
    bytesMax: SCRIPT_GZIP_BYTES_MAX,
    define: {
      API_ORIGIN: JSON.stringify(readOrigin(apiOrigin)),
      PROPOSALS_FILE: JSON.stringify(`proposals.js?v=${digest}`),
    },
    banner: { js: `define([], function () {\n"use strict";\nvar __widget;\n${await preactBlock(widgetDir)}` },
    footer: { js: 'return __widget;\n});' },
  });
  return { ...main, proposals };
}
