import { z } from 'zod';
import type { KnowledgeScope } from '../knowledge/index.ts';
import type { Candidate } from './deps.ts';

const Ids = z.array(z.string());

/** A version of an agent, by what search has to know of it: where its answers may come from. */
export function candidateOf(
  agentId: string,
  version: number,
  { sources, tags }: { sources: string[]; tags: string[] },
): Candidate {
  const within = { sources: JSON.stringify(sources), tags: JSON.stringify(tags) };
  return { agentId, version: String(version), ...within };
}

/** Null where nothing is left out. */
export function scopeOfCandidate(candidate: Candidate | null): KnowledgeScope | null {
  const read = (list: string | undefined) => Ids.parse(JSON.parse(list ?? '[]'));
  const [sourceIds, tags] = [read(candidate?.['sources']), read(candidate?.['tags'])];
  return sourceIds.length === 0 && tags.length === 0 ? null : { sourceIds, tags };
}
