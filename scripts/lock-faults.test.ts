import { expect } from 'chai';
import { lockFaults } from './lock-faults.ts';

describe('The lock file', () => {
  const packages = {
    '': { version: '0.1.0' },
    'widget/sdk-types': { version: '0.1.0' },
    'node_modules/@kommo/widget-sdk-types': { resolved: 'widget/sdk-types', link: true },
    'node_modules/good': {
      version: '1.0.0',
      integrity: 'sha512-x',
      optionalDependencies: { elsewhere: '1.0.0' },
    },
    'node_modules/elsewhere': { version: '1.0.0', optional: true, os: ['win32'] },
  };

  it('may name a workspace, and a package for another system without its digest', () => {
    expect(lockFaults({ packages })).to.deep.equal([]);
  });

  it('names no address, and has a digest for every package that is unpacked here', () => {
    const bad = { version: '1.0.0', resolved: 'https://packages.example/bad.tgz' };
    expect(lockFaults({ packages: { ...packages, 'node_modules/bad': bad } })).to.have.length(2);
  });

  it('lists every optional package, because npm ci refuses a file that lacks one', () => {
    const { 'node_modules/elsewhere': _, ...rest } = packages;
    expect(lockFaults({ packages: rest })).to.deep.equal([
      'node_modules/good may bring elsewhere, which is not listed',
    ]);
  });
});
