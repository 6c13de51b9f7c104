import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SetupError } from './errors.ts';
import { emptyExtras } from './extras.ts';
import { type Core, coreOf, recordsOf } from './saved-parts.ts';
import type { AccountState, State } from './state.ts';

const delayMs = 150;
/** The records take at most a quarter of the time: a round that took 100 ms is followed by 300 ms of rest. */
const restPerWork = 3;

/** One account's view of what is kept on the disk. */
export interface Store {
  readonly state: State;
  /** Where the sandbox keeps its files. */
  readonly dir: string;
  /** The account's records changed; they reach the disk soon. */
  touch(): void;
  /**
   * Tokens, codes, installs, integrations, people and hooks are on the disk when this resolves: awaited before a
   * token leaves the house. Records (leads, notes, messages, ...) follow soon: a whole account is too much to write
   * again for every note.
   */
  flush(): Promise<void>;
}

export interface StateStore {
  readonly state: State;
  readonly dir: string;
  of(account: AccountState): Store;
  /** Everything is on the disk when this resolves. */
  flushAll(): Promise<void>;
  /** The last state is on the disk when this resolves; nothing is written afterwards. */
  close(): Promise<void>;
}

/**
 * Opens the state kept under `dataDir`, or starts with `fresh()`.
 *
 * `state.json` holds what is small and precious, `records/<account>.json` the rest. Writes go to a temporary file
 * which then takes the place of the old one, so a crash leaves either state whole. Not held: addresses; they follow
 * from the ports of this start.
 *
 * @throws SetupError when the folder cannot be written or a file cannot be read
 */
export function openStore(dataDir: string, fresh: () => State): StateStore {
  const dir = join(dataDir, 'sandbox');
  const coreFile = join(dir, 'state.json');
  const recordsFile = (account: AccountState) => join(dir, 'records', `${account.account.id}.json`);
  needWritable(dir);
  const state = load(dir, coreFile) ?? fresh();
  let closed = false;

  const dirty = new Set<AccountState>(state.accounts);
  let timer: NodeJS.Timeout | undefined;
  let writingRecords: Promise<void> = Promise.resolve();
  const writeRecords = () => {
    clearTimeout(timer);
    timer = undefined;
    writingRecords = writingRecords
      .catch(() => undefined)
      .then(async () => {
        const startedAt = performance.now();
        for (const account of dirty) {
          if (closed) return;
          dirty.delete(account);
          await replaceFile(recordsFile(account), JSON.stringify(recordsOf(account)));
        }
        const tookMs = performance.now() - startedAt;
        if (dirty.size > 0) later(tookMs * restPerWork);
      });
    return writingRecords;
  };
  const later = (waitMs = delayMs) => {
    if (closed || timer) return;
    timer = setTimeout(
      () => {
        writeRecords().catch(complain);
      },
      Math.max(delayMs, waitMs),
    );
    timer.unref();
  };

  let writingCore: Promise<void> = Promise.resolve();
  let nextCore: Promise<void> | undefined;
  /** Those who ask while a write is under way share the one after it. */
  const flushCore = () => {
    nextCore ??= writingCore
      .catch(() => undefined)
      .then(() => {
        nextCore = undefined;
        return closed ? undefined : replaceFile(coreFile, JSON.stringify(coreOf(state)));
      });
    writingCore = nextCore;
    return nextCore;
  };

  return {
    state,
    dir,
    of: account => ({
      state,
      dir,
      touch() {
        dirty.add(account);
        later();
      },
      flush() {
        dirty.add(account);
        later();
        return flushCore();
      },
    }),
    async flushAll() {
      for (const account of state.accounts) dirty.add(account);
      await writeRecords();
      await flushCore();
    },
    async close() {
      if (closed) return;
      closed = true;
      clearTimeout(timer);
      // A write under way would put an older state over the last one.
      await Promise.allSettled([writingRecords, writingCore]);
      for (const account of state.accounts) {
        replaceFileNow(recordsFile(account), JSON.stringify(recordsOf(account)));
      }
      replaceFileNow(coreFile, JSON.stringify(coreOf(state)));
    },
  };
}

async function replaceFile(file: string, text: string): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(temporary, text, { mode: 0o600 });
  await rename(temporary, file);
}

function replaceFileNow(file: string, text: string): void {
  const temporary = `${file}.${process.pid}.last`;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(temporary, text, { mode: 0o600 });
  renameSync(temporary, file);
}

function needWritable(dir: string): void {
  try {
    mkdirSync(dir, { recursive: true });
    const probe = join(dir, '.writable');
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (error) {
    throw new SetupError(
      `The folder ${dir} cannot be written (${reason(error)}): set DATA_DIR to a folder that can.`,
    );
  }
}

/** An older state is brought up: the first version held everything in one file and knew no hooks. */
function load(dir: string, file: string): State | null {
  const saved = readJson(file) as { version: number } | null;
  if (saved === null) return null;
  if (saved.version === 1) {
    const old = saved as State & { version: number };
    return { ...old, version: 2, accounts: old.accounts.map(one => ({ ...emptyExtras(), ...one })) };
  }
  if (saved.version !== 2) throw damaged(file);
  const core = saved as Core;
  const accounts = core.accounts.map(one => {
    const recordsFile = join(dir, 'records', `${one.account.id}.json`);
    const records = readJson(recordsFile) as Partial<AccountState> | null;
    if (records === null) throw damaged(recordsFile);
    return { ...emptyExtras(), ...(records as AccountState), ...one };
  });
  return { ...core, accounts };
}

function readJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new SetupError(
      `The sandbox's state ${file} cannot be read (${reason(error)}): delete ${dirname(file)} to start afresh.`,
    );
  }
  try {
    return JSON.parse(text);
  } catch {
    throw damaged(file);
  }
}

function damaged(file: string): SetupError {
  return new SetupError(
    `The sandbox's state ${file} is missing, damaged or from a newer version: delete its folder to start afresh.`,
  );
}

function complain(error: unknown): void {
  console.error(`The sandbox could not save its state: ${reason(error)}`);
}

function reason(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
