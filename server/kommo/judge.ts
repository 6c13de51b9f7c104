import { z } from 'zod';
import {
  type KommoFault,
  KommoForbidden,
  KommoNotFound,
  KommoRejected,
  KommoUnavailable,
  KommoUnpaid,
} from './errors.ts';

const Fault = z.object({
  code: z.string().catch(''),
  path: z.string().catch(''),
  detail: z.string().catch(''),
});
const Faults = z
  .array(z.object({ errors: z.array(Fault).catch([]) }))
  .optional()
  .catch(undefined);
const ProblemBody = z
  .object({
    title: z.string().optional().catch(undefined),
    detail: z.string().optional().catch(undefined),
    'validation-errors': Faults,
    // Batch deletes spell it so.
    errors: Faults,
  })
  .catch({});

/** What a final answer that is no success means, in our words. 401, 403 without JSON and 429 never come this far. */
export function failureOf(status: number, body: unknown): Error {
  if (status === 402) return new KommoUnpaid();
  if (status === 403) return new KommoForbidden();
  if (status === 404) return new KommoNotFound();
  if (status >= 400 && status < 500) {
    const problem = ProblemBody.parse(body);
    const faults: KommoFault[] = (problem['validation-errors'] ?? problem.errors ?? []).flatMap(
      item => item.errors,
    );
    return new KommoRejected(status, faults, problem.detail ?? problem.title ?? null);
  }
  return new KommoUnavailable(new Error(`status ${status}`));
}
