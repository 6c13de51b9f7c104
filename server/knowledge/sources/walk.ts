import type { KnowledgeDeps } from '../deps.ts';
import { politely } from './politeness.ts';
import { type Robots, readRobots } from './robots.ts';
import type { SiteSettings } from './settings.ts';
import type { SourceClaim } from './source-queries.ts';

/** What one slice keeps in mind while it goes from page to page. */
export interface Walk {
  deps: KnowledgeDeps;
  claim: SourceClaim;
  settings: SiteSettings;
  signal: AbortSignal;
  robots: Map<string, Robots>;
}

/** Remembered for the slice; a site that changes its mind is heard at the next one. */
export async function robotsOf(walk: Walk, origin: string): Promise<Robots> {
  const known = walk.robots.get(origin);
  if (known) return known;
  const { deps, signal } = walk;
  await politely(origin, deps.crawl.pauseMs, signal);
  const options = { fetch: deps.fetchPublic, userAgent: deps.crawl.userAgent, bytesMax: 500_000, signal };
  const robots = await readRobots(origin, options);
  walk.robots.set(origin, robots);
  return robots;
}

export async function pauseFor(walk: Walk, origin: string): Promise<number> {
  return Math.max(walk.deps.crawl.pauseMs, (await robotsOf(walk, origin)).delayMs);
}
