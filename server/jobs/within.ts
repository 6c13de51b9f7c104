import { QueueUnavailable } from './errors.ts';

/** How long adding a job may take: what was accepted is stored, so nobody need wait for the queue. */
export const addTimeoutMs = 5_000;

/** @throws QueueUnavailable if `work` fails or takes longer */
export async function within<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new QueueUnavailable()), timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } catch (cause) {
    throw cause instanceof QueueUnavailable ? cause : new QueueUnavailable(cause);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
}
