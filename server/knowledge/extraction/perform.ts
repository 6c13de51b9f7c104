import type { Request, Task, Tasks } from './protocol.ts';
import { readDocument } from './read-document.ts';

/** The tasks of the reading process; what only some of them need is loaded by them. */
export async function perform(
  { task, input }: Request,
  onProgress: (done: number, total: number) => void,
): Promise<Tasks[Task]['gives']> {
  switch (task) {
    case 'document':
      return readDocument(input.bytes, input.mediaType, onProgress);
    case 'page':
      return (await import('./page.ts')).readPage(input.bytes, input.address, input.contentType);
    case 'sitemap':
      return (await import('./sitemap.ts')).readSitemap(input.bytes);
    case 'archive':
      return (await import('./archive.ts')).readArchive(input.bytes, input);
  }
}
