import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { type KnowledgeClient, Refused, type RemoteDocument } from './knowledge-client.ts';
import type { FoundFile } from './walk-folder.ts';

export interface Uploaded {
  file: FoundFile;
  /** Null where it is searchable now. */
  failure: string | null;
}

export interface UploadOptions {
  /** Called for each file whenever there is something new to tell. */
  onProgress(file: FoundFile, what: string): void;
  /** Between two looks at a document. */
  pause(): Promise<void>;
  read?(path: string): Promise<Uint8Array>;
}

/**
 * Uploads files one after the other, then waits until each is searchable or failed. A file whose title an
 * earlier document has becomes that one's new version. One that fails does not stop the others.
 */
export async function uploadAll(
  client: Pick<KnowledgeClient, 'list' | 'get' | 'upload'>,
  files: FoundFile[],
  { onProgress, pause, read = readFile }: UploadOptions,
): Promise<Uploaded[]> {
  const known = new Map((await client.list()).reverse().map(({ title, id }) => [title, id]));
  const waiting: { file: FoundFile; id: string }[] = [];
  const done: Uploaded[] = [];
  const finish = (file: FoundFile, failure: string | null, what: string) => {
    done.push({ file, failure });
    onProgress(file, what);
  };
  for (const file of files) {
    onProgress(file, 'uploading');
    try {
      const upload = { ...file, name: basename(file.path), bytes: await read(file.path) };
      const { id } = await client.upload(upload, known.get(file.title) ?? null);
      known.set(file.title, id);
      waiting.push({ file, id });
    } catch (thrown) {
      const failure = thrown instanceof Error ? thrown.message : String(thrown);
      finish(file, failure, `failed: ${failure}`);
      if (!(thrown instanceof Refused) && !isFileError(thrown)) throw thrown;
    }
  }
  for (const { file, id } of waiting) {
    const document = await untilSettled(client, id, what => onProgress(file, what), pause);
    const failure = document.failure?.detail ?? (document.state === 'ready' ? null : document.state);
    finish(file, failure, failure === null ? `ready, ${passages(document)}` : `failed: ${failure}`);
  }
  return done;
}

async function untilSettled(
  client: Pick<KnowledgeClient, 'get'>,
  id: string,
  tell: (what: string) => void,
  pause: () => Promise<void>,
): Promise<RemoteDocument> {
  let told = '';
  for (;;) {
    const document = await client.get(id);
    if (document.state !== 'queued' && document.state !== 'indexing') return document;
    const { stage, progress } = document;
    const share = progress.total > 0 ? ` ${progress.done} of ${progress.total}` : '';
    const what = `${stage ?? 'waiting'}${share}`;
    if (what !== told) tell(what);
    told = what;
    await pause();
  }
}

function passages({ passages: count }: RemoteDocument): string {
  return count === 1 ? '1 passage' : `${count} passages`;
}

function isFileError(thrown: unknown): boolean {
  return thrown instanceof Error && 'syscall' in thrown && 'path' in thrown;
}
