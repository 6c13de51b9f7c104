import { expect } from 'chai';
import { collectCitations } from './cite.ts';
import type { CitableSource } from './context.ts';

const body = 'Delivery takes five days. Returns are free.';
const elsewhere = 'Delivery  takes\nfive days. Returns are free.';
const place = (documentId: string, text: string, start: number) => ({
  documentId,
  versionId: `version of ${documentId}`,
  title: documentId,
  start,
  end: start + text.length,
  body: text,
});
const twice: CitableSource = {
  kind: 'document',
  hit: { ...place('terms', body, 100), heading: '', score: 0.9, alsoIn: [place('handbook', elsewhere, 7)] },
};

describe('citations', () => {
  it('of what two documents say alike are one in each, with the words as they stand there', () => {
    const citations = collectCitations(new Map([[4, twice]]), () => {});
    expect(citations.cite(4, 'Delivery takes five days.')).to.deep.equal([1, 2]);
    const spans = citations.stored.map(({ document_id, start_offset, end_offset, quote }) => [
      document_id,
      start_offset,
      end_offset,
      quote,
    ]);
    expect(spans).to.deep.equal([
      ['terms', 100, 125, 'Delivery takes five days.'],
      ['handbook', 7, 33, 'Delivery  takes\nfive days.'],
    ]);
    expect(citations.shown.map(({ n }) => n)).to.deep.equal([1, 2]);
  });

  it('keep their numbers for the same stretch and get new ones for another', () => {
    const citations = collectCitations(new Map([[4, twice]]), () => {});
    citations.cite(4, 'Delivery takes five days.');
    expect(citations.cite(4, 'It takes five days for delivery.')).to.deep.equal([1, 2]);
    expect(citations.cite(4, 'Returns are free.')).to.deep.equal([3, 4]);
    expect(citations.cite(9, 'No such source.')).to.deep.equal([]);
  });
});
