import { AppError } from '../kernel/index.ts';

/** The queue did not take the job in time. What was to be done is stored, and a sweep will find it. */
export class QueueUnavailable extends AppError {
  readonly code = 'queue-unavailable';
  readonly status = 503;
  override readonly retryable = true;

  constructor(cause?: unknown) {
    super(
      'The job queue does not answer. What was stored is kept and will be worked on as soon as it does.',
      { cause },
    );
  }
}
