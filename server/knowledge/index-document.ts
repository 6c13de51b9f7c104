import { recordAudit } from '../audit/index.ts';
import { isAbort, type TenantId, toError } from '../kernel/index.ts';
import { type Claim, ClaimLost, claimDocument, holdClaim, returnClaim, type Stage } from './claim.ts';
import type { KnowledgeDeps } from './deps.ts';
import { deleteDerived } from './document-queries.ts';
import { embedMissing } from './embed-passages.ts';
import { defaultExtractorPath, extract } from './extraction/extract.ts';
import type { ReadDocument } from './extraction/read-document.ts';
import { Unreadable } from './extraction/unreadable.ts';
import { embedderOf } from './spaces/embedder-of.ts';
import { configuredKind, servingSpace } from './spaces/space.ts';
import { storePassages } from './store-passages.ts';

/** A document that broke this many tries without being at fault itself waits for a person. */
const attemptsMax = 5;
const heartbeatMs = 10_000;

/**
 * Makes a queued document searchable. Safe to run twice, at once, or after a kill at any point: whoever
 * holds the claim writes, and nothing is seen before the last transaction switches the version.
 *
 * A document that cannot be read ends as failed; the version before it stays searchable. Only failures of
 * our own side are thrown, for the queue to try again.
 */
export async function indexDocument(
  deps: KnowledgeDeps,
  tenantId: TenantId,
  documentId: string,
  signal: AbortSignal,
): Promise<void> {
  const claim = await claimDocument(deps.db, tenantId, documentId);
  if (claim === null) return;
  const heart = beat(deps, claim, signal);
  try {
    await build(deps, claim, heart);
  } catch (thrown) {
    if (thrown instanceof ClaimLost || heart.lost()) return;
    if (thrown instanceof Unreadable) await fail(deps, claim, thrown.code, thrown.message);
    else if (claim.attempts >= attemptsMax && !isAbort(thrown) && !signal.aborted) {
      deps.log.error({ tenantId, documentId, err: toError(thrown) }, 'indexing a document failed too often');
      const detail = 'Something on our side failed again and again. Upload the file again later.';
      await fail(deps, claim, 'indexing-failed', detail);
    } else {
      await returnClaim(deps.db, claim);
      throw thrown;
    }
  } finally {
    heart.stop();
  }
}

interface Heart {
  signal: AbortSignal;
  show(stage: Stage, done: number, total: number): void;
  lost(): boolean;
  stop(): void;
}

/** Tells now and then that the claim's holder lives and how far it is; stops the work when the claim is lost. */
function beat({ db, log }: KnowledgeDeps, claim: Claim, stopping: AbortSignal): Heart {
  const ending = new AbortController();
  let progress: { stage: Stage; done: number; total: number } = { stage: 'extracting', done: 0, total: 0 };
  const timer = setInterval(() => {
    db.withTenant(claim.tenantId, tx => holdClaim(tx, claim, progress)).catch(thrown => {
      if (thrown instanceof ClaimLost) ending.abort(thrown);
      else log.warn({ documentId: claim.documentId, err: toError(thrown) }, 'progress could not be written');
    });
  }, heartbeatMs);
  return {
    signal: AbortSignal.any([stopping, ending.signal]),
    show(stage, done, total) {
      progress = { stage, done, total };
    },
    lost: () => ending.signal.aborted,
    stop: () => clearInterval(timer),
  };
}

async function build(deps: KnowledgeDeps, claim: Claim, heart: Heart): Promise<void> {
  const { reach } = deps;
  await reach?.('ingest.claimed');
  const document = await read(deps, claim, heart);
  await reach?.('ingest.extracted');
  await storePassages(deps, claim, document, (done, total) => heart.show('splitting', done, total));
  await reach?.('ingest.stored');
  const embeddedSpaceId = await embed(deps, claim, heart);
  await reach?.('ingest.before-switch');
  await switchVersion(deps, claim, embeddedSpaceId);
  await reach?.('ingest.switched');
}

async function read(deps: KnowledgeDeps, { tenantId, version }: Claim, heart: Heart): Promise<ReadDocument> {
  const bytes = await deps.files.get(tenantId, version.fileKey);
  if (bytes === null) {
    throw new Unreadable('document-file-missing', 'The stored file is gone. Upload it again.');
  }
  const limits = deps.extractionLimits ?? { timeMsMax: 60_000, memoryMbMax: 640 };
  const reading = extract(
    { bytes, mediaType: version.mediaType },
    {
      ...limits,
      extractorPath: deps.extractorPath ?? defaultExtractorPath(),
      onProgress: (done, total) => heart.show('extracting', done, total),
      signal: heart.signal,
    },
  );
  reading.catch(() => {});
  await deps.reach?.('ingest.extracting');
  return reading;
}

/**
 * The space in which all passages have vectors now, or null. Words alone can be searched too, so a model
 * that fails holds no document up: its vectors are made later.
 */
async function embed(deps: KnowledgeDeps, claim: Claim, heart: Heart): Promise<string | null> {
  const { db, embedder: configured, log } = deps;
  if (configured === null) return null;
  const { tenantId, documentId, version } = claim;
  const kind = configuredKind(configured, deps.precision);
  const space = await db.withTenant(tenantId, tx => servingSpace(tx, tenantId, kind));
  const embedder = embedderOf(deps, space);
  if (embedder === null) return null;
  try {
    await embedMissing(deps, embedder, tenantId, {
      space,
      versionIds: [version.id],
      signal: heart.signal,
      async onBatch(tx, done, total) {
        heart.show('embedding', done, total);
        await holdClaim(tx, claim, { stage: 'embedding', done, total });
      },
    });
    return space.id;
  } catch (thrown) {
    if (thrown instanceof ClaimLost || heart.signal.aborted) throw thrown;
    log.warn(
      { tenantId, documentId, err: toError(thrown) },
      'a document is searchable without vectors for now',
    );
    return null;
  }
}

/** The one moment at which searches change from the old version to the new. */
async function switchVersion({ db }: KnowledgeDeps, claim: Claim, spaceId: string | null): Promise<void> {
  const { tenantId, documentId, version } = claim;
  await db.withTenant(tenantId, async tx => {
    await holdClaim(tx, claim);
    await tx('documents').where({ tenant_id: tenantId, id: documentId }).update({
      state: 'ready',
      stage: null,
      progress_done: 0,
      progress_total: 0,
      failure_code: null,
      failure_detail: null,
      current_version_id: version.id,
      embedded_space_id: spaceId,
      claim_id: null,
      attempts: 0,
    });
    await tx('document_versions')
      .where({ tenant_id: tenantId, id: version.id })
      .update({ indexed_at: tx.fn.now() });
    await deleteDerived(tx, tenantId, documentId, version.id);
    await recordAudit(tx, tenantId, {
      event: 'knowledge.document-indexed',
      actor: { kind: 'system', id: null },
      target: documentId,
      details: { version: version.number },
    });
  });
}

async function fail({ db }: KnowledgeDeps, claim: Claim, code: string, detail: string): Promise<void> {
  const { tenantId, documentId, version } = claim;
  try {
    await db.withTenant(tenantId, async tx => {
      await holdClaim(tx, claim);
      await tx('documents')
        .where({ tenant_id: tenantId, id: documentId })
        .update({ state: 'failed', failure_code: code, failure_detail: detail, claim_id: null });
      await recordAudit(tx, tenantId, {
        event: 'knowledge.document-failed',
        actor: { kind: 'system', id: null },
        target: documentId,
        details: { version: version.number, code },
      });
    });
  } catch (thrown) {
    if (!(thrown instanceof ClaimLost)) throw thrown;
  }
}
