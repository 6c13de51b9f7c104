import { expect } from 'chai';
import { searchKnowledge, supportThreshold } from './search.ts';
import type { SearchFilter } from './search-filter.ts';
import { addAndIndex, type Bench, bench, never } from './testing.ts';

/** Enough that four words which stand in each of them stand in more places than are looked at one by one. */
const parts = 1_600;
const common = 'It is kept dry in a cool place. ';

describe('a base in which the words of a question stand everywhere', () => {
  let on: Bench;
  let catalogue: string;
  let annex: string;
  before(async function () {
    this.timeout(120_000);
    on = await bench({ uploadBytesMax: 2_000_000 });
    const part = (n: number) =>
      `# Part ${n}\n\n${common.repeat(12)}${n === 700 ? 'The zebrafinch sings here.' : ''}`;
    const text = Array.from({ length: parts }, (_, n) => part(n)).join('\n\n');
    catalogue = await addAndIndex(on, text, 'text/markdown', 'catalogue');
    annex = await addAndIndex(on, `# Annex\n\nOatmeal. ${common}`, 'text/markdown', 'annex');
    const passages = await on.db.withTenant(on.tenantId, tx =>
      tx('passages').where({ tenant_id: on.tenantId }).select('ordinal'),
    );
    expect(passages).to.have.length(parts + 1);
  });

  const search = (text: string, filter: SearchFilter = {}) =>
    searchKnowledge(on.deps, on.tenantId, { text, locale: 'en', limit: 5, filter, signal: never });

  it('finds the one passage that holds the rare word, with all that it holds', async () => {
    const [best] = await search('Is the zebrafinch kept dry in a cool place?');
    expect(best?.documentId).to.equal(catalogue);
    expect(best?.body).to.contain('zebrafinch');
    expect(best?.score).to.be.greaterThan(0.9);
  });

  it('finds what the rare word does not lead to, where nothing holds it', async () => {
    const [best, ...others] = await search('Is it kept dry in a cool place?');
    expect(best?.body).to.contain('kept dry in a cool place');
    expect(best?.score).to.be.greaterThan(supportThreshold);
    expect(others).to.have.length(4);
  });

  it('finds what stands within a filter, whatever is rarer outside of it', async () => {
    const found = await search('Is the zebrafinch kept dry in a cool place?', { documentIds: [annex] });
    expect(found.map(({ documentId }) => documentId)).to.deep.equal([annex]);
    expect(found[0]?.body).to.contain('Oatmeal');
  });

  it('keeps to the languages that are asked for', async () => {
    expect(await search('Is it kept dry in a cool place?', { languages: ['en'] })).to.have.length(5);
    expect(await search('Is it kept dry in a cool place?', { languages: ['tr'] })).to.have.length(0);
  });
});
