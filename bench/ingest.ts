import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readDocument } from '../server/knowledge/extraction/read-document.ts';
import { clusteredVectors } from './clustered-vectors.ts';
import { type BenchFile, openKnowledgeBench } from './knowledge-bench.ts';
import type { Row } from './report.ts';

const folder = fileURLToPath(new URL('../eval/documents', import.meta.url));
const dimensions = 384;

/**
 * The documents of the evaluation, from bytes to searchable, two at a time as the worker takes them: beside
 * them the parser alone, in this process, which makes passages and stores nothing. Vectors come from a model
 * that answers at once, so that the time is ours.
 */
export async function benchIngest({ rounds }: { rounds: number }): Promise<Row[]> {
  const files = await readFiles(folder);
  const bytes = files.reduce((sum, file) => sum + file.bytes.length, 0);
  const vectors = clusteredVectors(1, dimensions);
  const topic = vectors.topic();
  const some = Array.from({ length: 64 }, () => Array.from(vectors.near(topic, 1)));
  const embedder = {
    model: 'bench',
    dimensions,
    embed: async (texts: string[]) => texts.map((_, n) => some[n % 64] ?? []),
  };
  const on = await openKnowledgeBench(embedder);
  try {
    const seconds = { parser: [] as number[], ours: [] as number[] };
    let passages = 0;
    for (let round = 0; round < rounds; round += 1) {
      passages = 0;
      seconds.parser.push(
        await timed(async () => {
          for (const file of files)
            passages += (await readDocument(file.bytes, file.mediaType, () => {})).passages.length;
        }),
      );
      const tenantId = await on.addTenant();
      seconds.ours.push(
        await timed(async () => {
          const left = [...files];
          const worker = async () => {
            for (let file = left.shift(); file; file = left.shift()) {
              const { state, code } = await on.ingest(tenantId, file);
              if (state !== 'ready') throw new Error(`${file.name} is ${state}: ${code}`);
            }
          };
          await Promise.all([worker(), worker()]);
        }),
      );
    }
    const best = { parser: Math.min(...seconds.parser), ours: Math.min(...seconds.ours) };
    const label = `ingestion of ${files.length} documents (${on.shape}), with vectors of ${dimensions}`;
    return [
      {
        what: `${label}: passages a second, floor: parser alone`,
        unit: '/s',
        floor: passages / best.parser,
        ours: passages / best.ours,
        budget: '',
      },
      {
        what: `${label}: MB a second, floor: parser alone`,
        unit: 'MB/s',
        floor: bytes / 1e6 / best.parser,
        ours: bytes / 1e6 / best.ours,
        budget: '',
      },
    ];
  } finally {
    await on.close();
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

const types: Record<string, BenchFile['mediaType']> = {
  md: 'text/markdown',
  html: 'text/html',
  txt: 'text/plain',
};

async function readFiles(from: string): Promise<BenchFile[]> {
  const names = await readdir(from, { recursive: true });
  const files: BenchFile[] = [];
  for (const name of names.sort()) {
    const mediaType = types[name.split('.').at(-1) ?? ''];
    if (mediaType) files.push({ name, mediaType, bytes: await readFile(join(from, name)) });
  }
  return files;
}
