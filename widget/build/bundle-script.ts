import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { cssText } from './css-text.ts';
import { fromPreactBlock, preactBlock } from './preact-block.ts';

export const SCRIPT_GZIP_BYTES_MAX = 30_000;

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
const withoutNotes = (code: string): string => code.replace(/^ *\/\/ .*\n/gm, '');

/** One space a level instead of two: as easy to read, and 300 bytes less to load. */
const halveIndent = (code: string): string =>
  code.replace(/^(?: {2})+/gm, indent => ' '.repeat(indent.length / 2));

/** Bundles the widget into one readable AMD module. */
export async function bundleScript(apiOrigin: string): Promise<{ script: string; gzipBytes: number }> {
  const { outputFiles } = await build({
    absWorkingDir: widgetDir,
    stdin: { contents: "import create from './script.ts';\n__widget = create();", resolveDir: widgetDir },
    bundle: true,
    write: false,
    // Reviewers read this file, so it stays as written.
    minify: false,
    format: 'iife',
    // Older targets rewrite every `?.` into three lines.
    target: ['es2020'],
    charset: 'ascii',
    legalComments: 'inline',
    jsx: 'transform',
    jsxFactory: 'h',
    jsxSideEffects: true,
    plugins: [cssText, fromPreactBlock],
    tsconfigRaw: {},
    define: { API_ORIGIN: JSON.stringify(readOrigin(apiOrigin)) },
    banner: { js: `define([], function () {\n"use strict";\nvar __widget;\n${await preactBlock(widgetDir)}` },
    footer: { js: 'return __widget;\n});' },
    logLevel: 'silent',
  });
  const script = halveIndent(withoutNotes(outputFiles[0]?.text ?? ''));
  const gzipBytes = gzipSync(script, { level: 9 }).length;
  if (gzipBytes > SCRIPT_GZIP_BYTES_MAX) {
    throw new ScriptTooLarge(
      `script.js is ${gzipBytes} bytes gzipped; at most ${SCRIPT_GZIP_BYTES_MAX} are allowed`,
    );
  }
  return { script, gzipBytes };
}
