import { createHash } from 'node:crypto';
import type { Db } from '../server/db/index.ts';
import { newId, type TenantId } from '../server/kernel/index.ts';
import { claimDocument } from '../server/knowledge/claim.ts';
import { insertVersion } from '../server/knowledge/document-queries.ts';
import { readDocument } from '../server/knowledge/extraction/read-document.ts';
import { rankPassages } from '../server/knowledge/search.ts';
import { selectPassages } from '../server/knowledge/search-queries.ts';
import { storePassages } from '../server/knowledge/store-passages.ts';
import { addTenant } from '../server/testing/database.ts';
import type { Language, Source } from './data.ts';

/** A tenant of its own with these documents, indexed as the product indexes them, without the reading process. */
export async function indexed(db: Db, sources: Source[]): Promise<TenantId> {
  const tenantId = await addTenant(db);
  for (const { name, mediaType, bytes } of sources) {
    const [documentId, versionId] = [newId(), newId()];
    await db.withTenant(tenantId, async tx => {
      await tx('documents').insert({
        tenant_id: tenantId,
        id: documentId,
        title: name,
        file_name: name,
        media_type: mediaType,
        created_by: 'system',
      });
      await insertVersion(tx, tenantId, {
        id: versionId,
        documentId,
        number: 1,
        fileKey: name,
        fileHash: createHash('sha256').update(bytes).digest('hex'),
        sizeBytes: bytes.length,
        mediaType,
      });
    });
    const claim = await claimDocument(db, tenantId, documentId);
    if (claim === null) throw new Error(`${name} was taken by somebody else.`);
    await storePassages({ db }, claim, await readDocument(bytes, mediaType, () => {}), () => {});
    await db.withTenant(tenantId, tx =>
      tx('documents').where({ tenant_id: tenantId, id: documentId }).update({
        state: 'ready',
        stage: null,
        current_version_id: versionId,
        claim_id: null,
      }),
    );
  }
  return tenantId;
}

export interface Found {
  documentId: string;
  body: string;
  score: number;
}

/** The product's own ranking, offline, before neighbours are merged: the other methods do not merge them either. */
export async function search(db: Db, tenantId: TenantId, text: string, locale: Language): Promise<Found[]> {
  return db.withTenant(tenantId, async tx => {
    const question = { text, locale, limit: 5, signal: new AbortController().signal };
    const best = await rankPassages(tx, tenantId, question, null);
    const rows = await selectPassages(tx, tenantId, best);
    return best.flatMap(({ versionId, ordinal, support }) => {
      const row = rows.find(each => each.versionId === versionId && each.ordinal === ordinal);
      return row ? [{ documentId: row.documentId, body: row.body, score: support }] : [];
    });
  });
}
