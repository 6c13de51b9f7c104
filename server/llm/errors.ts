import { AppError } from '../kernel/index.ts';

/** No connection, a time-out, or a fault on the provider's side. */
export class ModelUnavailable extends AppError {
  readonly code = 'model-unavailable';
  readonly status = 503;
  override readonly retryable = true;

  constructor(options?: ErrorOptions) {
    super('The AI model could not be reached or took too long. Please try again in a moment.', options);
  }
}

/** The provider is throttling us; `retryAfterSeconds` is what it asked for, or null. */
export class ModelRateLimited extends AppError {
  readonly code = 'model-rate-limited';
  readonly status = 503;
  override readonly retryable = true;
  override readonly extensions: { retryAfterSeconds?: number };
  override readonly headers: Record<string, string>;

  constructor(
    readonly retryAfterSeconds: number | null,
    options?: ErrorOptions,
  ) {
    const when = retryAfterSeconds === null ? 'in a moment' : `in ${retryAfterSeconds} s`;
    super(`The AI model is receiving too many requests. Please try again ${when}.`, options);
    this.extensions = retryAfterSeconds === null ? {} : { retryAfterSeconds };
    this.headers = retryAfterSeconds === null ? {} : { 'retry-after': String(retryAfterSeconds) };
  }
}

/** The account with the provider is out of credit: waiting does not help, paying does. */
export class ModelOutOfCredit extends AppError {
  readonly code = 'model-out-of-credit';
  readonly status = 503;

  constructor(options?: ErrorOptions) {
    super('The account with the AI provider has no credit left. An administrator has to top it up.', options);
  }
}

/** What came back is not the protocol: broken JSON, a wrong shape, a web page. */
export class ModelAnswerUnreadable extends AppError {
  readonly code = 'model-answer-unreadable';
  readonly status = 502;

  constructor(options?: ErrorOptions) {
    super(
      'The AI model answered in a form that could not be read. An administrator should check its address.',
      options,
    );
  }
}

/** The stream ended before the model had said that it was done. */
export class ModelStreamCut extends AppError {
  readonly code = 'model-stream-cut';
  readonly status = 502;
  override readonly retryable = true;

  constructor(options?: ErrorOptions) {
    super('The answer of the AI model broke off before its end. Please try again.', options);
  }
}

export class ModelRefusedKey extends AppError {
  readonly code = 'model-refused-key';
  readonly status = 502;

  constructor(options?: ErrorOptions) {
    super('The AI provider refused our key. An administrator has to enter a valid one.', options);
  }
}

export class ModelContextTooLong extends AppError {
  readonly code = 'model-context-too-long';
  readonly status = 422;

  constructor(options?: ErrorOptions) {
    super(
      'The question and its sources are longer than the AI model can read. Please shorten the question.',
      options,
    );
  }
}

/** Any other refusal: an unknown model, a parameter it does not take, a blocked prompt. */
export class ModelRejected extends AppError {
  readonly code = 'model-rejected';
  readonly status = 502;

  constructor(options?: ErrorOptions) {
    super(
      'The AI provider refused the request. An administrator should check the name of the model.',
      options,
    );
  }
}

/** It was asked for JSON of a shape, told once what was wrong with its answer, and got it wrong again. */
export class ModelAnswerMisshapen extends AppError {
  readonly code = 'model-answer-misshapen';
  readonly status = 502;
  override readonly retryable = true;

  constructor() {
    super(
      'The AI model did not answer in the form that is needed. Please try again, or choose another model.',
    );
  }
}

/** It answered with nothing but that it will not: its provider's filter, as a rule, which another may not share. */
export class ModelDeclined extends AppError {
  readonly code = 'model-declined';
  readonly status = 502;

  constructor() {
    super('The AI model declined to answer this. Please ask in other words.');
  }
}

/** It was named once, and nobody offers it any more. */
export class ModelNotConfigured extends AppError {
  readonly code = 'model-not-configured';
  readonly status = 503;

  constructor() {
    super(
      'The AI model that this agent names is not set up any more. An administrator has to choose another.',
    );
  }
}

/** The embedding model makes vectors of another size than the settings say. */
export class ModelEmbeddingSizeWrong extends AppError {
  readonly code = 'model-embedding-size-wrong';
  readonly status = 502;
  override readonly extensions: { expected: number; received: number };

  constructor(expected: number, received: number) {
    super(
      `The embedding model makes vectors of ${received} numbers where the settings say ${expected}. ` +
        'An administrator has to correct one of the two.',
    );
    this.extensions = { expected, received };
  }
}
