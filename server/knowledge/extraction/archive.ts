import { type Member, openZip } from './zip.ts';

export interface ArchiveMember {
  /** As it stands in the archive; shown to people, never a path. */
  name: string;
  /** Null for one that was not unpacked. */
  bytes: Uint8Array | null;
  reason: string | null;
}

export interface ArchivePart {
  members: ArchiveMember[];
  /** Where the next part begins; null after the last. */
  next: number | null;
  total: number;
}

const limits = { membersMax: 5_000, bytesMax: 200 * 1024 * 1024 };
const memberBytesMax = 25 * 1024 * 1024;
/** Unpacked at a time, so that neither process holds the whole. */
const partBytesMax = 16 * 1024 * 1024;

const nested = /\.(?:zip|rar|7z|tar|gz|tgz|bz2|xz|zst|jar|iso|cab)$/i;
/** What systems leave in archives of their own accord. */
const litter = /(?:^|\/)(?:__MACOSX\/|\.DS_Store$|Thumbs\.db$|desktop\.ini$|\.)/;

/** A part of an archive's files, in its own order. The whole archive is vetted before any of it. */
export async function readArchive(
  bytes: Uint8Array,
  { from, bytesMax }: { from: number; bytesMax: number },
): Promise<ArchivePart> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const all = (await openZip(buffer, limits)).filter(({ name }) => !litter.test(name));
  const members: ArchiveMember[] = [];
  let size = 0;
  let at = from;
  for (; at < all.length && size < partBytesMax && members.length < 100; at += 1) {
    const member = all[at];
    if (!member) break;
    const unpacked = await unpack(member, Math.min(bytesMax, memberBytesMax));
    size += unpacked.bytes?.length ?? 0;
    members.push(unpacked);
  }
  return { members, next: at < all.length ? at : null, total: all.length };
}

async function unpack({ name, size, read }: Member, bytesMax: number): Promise<ArchiveMember> {
  if (nested.test(name)) return { name, bytes: null, reason: 'An archive inside an archive is not opened.' };
  if (size > bytesMax)
    return { name, bytes: null, reason: `It is larger than ${Math.floor(bytesMax / 1024 / 1024)} MB.` };
  return { name, bytes: await read(), reason: null };
}
