import { expect } from 'chai';
import { tinyPdf } from '../../testing/fixtures/tiny-pdf.ts';
import { bundledExtractor } from '../testing.ts';
import { defaultExtractorPath, extract } from './extract.ts';

const options = {
  timeMsMax: 20_000,
  memoryMbMax: 640,
  onProgress: () => {},
  signal: new AbortController().signal,
};

async function codeOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => null,
    thrown => thrown.code ?? thrown.name,
  );
}

describe('the process that reads a document', () => {
  it('reads from sources and from the bundle alike', async () => {
    const request = { bytes: tinyPdf({ pages: [['The boiler is covered.']] }), mediaType: 'application/pdf' };
    const bundled = await extract(request, { ...options, extractorPath: await bundledExtractor() });
    const fromSource = await extract(request, { ...options, extractorPath: defaultExtractorPath() });
    expect(bundled.text).to.equal('The boiler is covered.');
    expect(fromSource).to.deep.equal(bundled);
  });

  it('tells how far it is', async () => {
    const seen: string[] = [];
    const pages = Array.from({ length: 5 }, () => ['A line of text.']);
    await extract(
      { bytes: tinyPdf({ pages }), mediaType: 'application/pdf' },
      {
        ...options,
        extractorPath: await bundledExtractor(),
        onProgress: (done, total) => seen.push(`${done}/${total}`),
      },
    );
    expect(seen).to.deep.equal(['1/5', '2/5', '3/5', '4/5', '5/5']);
  });

  it('is ended when a page is nested so deep that parsing it takes too long', async () => {
    const bytes = Buffer.from('<div>'.repeat(200_000) + 'x');
    const extractorPath = await bundledExtractor();
    const work = extract({ bytes, mediaType: 'text/html' }, { ...options, extractorPath, timeMsMax: 2000 });
    expect(await codeOf(work)).to.equal('document-too-complex');
  });

  it('is ended when a compressed page unpacks to more than its memory', async () => {
    const bytes = tinyPdf({ pages: [['x']], content: Buffer.alloc(300_000_000, 'BT (a) Tj ET ') });
    const extractorPath = await bundledExtractor();
    const work = extract(
      { bytes, mediaType: 'application/pdf' },
      { ...options, extractorPath, memoryMbMax: 300 },
    );
    expect(bytes.length).to.be.lessThan(2_000_000);
    expect(await codeOf(work)).to.equal('document-too-complex');
  });

  it('ends with the work that asked for it', async () => {
    const stopping = new AbortController();
    const extractorPath = await bundledExtractor();
    const work = extract(
      { bytes: Buffer.from('# Hi'), mediaType: 'text/markdown' },
      { ...options, extractorPath, signal: stopping.signal },
    );
    stopping.abort();
    expect(await codeOf(work)).to.not.equal(null);
  });

  it("counts as our fault, not as the document's, when it cannot start", async () => {
    const work = extract(
      { bytes: Buffer.from('# Hi'), mediaType: 'text/markdown' },
      { ...options, extractorPath: '/nowhere/extract-process.mjs' },
    );
    expect(await codeOf(work)).to.equal('Error');
  });
});
