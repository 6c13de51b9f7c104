import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SetupError } from './errors.ts';
import type { State } from './state.ts';

const debounceMs = 150;

export interface Store {
  readonly state: State;
  /** Where the sandbox keeps its files. */
  readonly dir: string;
  /** The state changed; it reaches the disk soon. */
  touch(): void;
  /** The state is on the disk when this resolves: awaited before a token leaves the house. */
  flush(): Promise<void>;
  /** The last state is on the disk when this resolves; nothing is written afterwards. */
  close(): Promise<void>;
}

/**
 * Opens the state kept under `dataDir`, or starts with `fresh()`.
 *
 * Writes go to a temporary file which then takes the place of the old one, so a crash leaves either state whole.
 * Not held in the state: addresses. They follow from the ports of this start.
 *
 * @throws SetupError when the folder cannot be written or the file cannot be read
 */
export function openStore(dataDir: string, fresh: () => State): Store {
  const dir = join(dataDir, 'sandbox');
  const file = join(dir, 'state.json');
  try {
    mkdirSync(dir, { recursive: true });
    const probe = join(dir, '.writable');
    writeFileSync(probe, '');
    renameSync(probe, join(dir, '.probe'));
  } catch (error) {
    throw new SetupError(
      `The folder ${dir} cannot be written (${reason(error)}): set DATA_DIR to a folder that can.`,
    );
  }
  const state = load(file) ?? fresh();

  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();
  let closed = false;

  const write = async () => {
    const text = JSON.stringify(state);
    const temporary = `${file}.${process.pid}.tmp`;
    await mkdir(dir, { recursive: true });
    await writeFile(temporary, text, { mode: 0o600 });
    await rename(temporary, file);
  };
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    writing = writing.catch(() => undefined).then(() => (closed ? undefined : write()));
    return writing;
  };

  return {
    state,
    dir,
    touch() {
      if (closed || timer) return;
      timer = setTimeout(() => {
        flush().catch(error => console.error(`The sandbox could not save its state: ${reason(error)}`));
      }, debounceMs);
      timer.unref();
    },
    flush,
    async close() {
      if (closed) return;
      closed = true;
      clearTimeout(timer);
      // A write under way would put an older state over the last one.
      await writing.catch(() => undefined);
      const temporary = `${file}.${process.pid}.last`;
      writeFileSync(temporary, JSON.stringify(state), { mode: 0o600 });
      renameSync(temporary, file);
    },
  };
}

function load(file: string): State | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new SetupError(
      `The sandbox's state ${file} cannot be read (${reason(error)}): delete it to start afresh.`,
    );
  }
  try {
    const state = JSON.parse(text) as State;
    if (state.version === 1) return state;
  } catch {}
  throw new SetupError(
    `The sandbox's state ${file} is from another version or damaged: delete it to start afresh.`,
  );
}

function reason(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
