import { utils, type WorkSheet, write } from '@e965/xlsx';
import { expect } from 'chai';
import {
  docxParagraph,
  docxTable,
  pptxShape,
  pptxTable,
  tinyDocx,
  tinyPptx,
} from '../../testing/fixtures/office.ts';
import { officeTypes } from '../office-types.ts';
import { readDocument } from './read-document.ts';

const textOf = async (bytes: Buffer, type: string) => (await readDocument(bytes, type, () => {})).text;

const styles = `<?xml version="1.0"?><w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">${[
  ['Heading1', 'heading 1'],
  ['Title', 'Title'],
]
  .map(([id, name]) => `<w:style w:type="paragraph" w:styleId="${id}"><w:name w:val="${name}"/></w:style>`)
  .join('')}</w:styles>`;
const styleLink = `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>`;

function workbook(sheets: Record<string, WorkSheet>, hidden: string[] = []): Buffer {
  const book = utils.book_new();
  for (const [name, sheet] of Object.entries(sheets)) utils.book_append_sheet(book, sheet, name);
  book.Workbook = { Sheets: book.SheetNames.map(name => ({ Hidden: hidden.includes(name) ? 1 : 0 })) };
  return write(book, { type: 'buffer', bookType: 'xlsx' });
}

describe('reading Word', () => {
  it('keeps headings and paragraphs, and gives each row of a table its headers', async () => {
    const body =
      docxParagraph('Warranty', 'Heading1') +
      docxParagraph('Valid in the EU &amp; Norway.') +
      docxTable([
        ['Model', 'Months', 'Price'],
        ['Uno', '24', '€ 649'],
        ['Forte', '36', '€ 1.190'],
      ]);
    const others = { 'word/styles.xml': styles, 'word/_rels/document.xml.rels': styleLink };
    const document = await readDocument(tinyDocx(body, others), officeTypes.docx, () => {});
    expect(document.text).to.equal(
      'Warranty\n\nValid in the EU & Norway.\n\nModel: Uno | Months: 24 | Price: € 649\nModel: Forte | Months: 36 | Price: € 1.190',
    );
  });

  it('does not take names and values in two columns for a headed table', async () => {
    const body = docxTable([
      ['Name', 'Northwind'],
      ['City', 'Lisbon'],
    ]);
    expect(await textOf(tinyDocx(body), officeTypes.docx)).to.equal('Name | Northwind\nCity | Lisbon');
  });
});

describe('reading Excel', () => {
  it('gives each row its headers and values as the sheet shows them', async () => {
    const prices = utils.aoa_to_sheet([
      ['Price list'],
      ['Model', 'Price', 'Discount', 'Since'],
      ['Uno', 1234.5, 0.15, 45000],
    ]);
    Object.assign(prices['B3'], { z: '#,##0.00 "€"' });
    Object.assign(prices['C3'], { z: '0%' });
    Object.assign(prices['D3'], { z: 'yyyy-mm-dd' });
    expect(await textOf(workbook({ Prices: prices }), officeTypes.xlsx)).to.equal(
      'Prices\n\nPrice list\n\nModel: Uno | Price: 1,234.50 € | Discount: 15% | Since: 2023-03-15',
    );
  });

  it('reads what a formula last gave, as text, and computes nothing', async () => {
    const sheet = utils.aoa_to_sheet([
      ['Item', 'Total'],
      ['Boiler', 0],
      ['Pump', 0],
    ]);
    sheet['B2'] = { t: 'n', v: 42, f: 'WEBSERVICE("http://127.0.0.1/")' };
    sheet['B3'] = { t: 's', v: '=cmd|calc', f: 'HYPERLINK("http://x.example")' };
    expect(await textOf(workbook({ S: sheet }), officeTypes.xlsx)).to.equal(
      'S\n\nItem: Boiler | Total: 42\nItem: Pump | Total: =cmd|calc',
    );
  });

  it('leaves out hidden sheets, and lets a merged cell speak for its rows', async () => {
    const shown = utils.aoa_to_sheet([
      ['Family', 'Model', 'Litres'],
      ['Alba', 'Uno', 1.2],
      ['', 'Duo', 1.8],
    ]);
    shown['!merges'] = [{ s: { r: 1, c: 0 }, e: { r: 2, c: 0 } }];
    const costs = utils.aoa_to_sheet([['Purchase price', 'secret']]);
    expect(await textOf(workbook({ Shown: shown, Costs: costs }, ['Costs']), officeTypes.xlsx)).to.equal(
      'Shown\n\nFamily: Alba | Model: Uno | Litres: 1.2\nFamily: Alba | Model: Duo | Litres: 1.8',
    );
  });
});

describe('reading PowerPoint', () => {
  it('keeps the order of slides, their titles, tables and notes, and knows slides as pages', async () => {
    const bytes = tinyPptx([
      {
        shapes:
          pptxShape('Delivery', 'title') +
          pptxShape('Within five days.\nFree from €50.') +
          pptxShape('1', 'sldNum'),
        notes: 'Say that islands take longer.',
      },
      {
        shapes:
          pptxShape('Prices', 'title') +
          pptxTable([
            ['Model', 'Price'],
            ['Uno', '649'],
          ]),
      },
    ]);
    const { text, pageOffsets } = await readDocument(bytes, officeTypes.pptx, () => {});
    expect(text).to.equal(
      'Delivery\n\nWithin five days.\nFree from €50.\n\nSay that islands take longer.\n\nPrices\n\nModel: Uno | Price: 649',
    );
    expect(pageOffsets).to.deep.equal([0, text.indexOf('Prices')]);
  });
});
