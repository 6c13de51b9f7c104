import { upsertDocument } from '../add-document.ts';
import type { KnowledgeDeps } from '../deps.ts';
import { discard } from './discard.ts';
import { nextItem, type SourceClaim, settleItem } from './source-queries.ts';

const system = { actor: { kind: 'system', id: null }, idempotencyKey: null } as const;
/** More would be more than one document may be; the list is then several. */
const recordsPerDocument = 2_000;

/** One document per list, each product a line that carries the names of its fields. */
export async function syncProducts(
  deps: KnowledgeDeps,
  claim: SourceClaim,
  signal: AbortSignal,
): Promise<'more' | 'done'> {
  const lists = await deps.readProducts(claim.tenantId, signal);
  for (const { id, title, records } of lists) {
    for (let at = 0; at < records.length; at += recordsPerDocument) {
      signal.throwIfAborted();
      const name = at === 0 ? id : `${id}#${at / recordsPerDocument + 1}`;
      const bytes = Buffer.from(JSON.stringify(records.slice(at, at + recordsPerDocument)));
      const upload = {
        title: title.slice(0, 200),
        fileName: 'products.json',
        mediaType: 'application/json' as const,
        bytes,
      };
      const place = { sourceId: claim.id, externalId: name, address: null };
      const { documentId, outcome } = await upsertDocument(deps, claim.tenantId, place, upload, system);
      await deps.db.withTenant(claim.tenantId, tx => settleItem(tx, claim, name, { outcome, documentId }));
    }
  }
  for (;;) {
    const old = await deps.db.withTenant(claim.tenantId, tx => nextItem(tx, claim));
    if (old === null) return 'done';
    if (old.documentId !== null) await discard(deps, claim, old.documentId);
    await deps.db.withTenant(claim.tenantId, tx =>
      settleItem(tx, claim, old.name, { outcome: 'removed', documentId: null, reason: 'The list is gone.' }),
    );
  }
}
