import { AppError } from '../kernel/index.ts';

/** The same Idempotency-Key came with another request. */
export class IdempotencyKeyReused extends AppError {
  readonly code = 'idempotency-key-reused';
  readonly status = 422;

  constructor() {
    super('This Idempotency-Key was used for a different request. Use a new key for a new request.');
  }
}

/** A run that still runs, or ended well, is not tried again. */
export class RunNotRetryable extends AppError {
  readonly code = 'run-not-retryable';
  readonly status = 409;

  constructor() {
    super('Only an answer that failed or was stopped can be tried again.');
  }
}

/** The rep stopped it, left, or the connection did not come back. */
export class RunCancelled extends AppError {
  readonly code = 'run-cancelled';
  readonly status = 409;

  constructor() {
    super('The answer was stopped. What had been said is kept.');
  }
}

/** It took longer than the agent may take for one answer. */
export class RunTooLong extends AppError {
  readonly code = 'run-too-long';
  readonly status = 503;
  override readonly retryable = true;

  constructor() {
    super('The answer took longer than this agent may take. What had been said is kept.');
  }
}

/** The agent's policy forbids what was ordered. */
export class PolicyForbids extends AppError {
  readonly code = 'policy-forbids';
  readonly status = 403;
  override readonly extensions: { reason: string };

  constructor(reason: string) {
    super('The policy of this account does not allow that here. Nothing was prepared.');
    this.extensions = { reason };
  }
}

/** The process that answered ended in between. */
export class RunInterrupted extends AppError {
  readonly code = 'run-interrupted';
  readonly status = 503;
  override readonly retryable = true;

  constructor() {
    super('The answer was cut off by a restart. What had been said is kept, and you can ask for it again.');
  }
}

/** This process is about to end and begins nothing new; another one, or the next start, will. */
export class ServerStopping extends AppError {
  readonly code = 'server-stopping';
  readonly status = 503;
  override readonly retryable = true;
  override readonly headers = { 'Retry-After': '5' };

  constructor() {
    super('The server is restarting. Nothing was asked; send the question again in a few seconds.');
  }
}
