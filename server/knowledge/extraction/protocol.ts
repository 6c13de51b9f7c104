import type { ArchivePart } from './archive.ts';
import type { ReadPage } from './page.ts';
import type { ReadDocument } from './read-document.ts';
import type { ReadSitemap } from './sitemap.ts';
import type { UnreadableCode } from './unreadable.ts';

/** What the reading process is asked to do, and what it gives back. */
export interface Tasks {
  document: { asks: { bytes: Uint8Array; mediaType: string }; gives: ReadDocument };
  page: { asks: { bytes: Uint8Array; address: string; contentType: string }; gives: ReadPage };
  sitemap: { asks: { bytes: Uint8Array }; gives: ReadSitemap };
  archive: { asks: { bytes: Uint8Array; from: number; bytesMax: number }; gives: ArchivePart };
}
export type Task = keyof Tasks;

export type Request = { [T in Task]: { task: T; input: Tasks[T]['asks'] } }[Task];

export type Reply =
  | { kind: 'progress'; done: number; total: number }
  | { kind: 'read'; result: Tasks[Task]['gives'] }
  | { kind: 'unreadable'; code: UnreadableCode; detail: string; reason: string };
