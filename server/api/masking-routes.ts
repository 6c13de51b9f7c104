import { z } from 'zod';
import type { Db } from '../db/index.ts';
import { actorOf, type Route, route, tenantOf } from '../http/index.ts';
import { readMaskingTerms, saveMaskingTerms } from '../masking/index.ts';

const Term = z
  .string()
  .trim()
  .min(2, 'must have at least 2 characters')
  .max(100)
  .regex(/[\p{L}\p{N}]/u, 'must hold a letter or a digit')
  .refine(term => !term.includes('[['), 'must not hold [[');
const Terms = z.object({
  /** Hidden from every model, in any case: names of projects, of people. */
  always: z.array(Term).max(500),
  /** Seen by the model although they look like somebody's: the company's own telephone number. */
  never: z.array(Term).max(500),
});
const shared = { tag: 'masking', permission: 'admin', path: '/v1/masking-terms' } as const;

/** The company's own words about what models may see. */
export function maskingRoutes(db: Db): Route[] {
  return [
    route({
      ...shared,
      method: 'get',
      operation: 'getMaskingTerms',
      summary: 'The words that are always or never hidden from models.',
      answers: { 200: Terms },
      async handle({ caller }) {
        const tenantId = tenantOf(caller);
        const body = await db.withTenant(tenantId, tx => readMaskingTerms(tx, tenantId));
        return { status: 200, body };
      },
    }),
    route({
      ...shared,
      method: 'put',
      operation: 'setMaskingTerms',
      summary: 'Replaces the words that are always or never hidden from models.',
      body: Terms,
      answers: { 200: Terms },
      async handle({ caller, body }) {
        const tenantId = tenantOf(caller);
        const saved = await db.withTenant(tenantId, tx =>
          saveMaskingTerms(tx, tenantId, body, actorOf(caller)),
        );
        return { status: 200, body: saved };
      },
    }),
  ];
}
