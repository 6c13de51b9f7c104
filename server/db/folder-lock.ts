import { randomUUID } from 'node:crypto';
import { link, mkdir, open, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DataFolderTaken, DataFolderUnusable } from './errors.ts';

export interface FolderLock {
  release(): Promise<void>;
}

/**
 * Takes a folder for this process, until `release` or the process ends in whatever way.
 *
 * The lock is a listening Unix socket inside the folder: the kernel closes it even after kill -9, and
 * containers that share the volume see it too, which neither a pid file nor an abstract socket gives.
 *
 * @throws DataFolderTaken while another process lives in it
 * @throws DataFolderUnusable if it cannot be made or written to
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const id = randomUUID();
  const own = `lock-${id.slice(0, 8)}.sock`;
  let directory: { path: string; close(): Promise<void> };
  let server: Server;
  try {
    await mkdir(folder, { recursive: true });
    directory = await shortPath(folder);
    server = await listen(join(directory.path, own), id);
  } catch (cause) {
    throw new DataFolderUnusable(folder, cause);
  }
  const release = async () => {
    await new Promise(done => server.close(done));
    await rm(join(folder, own), { force: true });
    await directory.close();
  };
  const name = join(directory.path, 'lock.sock');
  try {
    await takeName(join(directory.path, own), name, id);
  } catch (refused) {
    await release();
    throw refused === taken ? new DataFolderTaken(folder) : new DataFolderUnusable(folder, refused);
  }
  return {
    async release() {
      await rm(join(folder, 'lock.sock'), { force: true });
      await release();
    },
  };
}

const taken = Symbol('taken');

async function takeName(own: string, name: string, id: string): Promise<void> {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    try {
      await link(own, name);
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
      if ((await holderOf(name)) !== null) throw taken;
      await rm(name, { force: true });
      continue;
    }
    // Two starters may both find a dead holder and replace each other: the one whose id stays has it.
    await delay(40);
    const holder = await holderOf(name);
    if (holder === id) return;
    if (holder !== null) throw taken;
  }
  throw taken;
}

/** The id of the living process behind a socket, or null if nobody listens. */
function holderOf(path: string): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    let said = '';
    socket.setEncoding('utf8');
    socket.setTimeout(2000, () => socket.destroy());
    socket.on('data', chunk => {
      said += chunk;
    });
    // A holder that accepts and says nothing is alive all the same, only busy.
    socket.on('close', () => resolve(said === '' ? 'silent' : said));
    socket.on('error', error => {
      socket.removeAllListeners('close');
      if (hasCode(error, 'ECONNREFUSED') || hasCode(error, 'ENOENT')) resolve(null);
      else reject(error);
    });
  });
}

function listen(path: string, id: string): Promise<Server> {
  const server = createServer(socket => {
    socket.on('error', () => socket.destroy());
    socket.end(id);
  });
  server.unref();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => resolve(server));
  });
}

/** A socket's path holds some 100 bytes; on Linux an open folder has a short name however deep it lies. */
async function shortPath(folder: string): Promise<{ path: string; close(): Promise<void> }> {
  if (Buffer.byteLength(folder) < 80) return { path: folder, close: async () => {} };
  const handle = await open(folder, 'r');
  return { path: `/proc/self/fd/${handle.fd}`, close: () => handle.close() };
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
