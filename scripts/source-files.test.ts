import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { matches, readPatterns, sourceFiles } from './source-files.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

describe('The files that are shipped or cloned', () => {
  it('are told apart by names, paths and endings', () => {
    expect(matches('dist', 'dist')).to.equal(true);
    expect(matches('node_modules', 'widget/sdk-types/node_modules')).to.equal(true);
    expect(matches('server/testing', 'server/testing')).to.equal(true);
    expect(matches('server/testing', 'server/testing.ts')).to.equal(false);
    expect(matches('*.log', 'deep/down/server.log')).to.equal(true);
    expect(matches('**/*.test.ts', 'server/config.test.ts')).to.equal(true);
    expect(matches('**/*.test.ts', 'server/config.ts')).to.equal(false);
    expect(() => matches('a*b', 'ab')).to.throw('a*b');
  });

  it('are, for the image, the server with all that builds it, and no test, secret or sandbox', () => {
    const shipped = sourceFiles(root, ['.gitignore', '.dockerignore']);
    expect(shipped).to.include.members([
      'server/main.ts',
      'package-lock.json',
      'scripts/prune.mjs',
      'migrations/index.ts',
    ]);
    expect(
      shipped.filter(path => /\.test\.tsx?$|^sandbox\/|^\.env$|^server\/testing\//.test(path)),
    ).to.deep.equal([]);
  });

  it('keep secrets and data out of git and out of the image', () => {
    for (const list of ['.gitignore', '.dockerignore']) {
      expect(
        readPatterns(readFileSync(new URL(`../${list}`, import.meta.url), 'utf8')),
        list,
      ).to.include.members(['.env', '.data', 'node_modules', 'dist']);
    }
  });
});
