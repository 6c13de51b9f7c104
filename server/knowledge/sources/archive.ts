import { basename } from 'node:path';
import { upsertDocument } from '../add-document.ts';
import type { KnowledgeDeps } from '../deps.ts';
import type { ArchiveMember } from '../extraction/archive.ts';
import { Unreadable } from '../extraction/unreadable.ts';
import { type AcceptedType, checkMediaType, typeByName } from '../media-type.ts';
import { discard } from './discard.ts';
import { read } from './reading.ts';
import { readArchiveSettings } from './settings.ts';
import { holdSource, type Looked, nextItem, type SourceClaim, settleItem } from './source-queries.ts';

const system = { actor: { kind: 'system', id: null }, idempotencyKey: null } as const;

/**
 * Makes a document of each file in an archive, one part of it per slice. A later archive of the same source
 * brings new versions; a file that is no longer in it takes its document along.
 */
export async function syncArchive(
  deps: KnowledgeDeps,
  claim: SourceClaim,
  signal: AbortSignal,
): Promise<'more' | 'done'> {
  const settings = readArchiveSettings(claim.settings);
  const bytes = await deps.files.get(claim.tenantId, settings.fileKey);
  if (bytes === null)
    throw new Unreadable('document-file-missing', 'The stored archive is gone. Upload it again.');
  const input = { bytes, from: settings.at, bytesMax: deps.uploadBytesMax };
  const { members, next } = await read(deps, 'archive', input, signal);
  for (const member of members) {
    signal.throwIfAborted();
    const looked = await take(deps, claim, member);
    await deps.db.withTenant(claim.tenantId, tx => settleItem(tx, claim, member.name, looked));
  }
  if (next !== null) {
    const changed = JSON.stringify({ ...settings, at: next });
    await deps.db.withTenant(claim.tenantId, tx => holdSource(tx, claim, { settings: changed }));
    return 'more';
  }
  // What an earlier archive had and this one has not.
  for (;;) {
    const old = await deps.db.withTenant(claim.tenantId, tx => nextItem(tx, claim));
    if (old === null) return 'done';
    if (old.documentId !== null) await discard(deps, claim, old.documentId);
    const looked = {
      outcome: 'removed',
      documentId: null,
      reason: 'It is no longer in the archive.',
    } as const;
    await deps.db.withTenant(claim.tenantId, tx => settleItem(tx, claim, old.name, looked));
  }
}

async function take(deps: KnowledgeDeps, claim: SourceClaim, member: ArchiveMember): Promise<Looked> {
  if (member.bytes === null) return { outcome: 'left-out', reason: member.reason };
  const bytes = Buffer.from(member.bytes);
  const mediaType = typeOf(member.name, bytes);
  if (mediaType === null) return { outcome: 'left-out', reason: 'Files of this kind are not read.' };
  if (bytes.length === 0) return { outcome: 'left-out', reason: 'The file is empty.' };
  const fileName = shown(basename(member.name)) || 'document';
  const title =
    shown(
      member.name
        .replace(/\.[a-z0-9]{1,8}$/i, '')
        .split('/')
        .join(' - '),
    ) || fileName;
  const place = { sourceId: claim.id, externalId: member.name.slice(-500), address: null };
  const upload = { title: title.slice(-200), fileName, mediaType, bytes };
  const { documentId, outcome } = await upsertDocument(deps, claim.tenantId, place, upload, system);
  return { outcome, documentId, reason: null };
}

function typeOf(name: string, bytes: Buffer): AcceptedType | null {
  const declared = typeByName(name);
  try {
    return declared === null ? null : checkMediaType(declared, bytes);
  } catch {
    return null;
  }
}

function shown(name: string): string {
  return name
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '')
    .trim()
    .slice(-200);
}
