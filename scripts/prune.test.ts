import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { neededFolders } from './prune.mjs';
import runtimePackages from './runtime-packages.json' with { type: 'json' };

describe('What the built server needs of node_modules', () => {
  it('are the packages and all they depend on, found as Node finds them', () => {
    const packages = {
      'node_modules/a': { dependencies: { b: '1' }, optionalDependencies: { gone: '1' } },
      'node_modules/a/node_modules/b': { dependencies: { c: '1' } },
      'node_modules/b': {},
      'node_modules/c': { peerDependencies: { a: '1' } },
      'node_modules/unused': {},
    };
    expect([...neededFolders(packages, ['a'])]).to.have.members([
      'node_modules/a',
      'node_modules/a/node_modules/b',
      'node_modules/c',
    ]);
  });

  it('are production dependencies that the lock file knows', () => {
    const read = (name: string) => JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url), 'utf8'));
    expect(Object.keys(read('package.json').dependencies)).to.include.members(runtimePackages);
    const { packages } = read('package-lock.json');
    const needed = neededFolders(packages, runtimePackages);
    expect([...needed]).to.include.members(runtimePackages.map(name => `node_modules/${name}`));
    expect([...needed].filter(folder => packages[folder].dev)).to.deep.equal([]);
  });
});
