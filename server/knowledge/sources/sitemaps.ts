import { AppError, isAbort } from '../../kernel/index.ts';
import { Unreadable } from '../extraction/unreadable.ts';
import { canonicalAddress, isWithin } from './canonical.ts';
import { fetchPage } from './fetch-page.ts';
import { politely } from './politeness.ts';
import { read } from './reading.ts';
import { pauseFor, robotsOf, type Walk } from './walk.ts';

const sitemapsMax = 30;

/**
 * Addresses that the site's sitemaps name, each once. A sitemap that cannot be read is left out: links lead to
 * the pages too.
 *
 * @throws when the site itself cannot be reached
 */
export async function findInSitemaps(walk: Walk): Promise<string[]> {
  const { deps, settings, signal } = walk;
  const { origin } = new URL(settings.address);
  const { sitemaps } = await robotsOf(walk, origin);
  const waiting = sitemaps.length > 0 ? [...sitemaps] : [`${origin}/sitemap.xml`];
  const pages = new Set<string>();
  const seen = new Set<string>();
  for (let next = waiting.shift(); next !== undefined && seen.size < sitemapsMax; next = waiting.shift()) {
    if (seen.has(next) || pages.size >= settings.pagesMax) continue;
    seen.add(next);
    // A sitemap elsewhere would send us anywhere on somebody else's word.
    if (
      !URL.canParse(next) ||
      new URL(next).host.replace(/^www\./, '') !== new URL(origin).host.replace(/^www\./, '')
    )
      continue;
    try {
      await politely(origin, await pauseFor(walk, origin), signal);
      const { bytes } = await fetchPage(next, {
        fetch: deps.fetchPublic,
        userAgent: deps.crawl.userAgent,
        bytesMax: deps.uploadBytesMax,
        signal,
      });
      const found = await read(deps, 'sitemap', { bytes: bytes ?? new Uint8Array() }, signal);
      waiting.push(...found.sitemaps);
      for (const address of found.pages.map(canonicalAddress))
        if (address !== null && isWithin(address, settings.address, settings.exclude)) pages.add(address);
    } catch (thrown) {
      const harmless = thrown instanceof AppError || thrown instanceof Unreadable;
      if (signal.aborted || isAbort(thrown) || !harmless) throw thrown;
    }
  }
  return [...pages].slice(0, settings.pagesMax);
}
