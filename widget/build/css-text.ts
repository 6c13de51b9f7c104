import { readFile } from 'node:fs/promises';
import { type Plugin, transform } from 'esbuild';

/** Lets `import css from './x.css'` give the sheet's text, without what only people need, in lines that can be read. */
export const cssText: Plugin = {
  name: 'css-text',
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const sheet = await readFile(path, 'utf8');
      const { code } = await transform(sheet, {
        loader: 'css',
        minify: true,
        lineLimit: 300,
        charset: 'ascii',
      });
      const escaped = code.trim().replace(/[\\`]|\$\{/g, '\\$&');
      return { contents: `export default \`${escaped}\`;`, loader: 'js' };
    });
  },
};
