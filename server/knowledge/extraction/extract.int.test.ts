import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
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

  describe('beside others who want the processor', () => {
    let folder: string;
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'cardwise-reader-'));
    });
    after(() => rm(folder, { recursive: true, force: true }));

    /** A reader that answers with what it finds out about itself. */
    async function answering(name: string, expression: string, timeMsMax = 1000): Promise<unknown> {
      const extractorPath = join(folder, `${name}.mjs`);
      const reply = `{ kind: 'read', result: await (${expression}) }`;
      await writeFile(
        extractorPath,
        `import { getPriority } from 'node:os';
         process.once('message', async () => process.send(${reply}, () => process.exit(0)));`,
      );
      const asked = { bytes: Buffer.from('# Hi'), mediaType: 'text/markdown' };
      return extract(asked, { ...options, extractorPath, timeMsMax });
    }

    it('lets them go first', async () => {
      expect(await answering('priority', 'getPriority()', 20_000)).to.equal(constants.priority.PRIORITY_LOW);
    });

    it('may take longer than its time while it does not work', async function () {
      if (process.platform !== 'linux') this.skip(); // No other system tells how long a process worked.
      expect(await answering('waiting', 'new Promise(done => setTimeout(done, 1500, 7))')).to.equal(7);
    });

    it('may not work for longer than its time', async () => {
      expect(await codeOf(answering('working', '(() => { for (;;); })()'))).to.equal('document-too-complex');
    });
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
