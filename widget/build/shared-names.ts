import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Plugin } from 'esbuild';

const SHARED = 'places/lead-card/shared.ts';

/** What shared.ts imports, by file. */
function sharedNames(widgetDir: string): Map<string, string[]> {
  const file = join(widgetDir, SHARED);
  const names = new Map<string, string[]>();
  for (const [, list = '', from = ''] of readFileSync(file, 'utf8').matchAll(
    /^import \{ (.*) \} from '(.*)'/gm,
  ))
    names.set(resolve(file, '..', from), list.split(', '));
  return names;
}

/** Lets the second file read from the first what both use. A name that shared.ts lacks fails the build. */
export const fromScript = (widgetDir: string): Plugin => ({
  name: 'from-script',
  setup({ onResolve, onLoad }) {
    const names = sharedNames(widgetDir);
    onResolve({ filter: /^\./ }, ({ path, resolveDir }) => {
      const file = resolve(resolveDir, path);
      return names.has(file) ? { path: file, namespace: 'from-script' } : undefined;
    });
    onLoad({ filter: /.*/, namespace: 'from-script' }, ({ path }) => ({
      contents: `export const { ${names.get(path)?.join(', ')} } = __shared;`,
    }));
  },
});
