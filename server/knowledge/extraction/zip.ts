import yauzl from 'yauzl';
import { Unreadable } from './unreadable.ts';

/** One file in an archive. Its name is shown to people and never used as a path. */
export interface Member {
  name: string;
  /** What it claims to unpack to; reading it fails as soon as that is exceeded. */
  size: number;
  read(): Promise<Buffer>;
}

export interface ZipLimits {
  membersMax: number;
  bytesMax: number;
}

/** Beyond this, and more than a megabyte, something is a bomb; office files reach some 40. */
const ratioMax = 100;
const harmlessBytes = 1024 * 1024;

/**
 * The files of an archive, vetted by its directory before a byte is unpacked.
 *
 * @throws Unreadable with `archive-refused` for names that lead elsewhere, links, bombs, passwords
 */
export async function openZip(bytes: Buffer, { membersMax, bytesMax }: ZipLimits): Promise<Member[]> {
  const archive = await open(bytes);
  const members: Member[] = [];
  let total = 0;
  for (const entry of await entriesOf(archive, membersMax)) {
    if (entry.fileName.endsWith('/')) continue;
    if (entry.isEncrypted()) throw refused('It asks for a password. Pack it without one.');
    if (((entry.externalFileAttributes >>> 16) & 0o170000) === 0o120000)
      throw refused(`"${shown(entry.fileName)}" is a link to another file.`);
    const { uncompressedSize: size, compressedSize } = entry;
    if (size > harmlessBytes && size > ratioMax * Math.max(1, compressedSize))
      throw refused(`"${shown(entry.fileName)}" unpacks to more than ${ratioMax} times its size.`);
    total += size;
    if (total > bytesMax) throw refused(`It unpacks to more than ${Math.floor(bytesMax / 1024 / 1024)} MB.`);
    members.push({ name: entry.fileName, size, read: () => unpack(archive, entry) });
  }
  if (total > harmlessBytes && total > ratioMax * bytes.length)
    throw refused(`It unpacks to more than ${ratioMax} times its size.`);
  return members;
}

export function refused(reason: string): Unreadable {
  return new Unreadable('archive-refused', `This archive was not opened. ${reason}`);
}

async function open(bytes: Buffer): Promise<yauzl.ZipFile> {
  try {
    return await yauzl.fromBufferPromise(bytes, { lazyEntries: true, strictFileNames: true });
  } catch (cause) {
    const detail = 'This file is damaged: its table of contents cannot be read. Save it again.';
    throw new Unreadable('document-unreadable', detail, { cause });
  }
}

async function entriesOf(archive: yauzl.ZipFile, membersMax: number): Promise<yauzl.Entry[]> {
  if (archive.entryCount > membersMax) throw refused(`It holds more than ${membersMax} files.`);
  const entries: yauzl.Entry[] = [];
  try {
    for await (const entry of archive.eachEntry()) {
      if (entries.push(entry) > membersMax) throw refused(`It holds more than ${membersMax} files.`);
    }
  } catch (cause) {
    if (cause instanceof Unreadable) throw cause;
    const leadsElsewhere = /invalid (?:relative|characters)|absolute path/i.test(String(cause));
    if (leadsElsewhere) throw refused('A file in it has a name that leads outside of it.');
    throw new Unreadable('document-unreadable', 'This archive is damaged. Pack it again.', { cause });
  }
  return entries;
}

async function unpack(archive: yauzl.ZipFile, entry: yauzl.Entry): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of await archive.openReadStreamPromise(entry)) chunks.push(chunk as Buffer);
  } catch (cause) {
    const detail = `"${shown(entry.fileName)}" in it is damaged or not of the size it claims.`;
    throw new Unreadable('archive-refused', `This archive was not opened. ${detail}`, { cause });
  }
  return Buffer.concat(chunks);
}

function shown(name: string): string {
  return name.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '').slice(-80);
}
