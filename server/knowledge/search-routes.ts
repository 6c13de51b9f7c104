import { z } from 'zod';
import { type Route, route, tenantOf } from '../http/index.ts';
import type { KnowledgeDeps } from './deps.ts';
import { searchKnowledge } from './search.ts';
import { readSupportThreshold, scoreMeaning } from './support-threshold.ts';
import { Tag } from './tag-routes.ts';

/** In an address a list is written with commas. */
const listOf = <T extends z.ZodType<unknown, string>>(item: T) =>
  z
    .string()
    .max(8000)
    .transform(written => written.split(',').map(part => part.trim()))
    .pipe(z.array(item).min(1).max(100))
    .optional();

const SearchQuery = z.object({
  q: z.string().trim().min(1).max(2000),
  limit: z.coerce.number().int().min(1).max(20).default(8),
  locale: z.string().max(20).default('en'),
  documentIds: listOf(z.uuid()),
  sourceIds: listOf(z.uuid()),
  tags: listOf(Tag),
  /** Of the passages, as two letters. */
  languages: listOf(z.string().regex(/^[a-z]{2,3}$/, 'must be a code of two or three letters')),
  /** Versions that came at this moment or later, and before that one. */
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
});
const Place = z.object({
  documentId: z.uuid(),
  versionId: z.uuid(),
  title: z.string(),
  start: z.int(),
  end: z.int(),
  /** As it stands there: only its white space may differ. */
  body: z.string(),
});
const SearchResult = z.object({
  passages: z.array(
    Place.extend({
      passageId: z.uuid(),
      heading: z.string(),
      language: z.string(),
      score: z.number().min(0).max(1),
      ordinal: z.int(),
      /** Other documents that say the very same. */
      alsoIn: z.array(Place),
    }),
  ),
  /** A passage with a lower score does not support an answer. */
  supportThreshold: z.number(),
});

/** What an agent would find. */
export function searchRoutes(deps: KnowledgeDeps): Route[] {
  return [
    route({
      tag: 'knowledge',
      permission: 'admin',
      method: 'get',
      path: '/v1/knowledge/search',
      operation: 'searchKnowledge',
      summary: 'What an agent would find for a question, with scores and the places of the words.',
      query: SearchQuery,
      answers: { 200: SearchResult },
      async handle({ caller, query: { q, limit, locale, from, to, ...lists }, signal }) {
        const tenantId = tenantOf(caller);
        const filter = {
          ...lists,
          from: from === undefined ? undefined : new Date(from),
          to: to === undefined ? undefined : new Date(to),
        };
        const passages = await searchKnowledge(deps, tenantId, { text: q, locale, limit, filter, signal });
        const { threshold } = await deps.db.withTenant(tenantId, tx =>
          readSupportThreshold(tx, tenantId, scoreMeaning(deps.embedder)),
        );
        return { status: 200, body: { passages, supportThreshold: threshold } };
      },
    }),
  ];
}
