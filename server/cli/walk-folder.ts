import { readdir, stat } from 'node:fs/promises';
import { basename, extname, join, relative, sep } from 'node:path';

export interface FoundFile {
  path: string;
  /** Unique within one walk: the path below the folder, without the extension. */
  title: string;
  mediaType: string;
}

export interface Walk {
  files: FoundFile[];
  /** What was left out, each with the reason. */
  skipped: { path: string; reason: string }[];
}

const mediaTypes: Record<string, string> = {
  '.txt': 'text/plain',
  '.text': 'text/plain',
  '.md': 'text/markdown',
  '.markdown': 'text/markdown',
  '.html': 'text/html',
  '.htm': 'text/html',
  '.csv': 'text/csv',
  '.json': 'application/json',
  '.pdf': 'application/pdf',
  '.docx': 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  '.xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  '.pptx': 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
};

/**
 * The documents at a path: the file itself, or all below the folder, in the order of their names. Hidden
 * entries and links are left out, so that a walk ends and stays where it began.
 *
 * @throws Error with a sentence for a path that does not exist
 */
export async function walkFolder(root: string): Promise<Walk> {
  const walk: Walk = { files: [], skipped: [] };
  const place = await stat(root).catch(() => null);
  if (place === null) throw new Error(`There is nothing at ${root}.`);
  if (place.isDirectory()) await walkInto(root, root, walk);
  else take(root, basename(root), walk);
  return walk;
}

async function walkInto(root: string, folder: string, walk: Walk): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.name.startsWith('.')) walk.skipped.push({ path, reason: 'hidden' });
    else if (entry.isDirectory()) await walkInto(root, path, walk);
    else if (entry.isFile()) take(path, relative(root, path), walk);
    else walk.skipped.push({ path, reason: 'a link or device' });
  }
}

function take(path: string, name: string, walk: Walk): void {
  const extension = extname(name);
  const mediaType = mediaTypes[extension.toLowerCase()];
  if (mediaType === undefined) {
    walk.skipped.push({ path, reason: extension === '' ? 'no known type' : `${extension} is not read yet` });
    return;
  }
  const title = name.slice(0, -extension.length).split(sep).join(' - ').slice(-200);
  walk.files.push({ path, title, mediaType });
}
