import { utils, write } from '@e965/xlsx';
import { expect } from 'chai';
import { strToU8, zipSync } from 'fflate';
import { docxParagraph, tinyDocx, zipOf } from '../../testing/fixtures/office.ts';
import { tinyPdf } from '../../testing/fixtures/tiny-pdf.ts';
import type { AcceptedType } from '../media-type.ts';
import { officeTypes } from '../office-types.ts';
import { addAndIndex, bench, bundledExtractor } from '../testing.ts';
import { extract, readApart } from './extract.ts';

const options = {
  timeMsMax: 20_000,
  memoryMbMax: 400,
  onProgress: () => {},
  signal: new AbortController().signal,
};

/** A file's answer: its text, or the code and reason of its refusal. */
async function outcome(bytes: Buffer, mediaType: string): Promise<{ code: string | null; said: string }> {
  return extract({ bytes, mediaType }, { ...options, extractorPath: await bundledExtractor() }).then(
    ({ text }) => ({ code: null, said: text }),
    thrown => ({ code: thrown.code ?? thrown.name, said: thrown.message }),
  );
}
const archive = async (bytes: Buffer) =>
  readApart(
    'archive',
    { bytes, from: 0, bytesMax: 1e6 },
    { ...options, extractorPath: await bundledExtractor() },
  ).then(
    ({ members }) => ({
      code: null,
      said: JSON.stringify(members.map(({ name, reason }) => [name, reason])),
    }),
    thrown => ({ code: thrown.code ?? thrown.name, said: thrown.message }),
  );

/** Rewrites every place where a name stands, as a packer that checks nothing would have written it. */
function renamed(zip: Buffer, from: string, to: string): Buffer {
  const hostile = Buffer.from(zip);
  for (let at = hostile.indexOf(from); at !== -1; at = hostile.indexOf(from, at + 1))
    hostile.write(to, at, 'latin1');
  return hostile;
}

describe('the hostile corpus: each file is refused with a reason, alone', function () {
  this.timeout(240_000);
  const entities = `<!DOCTYPE x [<!ENTITY a "${'ha'.repeat(50)}">${Array.from({ length: 9 }, (_, n) => `<!ENTITY ${'bcdefghij'[n]} "${`&${'abcdefghi'[n]};`.repeat(10)}">`).join('')}]>`;

  it('names that lead out of the archive, in every spelling', async () => {
    const zip = zipOf({ 'xxxxxxxxxxxxxx.md': 'x' });
    for (const name of [
      '../../etc/a.md',
      '/etc/passwd.md.',
      'a/../../bb.md.',
      '..\\..\\win.md..',
      'C:\\windows.md..',
    ]) {
      const padded = name.padEnd(17, 'x').slice(0, 17);
      expect(await archive(renamed(zip, 'xxxxxxxxxxxxxx.md', padded)), name).to.include({
        code: 'archive-refused',
      });
    }
  });

  it('bombs: by their directory, by a lie in it, by number, and nested', async () => {
    const flat = Buffer.from(zipSync({ 'a.txt': new Uint8Array(30_000_000) }));
    expect(flat.length).to.be.lessThan(100_000);
    expect((await archive(flat)).said).to.include('100 times');
    const honest = zipOf({ 'a.txt': 'y'.repeat(500_000) });
    const lying = Buffer.from(honest);
    const directory = lying.indexOf(Buffer.from('504b0102', 'hex'));
    lying.writeUInt32LE(1000, directory + 24);
    expect(await archive(lying)).to.include({ code: 'archive-refused' });
    const many: Record<string, Uint8Array> = {};
    for (let count = 0; count < 5001; count += 1) many[`${count}.txt`] = strToU8('x');
    expect((await archive(Buffer.from(zipSync(many, { level: 0 })))).said).to.include('5000');
    expect((await archive(zipOf({ 'inner.zip': flat }))).said).to.include('inside an archive');
    const bomb = tinyDocx('', { 'word/media/x.xml': new Uint8Array(30_000_000) });
    for (const type of Object.values(officeTypes)) {
      expect(await outcome(bomb, type)).to.include({ code: 'archive-refused' });
    }
  });

  it('XML that declares entities', async () => {
    const bomb = tinyDocx(docxParagraph('x'), {
      'word/document.xml': `<?xml version="1.0"?>${entities}<w:document>&j;</w:document>`,
    });
    for (const type of Object.values(officeTypes))
      expect((await outcome(bomb, type)).said, type).to.include('XML entities');
    const wide = Buffer.from(`\ufeff<?xml version="1.0" encoding="UTF-16"?>${entities}<x/>`, 'utf16le');
    expect((await outcome(tinyDocx('', { 'word/other.xml': wide }), officeTypes.docx)).said).to.include(
      'XML entities',
    );
    const map = readApart(
      'sitemap',
      { bytes: Buffer.from(`<?xml version="1.0"?>${entities}<urlset>&j;</urlset>`) },
      { ...options, extractorPath: await bundledExtractor() },
    );
    expect((await map.catch(thrown => thrown)).code).to.equal('document-unreadable');
  });

  it('a PDF of ten thousand pages, and says how many are too many', async () => {
    const { code, said } = await outcome(
      tinyPdf({ pages: Array.from({ length: 10_000 }, () => ['x']) }),
      'application/pdf',
    );
    expect(code).to.equal('document-too-complex');
    expect(said).to.include('10000 pages').and.to.include('3000');
  });

  it('broken encodings and files that are something else inside', async () => {
    expect((await outcome(Buffer.from('hello', 'utf16le').subarray(0, 9), officeTypes.docx)).code).to.be.a(
      'string',
    );
    expect((await outcome(zipOf({ 'word/document.xml': 'no xml at all' }), officeTypes.docx)).code).to.be.a(
      'string',
    );
    expect((await outcome(zipOf({ 'xl/workbook.xml': '<a/>' }), officeTypes.xlsx)).code).to.be.a('string');
    expect((await outcome(Buffer.from('PK\u0003\u0004 broken'), officeTypes.pptx)).code).to.equal(
      'document-unreadable',
    );
    const bytes = Buffer.from([0x81, 0x00, 0xff, 0xfe, 0x9d, 0x01, 0x02, 0x03, 0x81, 0x8d]);
    expect((await outcome(bytes, 'text/csv')).code).to.equal('document-encoding');
    // Spelt in too many bytes, a letter is none: a filter before us may have seen something else.
    const overlong = Buffer.from('Opening \xc0\xaf hours', 'latin1');
    expect((await outcome(overlong, 'text/plain')).code).to.be.oneOf([null, 'document-encoding']);
  });

  it('but not a page with scripts, whose scripts are no text, nor cells that look like formulas', async () => {
    const page = await outcome(
      Buffer.from('<p>Hello</p><script>fetch("http://169.254.169.254")</script><img src=x onerror=alert(1)>'),
      'text/html',
    );
    expect(page).to.deep.equal({ code: null, said: 'Hello' });
    const formulas = [
      "=cmd|' /C calc'!A0",
      '@SUM(1+9)*cmd',
      '+1+WEBSERVICE(A1)',
      '-2+HYPERLINK(A1)',
      '=IMPORTXML(A1)',
    ];
    const csv = await outcome(
      Buffer.from(['Name,Note', ...formulas.map(each => `Uno,${each}`)].join('\n')),
      'text/csv',
    );
    expect(csv.said.split('\n')).to.deep.equal(formulas.map(each => `Name: Uno | Note: ${each}`));
    const sheet = utils.aoa_to_sheet([['Name', 'Note'], ...formulas.map(each => ['Uno', each])]);
    const book = utils.book_new();
    utils.book_append_sheet(book, sheet, 'S');
    const table = await outcome(write(book, { type: 'buffer', bookType: 'xlsx' }), officeTypes.xlsx);
    expect(table.said).to.include(formulas.map(each => `Uno | ${each}`).join('\n'));
  });

  it('while the worker lives: what comes after is read, and each says why it was refused', async () => {
    const on = await bench();
    const bombs: [Buffer, AcceptedType][] = [
      [tinyDocx('', { 'word/media/x.xml': new Uint8Array(30_000_000) }), officeTypes.docx],
      [tinyPdf({ pages: Array.from({ length: 10_000 }, () => ['x']) }), 'application/pdf'],
      [Buffer.from('['.repeat(200_000)), 'application/json'],
      [Buffer.from([0x81, 0x00, 0xff, 0xfe, 0x9d, 0x01, 0x02, 0x03, 0x81, 0x8d]), 'text/csv'],
    ];
    for (const [bytes, mediaType] of bombs) {
      const id = await addAndIndex(on, bytes, mediaType);
      const row = await on.db.withTenant(on.tenantId, tx => tx('documents').where({ id }).first());
      expect([row.state, row.failure_detail?.length > 20], row.failure_code).to.deep.equal(['failed', true]);
    }
    const last = await addAndIndex(on, 'The kettle is red.');
    const ready = await on.db.withTenant(on.tenantId, tx => tx('documents').where({ id: last }).first());
    expect(ready.state).to.equal('ready');
  });

  it('nesting without end, in JSON and in slides', async () => {
    const deep = '['.repeat(200_000) + ']'.repeat(200_000);
    expect((await outcome(Buffer.from(deep), 'application/json')).code).to.be.a('string');
    const tags = 2000;
    const slide = `<p:sld>${'<p:grpSp>'.repeat(tags)}${'</p:grpSp>'.repeat(tags)}</p:sld>`;
    expect((await outcome(zipOf({ 'ppt/presentation.xml': slide }), officeTypes.pptx)).code).to.be.a(
      'string',
    );
  });
});
