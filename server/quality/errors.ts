import { AppError } from '../kernel/index.ts';

/** The same Idempotency-Key came before with another request. */
export class QualityKeyReused extends AppError {
  readonly code = 'idempotency-key-reused';
  readonly status = 409;

  constructor() {
    super(
      'This Idempotency-Key was used for another request. Send the same request again, or choose a new key.',
    );
  }
}

/** There is nothing to ask. */
export class GoldenSetEmpty extends AppError {
  readonly code = 'golden-set-empty';
  readonly status = 409;

  constructor() {
    super('This set has no questions yet: add some, or import them.');
  }
}

export class GoldenSetFull extends AppError {
  readonly code = 'golden-set-full';
  readonly status = 409;

  constructor(most: number) {
    super(`A set may have at most ${most} questions. Nothing was added; begin another set.`);
  }
}

export class NoQuestion extends AppError {
  readonly code = 'message-without-question';
  readonly status = 409;

  constructor() {
    super('Only an answer that has come to its end can become a golden question.');
  }
}
