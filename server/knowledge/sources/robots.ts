import parser from 'robots-parser';
import { type Fetched, type FetchOptions, fetchPage, PageRefused } from './fetch-page.ts';

/** What a site's robots.txt allows us. */
export interface Robots {
  allows(address: string): boolean;
  delayMs: number;
  sitemaps: string[];
}

/** Its types say module, it is CommonJS. */
const robotsParser = parser as unknown as typeof parser.default;

const bytesMax = 500_000;
const delayMsMax = 30_000;

/**
 * Reads a site's robots.txt. None there means everything is allowed.
 *
 * @throws PageRefused where the server fails: nothing is allowed then, for now; and whatever the door throws
 */
export async function readRobots(origin: string, options: FetchOptions): Promise<Robots> {
  const address = `${origin}/robots.txt`;
  let fetched: Fetched;
  try {
    fetched = await fetchPage(address, { ...options, bytesMax, etag: null, lastModified: null });
  } catch (thrown) {
    if (!(thrown instanceof PageRefused)) throw thrown;
    if (thrown.answered >= 500)
      throw new PageRefused(
        `The robots.txt of ${origin} answered ${thrown.answered}, so nothing was read.`,
        thrown.answered,
      );
    return { allows: () => true, delayMs: 0, sitemaps: [] };
  }
  const text = new TextDecoder().decode(fetched.bytes ?? new Uint8Array());
  const robots = robotsParser(address, text);
  const agent = options.userAgent;
  return {
    allows: page => robots.isAllowed(page, agent) ?? true,
    delayMs: Math.min(delayMsMax, Math.max(0, (robots.getCrawlDelay(agent) ?? 0) * 1000)),
    sitemaps: robots.getSitemaps().slice(0, 20),
  };
}
