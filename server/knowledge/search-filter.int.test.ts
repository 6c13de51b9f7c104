import { expect } from 'chai';
import { newId } from '../kernel/index.ts';
import { searchKnowledge } from './search.ts';
import type { SearchFilter } from './search-filter.ts';
import { tagDocument } from './tag-document.ts';
import { addAndIndex, type Bench, bench, never, system } from './testing.ts';

const text = 'Grinders are cleaned every Monday with a brush.';
const spanish = 'Los molinos se limpian cada lunes con un cepillo suave, después de cerrar la tienda.';

describe('a search that is confined', () => {
  let on: Bench;
  let manual: string;
  let prices: string;
  let molinos: string;
  const sourceId = newId();
  before(async () => {
    on = await bench();
    manual = await addAndIndex(on, `# Manual\n\n${text} Then they rest.`, 'text/markdown', 'manual');
    prices = await addAndIndex(on, `# Prices\n\n${text} It costs nothing.`, 'text/markdown', 'prices');
    molinos = await addAndIndex(on, `# Molinos\n\n${spanish} Grinders, cleaned.`, 'text/markdown', 'molinos');
    await tagDocument(on.db, on.tenantId, prices, ['  Price  List ', 'price list', 'Public'], system);
    await on.db.withTenant(on.tenantId, async tx => {
      const source = { tenant_id: on.tenantId, id: sourceId, kind: 'site', title: 'x', created_by: 'system' };
      await tx('sources').insert(source);
      await tx('documents').where({ id: manual }).update({ source_id: sourceId });
      await tx('document_versions')
        .where({ document_id: manual })
        .update({ created_at: new Date('2026-01-10T00:00:00Z') });
    });
  });

  const found = async (filter: SearchFilter) => {
    const asked = { text: 'When are grinders cleaned?', locale: 'en', limit: 8, filter, signal: never };
    return new Set((await searchKnowledge(on.deps, on.tenantId, asked)).map(({ documentId }) => documentId));
  };

  it('finds everything without a filter, and with one that says nothing', async () => {
    expect(await found({})).to.have.all.keys(manual, prices, molinos);
    expect(await found({ scope: null })).to.have.all.keys(manual, prices, molinos);
    expect(await found({ scope: { sourceIds: [], tags: [] } })).to.have.all.keys(manual, prices, molinos);
  });

  it('stays within sources, tags however they are written, and documents', async () => {
    expect(await found({ sourceIds: [sourceId] })).to.have.all.keys(manual);
    expect(await found({ tags: ['PRICE LIST'] })).to.have.all.keys(prices);
    expect(await found({ documentIds: [molinos] })).to.have.all.keys(molinos);
    expect(await found({ sourceIds: [newId()] })).to.have.property('size', 0);
    expect(await found({ tags: ['public'], sourceIds: [sourceId] })).to.have.property('size', 0);
  });

  it('stays within languages of the passages', async () => {
    expect(await found({ languages: ['es'] })).to.have.all.keys(molinos);
    expect(await found({ languages: ['en'] })).to.have.all.keys(manual, prices);
    expect(await found({ languages: ['tr'] })).to.have.property('size', 0);
  });

  it('stays within the time at which the searched version came', async () => {
    const day = (date: string) => new Date(`${date}T00:00:00Z`);
    expect(await found({ to: day('2026-01-11') })).to.have.all.keys(manual);
    expect(await found({ to: day('2026-01-10') })).to.have.property('size', 0);
    expect(await found({ from: day('2026-01-11') })).to.have.all.keys(prices, molinos);
  });

  it('knows what an agent may: its sources and its tags together, and within it the filter', async () => {
    const scope = { sourceIds: [sourceId], tags: ['public'] };
    expect(await found({ scope })).to.have.all.keys(manual, prices);
    expect(await found({ scope, tags: ['price list'] })).to.have.all.keys(prices);
    expect(await found({ scope: { sourceIds: [newId()], tags: [] } })).to.have.property('size', 0);
  });
});

describe('what several documents say alike', () => {
  it('is one result with the place in each, its own white space kept', async () => {
    const on = await bench();
    const first = await addAndIndex(on, text, 'text/plain', 'first');
    const second = await addAndIndex(
      on,
      text.replace('every Monday', 'every\n  Monday'),
      'text/plain',
      'second',
    );
    const asked = { text: 'When are grinders cleaned?', locale: 'en', limit: 5, signal: never };
    const results = await searchKnowledge(on.deps, on.tenantId, asked);
    expect(results).to.have.length(1);
    const places = results.flatMap(({ alsoIn, ...own }) => [own, ...alsoIn]);
    expect(places.map(({ documentId }) => documentId)).to.have.members([first, second]);
    expect(places.map(({ body }) => body.includes('\n'))).to.have.members([true, false]);
  });
});

describe('codes and telephone numbers', () => {
  let on: Bench;
  before(async () => {
    on = await bench();
    const pages = {
      joined: 'The valve ABC123 fits every boiler of the range.',
      dashed: 'The valve XY-4711/B fits every boiler of the range.',
      apart: 'The valve QRS 9080 fits every boiler of the range.',
      other: 'The valve ABC124 fits every boiler of the range.',
      phone: 'The workshop answers at +7 (495) 123-45-67 on all days.',
      plain: 'The night desk answers at 84997654321 on all days.',
    };
    for (const [title, page] of Object.entries(pages)) await addAndIndex(on, page, 'text/plain', title);
  });

  for (const [title, spellings] of Object.entries({
    joined: ['ABC123', 'abc 123', 'ABC-123', 'abc.123', 'abc/123'],
    dashed: ['XY-4711/B', 'XY4711B', 'xy-4711-b', 'xy.4711.b'],
    apart: ['QRS 9080', 'QRS9080', 'qrs-9080'],
    phone: ['+7 (495) 123-45-67', '74951234567', '8 495 123 45 67', '495-123-4567', '123-45-67', '1234567'],
    plain: ['84997654321', '8 (499) 765-43-21', '+7 499 765 43 21', '765 43 21'],
  }))
    for (const asked of spellings)
      it(`are found as ${asked}, before what only resembles them`, async () => {
        const question = { text: `what about ${asked}?`, locale: 'en', limit: 3, signal: never };
        const [best] = await searchKnowledge(on.deps, on.tenantId, question);
        expect(best?.title).to.equal(title);
        expect(best?.score).to.be.greaterThan(0.4);
      });

  it('are found by a part of a word', async () => {
    const question = { text: 'worksh', locale: 'en', limit: 3, signal: never };
    expect((await searchKnowledge(on.deps, on.tenantId, question))[0]?.title).to.equal('phone');
  });
});
