import { zipSync } from 'fflate';
import { searchKnowledge } from '../server/knowledge/index.ts';
import { officeTypes } from '../server/knowledge/office-types.ts';
import { docxParagraph, tinyDocx, zipOf } from '../server/testing/fixtures/office.ts';
import { tinyPdf } from '../server/testing/fixtures/tiny-pdf.ts';
import { type BenchFile, never, openKnowledgeBench } from './knowledge-bench.ts';
import { percentiles } from './load.ts';
import type { Row } from './report.ts';

const searchesEach = 150;

/**
 * How long a search of one tenant takes while another's hostile files are worked off, two at a time as the
 * worker takes them, beside the same searches when nothing else happens.
 */
export async function benchHostile(): Promise<Row[]> {
  const on = await openKnowledgeBench();
  try {
    const [hostile, other] = [await on.addTenant(), await on.addTenant()];
    const manual = Array.from(
      { length: 200 },
      (_, n) => `# Part ${n}\n\nPart ${n} weighs ${n * 7} grams. ${'It is kept dry and cool. '.repeat(30)}`,
    ).join('\n\n');
    await on.ingest(other, { name: 'manual.md', mediaType: 'text/markdown', bytes: Buffer.from(manual) });
    const search = async (n: number) => {
      const started = performance.now();
      const text = `How much does part ${n % 200} weigh?`;
      const question = { text, locale: 'en', limit: 5, signal: never };
      const found = await searchKnowledge(on.deps, other, question);
      if (found.length === 0) throw new Error('The other tenant found nothing.');
      return performance.now() - started;
    };
    const searches = async (count: number, go: () => boolean = () => true) => {
      const times: number[] = [];
      for (let n = 0; n < count && go(); n += 1) {
        times.push(await search(n));
        await new Promise(next => setTimeout(next, 20));
      }
      return percentiles(times);
    };
    await searches(20);
    const idle = await searches(searchesEach);
    const outcomes = new Map<string, number>();
    let working = true;
    const left = [...corpus(), ...corpus()];
    const worker = async () => {
      for (let file = left.shift(); file; file = left.shift()) {
        const { state, code } = await on.ingest(hostile, file);
        const outcome = `${file.name}: ${code ?? state}`;
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      }
    };
    const done = Promise.all([worker(), worker()]).finally(() => {
      working = false;
    });
    const meanwhile = await searches(10_000, () => working);
    await done;
    console.log([...outcomes].map(([outcome, count]) => `  ${outcome} (${count} times)`).join('\n'));
    const after = await searches(searchesEach);
    const label = `search of a tenant while another's hostile files are read (${on.shape})`;
    return [
      { what: `${label}, floor: idle: p50`, unit: 'ms', floor: idle.p50, ours: meanwhile.p50, budget: '' },
      { what: `${label}, floor: idle: p95`, unit: 'ms', floor: idle.p95, ours: meanwhile.p95, budget: '' },
      { what: 'the same searches afterwards: p95', unit: 'ms', floor: idle.p95, ours: after.p95, budget: '' },
    ];
  } finally {
    await on.close();
  }
}

/** Files that cost their reader as much as they can. */
function corpus(): BenchFile[] {
  const entities = `<!DOCTYPE x [<!ENTITY a "${'ha'.repeat(50)}">${Array.from(
    { length: 9 },
    (_, n) => `<!ENTITY ${'bcdefghij'[n]} "${`&${'abcdefghi'[n]};`.repeat(10)}">`,
  ).join('')}]>`;
  const zipped = (name: string, size: number) => Buffer.from(zipSync({ [name]: new Uint8Array(size) }));
  const deep = '['.repeat(200_000) + ']'.repeat(200_000);
  const cells = `Name,Note\n${"Uno,=cmd|' /C calc'!A0\n".repeat(20_000)}`;
  return [
    { name: 'bomb.docx', mediaType: officeTypes.docx, bytes: zipped('word/document.xml', 60_000_000) },
    { name: 'bomb.xlsx', mediaType: officeTypes.xlsx, bytes: zipped('xl/workbook.xml', 60_000_000) },
    {
      name: 'entities.docx',
      mediaType: officeTypes.docx,
      bytes: tinyDocx(docxParagraph('x'), {
        'word/document.xml': `<?xml version="1.0"?>${entities}<w:document>&j;</w:document>`,
      }),
    },
    {
      name: 'pages.pdf',
      mediaType: 'application/pdf',
      bytes: tinyPdf({ pages: Array.from({ length: 10_000 }, () => ['x']) }),
    },
    {
      name: 'long.pdf',
      mediaType: 'application/pdf',
      bytes: tinyPdf({ pages: Array.from({ length: 1_500 }, (_, n) => [`Page ${n} says little.`]) }),
    },
    { name: 'deep.json', mediaType: 'application/json', bytes: Buffer.from(deep) },
    {
      name: 'groups.pptx',
      mediaType: officeTypes.pptx,
      bytes: zipOf({
        'ppt/presentation.xml': `<p:sld>${'<p:grpSp>'.repeat(2000)}${'</p:grpSp>'.repeat(2000)}</p:sld>`,
      }),
    },
    { name: 'encoding.csv', mediaType: 'text/csv', bytes: Buffer.from([0x81, 0, 0xff, 0xfe, 0x9d, 1, 2, 3]) },
    { name: 'formulas.csv', mediaType: 'text/csv', bytes: Buffer.from(cells) },
    {
      name: 'tags.html',
      mediaType: 'text/html',
      bytes: Buffer.from(`${'<div><b>'.repeat(100_000)}x<script>fetch("http://169.254.169.254")</script>`),
    },
  ];
}
