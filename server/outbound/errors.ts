import { AppError } from '../kernel/index.ts';

/** The address is one we never call: not http(s), with credentials in it, or on a private network. */
export class AddressRefused extends AppError {
  readonly code = 'address-refused';
  readonly status = 422;

  constructor(reason: string) {
    super(`This address cannot be called: ${reason}.`);
  }
}

/** The peer sent more than we read. */
export class AnswerTooLarge extends AppError {
  readonly code = 'answer-too-large';
  readonly status = 502;

  constructor(bytesMax: number) {
    super(`The other server's answer is larger than ${bytesMax} bytes.`);
  }
}

/** Nobody answered, or not in time. */
export class PeerUnreachable extends AppError {
  readonly code = 'peer-unreachable';
  readonly status = 502;
  override readonly retryable = true;

  constructor(cause: unknown) {
    super('The other server did not answer.', { cause });
  }
}
