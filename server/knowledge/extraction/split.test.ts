import { expect } from 'chai';
import fc from 'fast-check';
import { cleanText } from './clean.ts';
import { markdownDraft } from './markdown.ts';
import { splitText } from './split.ts';

/** Texts of several scripts, with headings, empty lines, emoji and lines without a space. */
const anyText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '\n\n',
        '\n',
        ' ',
        '. ',
        '? ',
        '# A heading\n',
        '## Ещё один\n',
        '\r\n',
        '\u0000',
        '\ud83d',
      ),
      fc.constantFrom(
        'The boiler is covered. ',
        'Гарантия два года. ',
        '保修期为两年。',
        '👩‍👩‍👧‍👦👍🏽 ',
        'é'.normalize('NFD'),
      ),
      fc.lorem({ maxCount: 60 }),
      fc.nat(3000).map(length => 'x'.repeat(length)),
      fc.nat(900).map(length => '𝒳'.repeat(length)),
      fc.string({ unit: 'binary', maxLength: 40 }),
    ),
    { maxLength: 30 },
  )
  .map(parts => parts.join(''));

describe('splitting into passages', () => {
  it('leaves nothing out but space, in order, without overlap, and cuts no character', () => {
    fc.assert(
      fc.property(anyText, raw => {
        const draft = markdownDraft(raw);
        let end = 0;
        for (const span of splitText(draft)) {
          expect(span.start).to.be.at.least(end);
          expect(draft.text.slice(end, span.start).trim()).to.equal('');
          const body = draft.text.slice(span.start, span.end);
          expect(body).to.equal(body.trim()).and.not.equal('');
          expect(body.length).to.be.at.most(1900);
          expect(body).to.not.match(/^[\udc00-\udfff]|[\ud800-\udbff]$/);
          end = span.end;
        }
        expect(draft.text.slice(end).trim()).to.equal('');
      }),
      { numRuns: 150 },
    );
  });

  it('begins passages at headings and tells what stands above them', () => {
    const words = 'word '.repeat(100);
    const { text, headings } = markdownDraft(`# Policy\n\n${words}\n\n## Limits\n\n${words}\n\n${words}`);
    const spans = splitText({ text, headings });
    expect(spans.map(({ heading }) => heading)).to.deep.equal(['', 'Policy', 'Policy > Limits']);
    expect(text.slice(spans[1]?.start)).to.match(/^## Limits/);
  });

  it('keeps short sections together', () => {
    const { text, headings } = markdownDraft('# A\n\none\n\n## B\n\ntwo\n\n## C\n\nthree');
    expect(splitText({ text, headings })).to.have.length(1);
  });

  it('takes linear time for a long line without spaces', function () {
    this.timeout(10_000);
    const spans = splitText({ text: 'a'.repeat(2_000_000), headings: [] });
    expect(spans.length).to.be.greaterThan(1000);
  });

  it('cuts between sentences when a paragraph is long', () => {
    const text = 'This sentence has exactly seven words inside. '.repeat(60).trim();
    for (const { start, end } of splitText({ text, headings: [] })) {
      expect(text.slice(start, end)).to.match(/^This .* inside\.$/s);
    }
  });
});

describe('cleaning', () => {
  it('removes what cannot be stored or shown and keeps the rest', () => {
    expect(cleanText('a\u0000b\r\nc\rd \t\n\n\n\ne\ud800f\u00adg')).to.equal('ab\nc\nd\n\ne\ufffdfg');
    expect(cleanText('👩‍👩‍👧 e\u0301')).to.equal('👩‍👩‍👧 é');
  });
});
