import { expect } from 'chai';
import { lockFaults } from './lock-faults.ts';

describe('The lock file', () => {
  it('names no address and has a digest for every package', () => {
    const packages = {
      '': { version: '0.1.0' },
      'widget/sdk-types': { version: '0.1.0' },
      'node_modules/@kommo/widget-sdk-types': { resolved: 'widget/sdk-types', link: true },
      'node_modules/good': { version: '1.0.0', integrity: 'sha512-x' },
    };
    expect(lockFaults({ packages })).to.deep.equal([]);
    const bad = { version: '1.0.0', resolved: 'https://registry.example/bad.tgz' };
    expect(lockFaults({ packages: { ...packages, 'node_modules/bad': bad } })).to.have.length(2);
  });
});
