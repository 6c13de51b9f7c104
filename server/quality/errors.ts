import { AppError } from '../kernel/index.ts';

/** The same Idempotency-Key came before with another request. */
export class QualityKeyReused extends AppError {
  readonly code = 'quality-key-reused';
  readonly status = 422;

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

/** Too little is known to learn from. */
export class TooFewLabels extends AppError {
  readonly code = 'too-few-labels';
  readonly status = 409;
  override readonly extensions: { have: Record<string, number>; need: Record<string, number> };

  constructor(have: Record<string, number>, need: Record<string, number>) {
    super('Too few questions with a known answer: run a golden set with more of them first, see "need".');
    this.extensions = { have, need };
  }
}
