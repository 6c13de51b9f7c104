import type { TenantId } from '../kernel/index.ts';

/**
 * The queue port. The row of the thing is the truth; a job is only a hint that there is work.
 *
 * Promises: a job that was added is delivered at least once, to one worker at a time, also after kill -9;
 * the same `key` waits only once; a handler that throws is delivered again after a growing pause, up to
 * `attempts`; order is not promised; `close` waits for running handlers.
 */
export interface Queue {
  /** Resolves once the job is stored. @throws QueueUnavailable within 5 s if the queue cannot take it */
  add(job: Job): Promise<void>;
  /** Starts handling jobs of one name; call once per name. */
  work(name: string, handler: JobHandler, options?: { concurrency?: number }): Promise<void>;
  /** Resolves if the queue answers. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export interface Job {
  /** Slice and verb: `knowledge.index-document`. */
  name: string;
  /** Equal keys of one name wait as one job. */
  key: string;
  /** Ids only. */
  payload: { tenantId: TenantId | null; [id: string]: string | number | null };
}

export type JobHandler = (payload: Job['payload'], signal: AbortSignal) => Promise<void>;

export const attemptsMax = 5;
