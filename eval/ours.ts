import { createHash } from 'node:crypto';
import type { Db } from '../server/db/index.ts';
import { createLogger, newId, type TenantId, toError } from '../server/kernel/index.ts';
import { claimDocument } from '../server/knowledge/claim.ts';
import { insertVersion } from '../server/knowledge/document-queries.ts';
import { readDocument } from '../server/knowledge/extraction/read-document.ts';
import { type FoundPassage, searchKnowledge } from '../server/knowledge/search.ts';
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
    await storePassages(db, claim, await readDocument(bytes, mediaType, () => {}), () => {});
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

/** The product's own search, offline. */
export function search(
  db: Db,
  tenantId: TenantId,
  question: string,
  locale: Language,
): Promise<FoundPassage[]> {
  return searchKnowledge({ db, embedder: null, meter: refuse, log: createLogger('silent') }, tenantId, {
    text: question,
    locale,
    limit: 10,
    signal: new AbortController().signal,
  });
}

const refuse = () => Promise.reject(toError('There is no model here.'));
