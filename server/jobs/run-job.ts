import { AppError, type Logger, toError } from '../kernel/index.ts';
import type { Job, JobHandler } from './queue.ts';

/**
 * Runs one delivery of a job. A failure that more tries cannot mend ends the job; any other is thrown
 * on, so that the queue delivers again. Each is logged here and nowhere else.
 */
export async function runJob(
  log: Logger,
  name: string,
  handler: JobHandler,
  payload: Job['payload'],
  signal: AbortSignal,
): Promise<void> {
  const started = performance.now();
  const fields = { job: name, ...payload };
  try {
    await handler(payload, signal);
    log.debug({ ...fields, durationMs: Math.round(performance.now() - started) }, 'job done');
  } catch (thrown) {
    const err = toError(thrown);
    if (err instanceof AppError && !err.retryable) {
      log.warn({ ...fields, err }, 'job failed for good');
      return;
    }
    log.warn({ ...fields, err }, 'job failed and will be tried again');
    throw err;
  }
}
