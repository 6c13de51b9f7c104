import { existsSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { environmentSchema } from '../server/config.ts';
import { readmeCommands } from './readme-commands.ts';

const read = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');
const pages = ['README.md', 'docs/operations.md'];

describe('README', () => {
  it('shows the two commands that .ci/run performs', () => {
    expect(readmeCommands(read('README.md'))).to.deep.equal(['npm ci && npm start', 'npm test']);
  });

  it('names only commands and settings that exist', () => {
    const { scripts } = JSON.parse(read('package.json'));
    const known = [...Object.keys(environmentSchema.shape), 'SANDBOX_PORT', 'API_ORIGIN'];
    const passwords = ['POSTGRES_PASSWORD', 'DATABASE_PASSWORD', 'REDIS_PASSWORD'];
    for (const page of pages) {
      const text = read(page);
      for (const [, name = ''] of text.matchAll(/npm run ([\w:]+)/g))
        expect(scripts, page).to.have.property(name);
      for (const [, name] of text.matchAll(/^([A-Z][A-Z_]+)=|`([A-Z]+_[A-Z_]+)[`=]/gm)) {
        if (name) expect([...known, ...passwords], page).to.include(name);
      }
    }
  });

  it('links only to files that exist', () => {
    for (const page of pages) {
      for (const [, link = ''] of read(page).matchAll(/\]\(([^)#:]+)\)/g)) {
        expect(
          existsSync(new URL(link, new URL(`../${page}`, import.meta.url))),
          `${page}: ${link}`,
        ).to.equal(true);
      }
    }
  });
});
