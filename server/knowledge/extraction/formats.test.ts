import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { tinyPdf } from '../../testing/fixtures/tiny-pdf.ts';
import { readDocument } from './read-document.ts';

const nothing = () => {};
const html = (body: string) => readDocument(Buffer.from(body), 'text/html', nothing);
const pdf = (bytes: Buffer) => readDocument(bytes, 'application/pdf', nothing);
const fixture = (name: string) =>
  readFile(new URL(`../../testing/fixtures/knowledge/${name}`, import.meta.url));

async function codeOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => null,
    thrown => thrown.code,
  );
}

describe('reading HTML', () => {
  it('keeps headings as written and drops scripts, styles, menus and forms', async () => {
    const { text } = await html(
      '<style>p{}</style><script>evil()</script><nav>Menu</nav><h2>Iron &amp; Steel</h2><p>Two <b>years</b>.' +
        '<form><input value=x>Send</form><svg><text>pic</text></svg><a href="https://x.example">link</a>',
    );
    expect(text).to.equal('Iron & Steel\n\nTwo years.\n\nlink');
  });

  it('gives each row of a table its headers', async () => {
    const { text } = await html(
      '<table><tr><th>Model</th><th>Price</th></tr><tr><td>Uno</td><td>649</td></tr></table>',
    );
    expect(text).to.equal('Model: Uno | Price: 649');
  });

  it('reads the encoding that the page declares', async () => {
    const page = Buffer.from(
      '<meta charset="windows-1251"><p>\u00c3\u00e0\u00f0\u00e0\u00ed\u00f2\u00e8\u00ff</p>',
      'latin1',
    );
    expect((await readDocument(page, 'text/html', nothing)).text).to.equal('Гарантия');
  });
});

describe('reading PDF', () => {
  it('keeps the words, the paragraphs and where pages begin', async () => {
    const { text, pageOffsets } = await pdf(
      tinyPdf({ pages: [['The boiler is', 'covered.'], ['Page two.']] }),
    );
    expect(text).to.equal('The boiler is covered.\n\nPage two.');
    expect(pageOffsets).to.deep.equal([0, 24]);
  });

  it('reads the sample documents with their headings, tables and languages', async () => {
    const english = await pdf(await fixture('coffee/warranty-and-service.pdf'));
    expect(english.language).to.equal('en');
    expect(english.pageOffsets).to.have.length(3);
    expect(english.text).to.include('Alba Forte, Alba Forte Plus | 36 months | 24 months');
    expect(english.text).to.not.match(/^\d \/ \d$/m);
    const spanish = await pdf(await fixture('solar/garantia.pdf'));
    expect(spanish.language).to.equal('es');
    expect(spanish.text).to.include('Paneles de 500 W | 25 años | 87,4 % de la potencia a los 30 años');
    expect(spanish.text).to.include('se llevan a otra casa');
  });

  it('says what is wrong with a damaged, encrypted, scanned or boundless file', async () => {
    const sound = tinyPdf({ pages: [['Some text.']] });
    expect(await codeOf(pdf(sound.subarray(0, 40)))).to.equal('document-unreadable');
    expect(await codeOf(pdf(Buffer.from('%PDF-1.7\n'.repeat(50))))).to.equal('document-unreadable');
    expect(await codeOf(pdf(tinyPdf({ pages: [['Secret.']], encrypted: true })))).to.equal(
      'document-encrypted',
    );
    expect(await codeOf(pdf(tinyPdf({ pages: [[], []] })))).to.equal('document-has-no-text');
    const boundless = await codeOf(pdf(tinyPdf({ pages: [['One.']], declaredPages: 2_000_000_000 })));
    // The reader counts for itself where it can.
    expect(boundless).to.be.oneOf([null, 'document-too-complex', 'document-unreadable']);
  });
});

describe('reading Markdown', () => {
  it('stays the source, so that a quote is found in the file', async () => {
    const source = '# Prices\n\n| Model | Price |\n| --- | --- |\n| **Uno** | 649 |\n';
    const { text, passages } = await readDocument(Buffer.from(source), 'text/markdown', nothing);
    expect(text).to.equal(source.trimEnd());
    expect(passages).to.have.length(1);
  });

  it('sees no headings in code', async () => {
    const source = `\`\`\`\n# not a heading\n\`\`\`\n\n${'word '.repeat(150)}\n\n${'more '.repeat(150)}`;
    const { passages } = await readDocument(Buffer.from(source), 'text/markdown', nothing);
    expect(passages.map(({ heading }) => heading)).to.deep.equal(['', '']);
  });
});
