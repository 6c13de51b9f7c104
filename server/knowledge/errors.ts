import { AppError } from '../kernel/index.ts';

/** What was asked for makes no sense in the state the thing is in. */
export class NotInThatState extends AppError {
  readonly code = 'not-in-that-state';
  readonly status = 409;

  constructor(thing: string, state: string, verb: string) {
    super(`This ${thing} is ${state}, so it cannot be ${verb}.`);
  }
}

/** What stands for an answer still asks for one. */
export class DraftUnfinished extends AppError {
  readonly code = 'draft-unfinished';
  readonly status = 409;

  constructor() {
    super('This draft still has gaps that a person has to fill in: send the answer with them filled in.');
  }
}

/** The same Idempotency-Key came before with another file or to another address. */
export class UploadKeyReused extends AppError {
  readonly code = 'upload-key-reused';
  readonly status = 409;

  constructor() {
    super('This Idempotency-Key was used for another request. Send the same again, or choose a new key.');
  }
}
