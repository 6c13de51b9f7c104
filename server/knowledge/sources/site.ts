import { createHash } from 'node:crypto';
import { AppError, isAbort } from '../../kernel/index.ts';
import { upsertDocument } from '../add-document.ts';
import type { KnowledgeDeps } from '../deps.ts';
import type { ReadPage } from '../extraction/page.ts';
import { Unreadable } from '../extraction/unreadable.ts';
import { type AcceptedType, checkMediaType } from '../media-type.ts';
import { canonicalAddress, isWithin } from './canonical.ts';
import { discard } from './discard.ts';
import { type Fetched, fetchPage, PageRefused } from './fetch-page.ts';
import { politely } from './politeness.ts';
import { read } from './reading.ts';
import { readSiteSettings } from './settings.ts';
import { findInSitemaps } from './sitemaps.ts';
import {
  addItems,
  holdSource,
  type Item,
  type Looked,
  nextItem,
  type SourceClaim,
  settleItem,
} from './source-queries.ts';
import { pauseFor, robotsOf, type Walk } from './walk.ts';

const sliceMs = 20_000;
const system = { actor: { kind: 'system', id: null }, idempotencyKey: null } as const;

/**
 * Reads the pages of a site that are new or have changed, in one slice. Pages known from before are looked at
 * again; only one that is surely gone takes its document with it.
 */
export async function syncSite(
  deps: KnowledgeDeps,
  claim: SourceClaim,
  signal: AbortSignal,
): Promise<'more' | 'done'> {
  const settings = readSiteSettings(claim.settings);
  const walk: Walk = { deps, claim, settings, signal, robots: new Map() };
  const until = performance.now() + sliceMs;
  if (!(await hasBegun(walk))) await begin(walk);
  for (;;) {
    signal.throwIfAborted();
    const item = await deps.db.withTenant(claim.tenantId, tx => nextItem(tx, claim));
    if (item === null) return 'done';
    await visit(walk, item);
    if (performance.now() > until) return 'more';
  }
}

async function hasBegun({ deps, claim }: Walk): Promise<boolean> {
  const { tenantId, id, syncId } = claim;
  const seen = await deps.db.withTenant(tenantId, tx =>
    tx('source_items').where({ tenant_id: tenantId, source_id: id, sync_id: syncId }).first('name'),
  );
  return seen !== undefined;
}

/** @throws when the start itself cannot be had: then nothing of what is known is touched */
async function begin(walk: Walk): Promise<void> {
  const { deps, claim, settings } = walk;
  const start = canonicalAddress(settings.address) ?? settings.address;
  const found = settings.sitemap ? await findInSitemaps(walk) : [];
  await deps.db.withTenant(claim.tenantId, async tx => {
    await holdSource(tx, claim);
    await addItems(tx, claim, [start], 0, settings.pagesMax);
    const within = found.filter(address => isWithin(address, start, settings.exclude));
    if (within.length > 0) await addItems(tx, claim, within, 1, settings.pagesMax);
  });
}

async function visit(walk: Walk, item: Item): Promise<void> {
  const { deps, claim, signal } = walk;
  let looked: Looked;
  let links: string[] = [];
  try {
    ({ looked, links } = await look(walk, item));
  } catch (thrown) {
    if (signal.aborted || isAbort(thrown)) throw thrown;
    if (!(thrown instanceof AppError || thrown instanceof Unreadable || isTimeout(thrown))) throw thrown;
    // Without its start a site cannot be told from one that is gone.
    if (item.depth === 0) throw thrown;
    looked = failureOf(thrown);
  }
  const gone = looked.outcome === 'removed' || looked.outcome === 'left-out';
  if (gone && item.documentId !== null) await discard(deps, claim, item.documentId);
  await deps.db.withTenant(claim.tenantId, async tx => {
    await settleItem(tx, claim, item.name, gone ? { ...looked, documentId: null } : looked);
    if (links.length > 0) await addItems(tx, claim, links, item.depth + 1, walk.settings.pagesMax);
  });
}

function isTimeout(thrown: unknown): boolean {
  return thrown instanceof DOMException && thrown.name === 'TimeoutError';
}

function failureOf(thrown: unknown): Looked {
  const reason = isTimeout(thrown) ? 'The server took too long.' : String((thrown as Error).message);
  const isGone = thrown instanceof PageRefused && (thrown.answered === 404 || thrown.answered === 410);
  return { outcome: isGone ? 'removed' : 'failed', reason };
}

async function look(walk: Walk, item: Item): Promise<{ looked: Looked; links: string[] }> {
  const { deps, signal, settings } = walk;
  const origin = new URL(item.name).origin;
  if (!(await robotsOf(walk, origin)).allows(item.name))
    return leftOut('The robots.txt of the site forbids it.');
  await politely(origin, await pauseFor(walk, origin), signal);
  const fetched = await fetchPage(item.name, {
    fetch: deps.fetchPublic,
    userAgent: deps.crawl.userAgent,
    bytesMax: deps.uploadBytesMax,
    signal,
    etag: item.documentId === null ? null : item.etag,
    lastModified: item.documentId === null ? null : item.lastModified,
    async onRedirect(address) {
      const there = new URL(address);
      if (!(await robotsOf(walk, there.origin)).allows(address))
        throw new PageRefused('It redirects to where the robots.txt forbids us to go.');
      await politely(there.origin, await pauseFor(walk, there.origin), signal);
    },
  });
  if (fetched.bytes === null) return { looked: { outcome: 'unchanged' }, links: [] };
  const elsewhere = canonicalAddress(fetched.address);
  if (item.depth > 0 && elsewhere !== item.name && elsewhere !== null) {
    if (!isWithin(elsewhere, settings.address, settings.exclude))
      return leftOut('It redirects to another site.');
    return { ...leftOut(`It redirects to ${elsewhere}.`), links: [elsewhere] };
  }
  return take(walk, item, fetched);
}

function leftOut(reason: string): { looked: Looked; links: string[] } {
  return { looked: { outcome: 'left-out', reason }, links: [] };
}

async function take(walk: Walk, item: Item, fetched: Fetched): Promise<{ looked: Looked; links: string[] }> {
  const { deps, claim, settings, signal } = walk;
  const bytes = Buffer.from(fetched.bytes ?? []);
  const mediaType = typeOf(fetched, bytes);
  if (mediaType === null)
    return leftOut(`It is of a type that is not read: ${fetched.contentType.slice(0, 80)}.`);
  const page =
    mediaType === 'text/html'
      ? await read(
          deps,
          'page',
          { bytes, address: fetched.address, contentType: fetched.contentType },
          signal,
        )
      : null;
  const links = page && !page.nofollow && item.depth < settings.depth ? linksOf(page, walk) : [];
  const aside = page ? reasonToLeaveOut(page, item, walk) : null;
  if (aside !== null) return { looked: { outcome: 'left-out', reason: aside }, links };
  const contentHash = page?.textHash ?? createHash('sha256').update(bytes).digest('hex');
  const validators = { etag: fetched.etag, lastModified: fetched.lastModified, contentHash };
  if (item.documentId !== null && item.contentHash === contentHash)
    return { looked: { outcome: 'unchanged', ...validators }, links };
  const { pathname, hostname } = new URL(item.name);
  const title = page?.title || decodeURIComponent(pathname.split('/').filter(Boolean).at(-1) ?? hostname);
  const upload = {
    title: title.slice(0, 200),
    fileName: pathname.split('/').at(-1)?.slice(0, 200) || 'page.html',
    mediaType,
    bytes,
  };
  const place = { sourceId: claim.id, externalId: item.name, address: fetched.address };
  const { documentId, outcome } = await upsertDocument(deps, claim.tenantId, place, upload, system);
  return { looked: { outcome, documentId, reason: null, ...validators }, links };
}

function typeOf({ contentType }: Fetched, bytes: Buffer): AcceptedType | null {
  try {
    return checkMediaType(contentType === '' ? 'text/html' : contentType, bytes);
  } catch {
    return null;
  }
}

function reasonToLeaveOut(page: ReadPage, item: Item, { settings }: Walk): string | null {
  if (page.noindex) return 'The page asks not to be indexed.';
  if (!page.hasText) return 'There is no text on the page.';
  const canonical = page.canonical === null ? null : canonicalAddress(page.canonical);
  if (
    canonical !== null &&
    canonical !== item.name &&
    item.depth > 0 &&
    isWithin(canonical, settings.address)
  )
    return `The page says that its address is ${canonical}.`;
  return null;
}

function linksOf(page: ReadPage, { settings }: Walk): string[] {
  const found = page.canonical === null ? page.links : [page.canonical, ...page.links];
  const links = found.map(canonicalAddress).filter(address => address !== null);
  return [...new Set(links)].filter(address => isWithin(address, settings.address, settings.exclude));
}
