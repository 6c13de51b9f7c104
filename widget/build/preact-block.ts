import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { build, type Plugin } from 'esbuild';

/** What the widget uses of Preact. A name that is missing here fails the build. */
const NAMES = {
  preact: ['Component', 'createContext', 'h', 'render'],
  'preact/hooks': ['useContext', 'useEffect', 'useLayoutEffect', 'useMemo', 'useRef', 'useState'],
};
const GLOBAL = '__preact';

const require = createRequire(import.meta.url);

/**
 * Preact as one block of its own, small as it is published; our code around it stays as written.
 *
 * Printed out, its mangled names would be no easier to read and 800 bytes heavier.
 */
export async function preactBlock(resolveDir: string): Promise<string> {
  const { version } = JSON.parse(await readFile(require.resolve('preact/package.json'), 'utf8')) as {
    version: string;
  };
  const contents = Object.entries(NAMES).map(
    ([from, names]) => `import { ${names.join(', ')} } from '${from}';`,
  );
  // An assignment instead of exports: esbuild's own export helpers weigh 200 bytes.
  contents.push(`${GLOBAL} = { ${Object.values(NAMES).flat().join(', ')} };`);
  const { outputFiles } = await build({
    stdin: { contents: contents.join('\n'), resolveDir },
    bundle: true,
    write: false,
    minify: true,
    lineLimit: 500,
    format: 'iife',
    target: ['es2020'],
    charset: 'ascii',
    logLevel: 'silent',
  });
  const code = outputFiles[0]?.text ?? '';
  return `var ${GLOBAL};\n/* Preact ${version}, MIT, https://preactjs.com */\n${code}var h = ${GLOBAL}.h;\n`;
}

/** Lets `import ... from 'preact'` read from the block. */
export const fromPreactBlock: Plugin = {
  name: 'preact-block',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^preact(\/hooks)?$/ }, ({ path }) => ({ path, namespace: 'preact-block' }));
    onLoad({ filter: /.*/, namespace: 'preact-block' }, ({ path }) => ({
      contents: `export const { ${NAMES[path as keyof typeof NAMES].join(', ')} } = ${GLOBAL};`,
    }));
  },
};
