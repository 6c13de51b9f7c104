import { AppError } from '../kernel/index.ts';

/** What another model, or the same one at another provider, may do better. */
const another = new Set([
  'model-unavailable',
  'model-rate-limited',
  'model-out-of-credit',
  'model-answer-unreadable',
  'model-stream-cut',
  'model-refused-key',
  'model-rejected',
  'model-context-too-long',
  'model-declined',
  'model-not-configured',
]);

/** Whether the next model of a chain is to be asked after this failure. */
export function callsForAnother(thrown: unknown): boolean {
  return thrown instanceof AppError && another.has(thrown.code);
}
