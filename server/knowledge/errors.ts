import { AppError } from '../kernel/index.ts';

/** The same Idempotency-Key came before with another file or to another address. */
export class UploadKeyReused extends AppError {
  readonly code = 'upload-key-reused';
  readonly status = 409;

  constructor() {
    super('This Idempotency-Key was used for another upload. Send the same file again, or choose a new key.');
  }
}
