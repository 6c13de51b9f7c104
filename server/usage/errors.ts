import { AppError } from '../kernel/index.ts';

/** The account's cap for the day leaves no room for this run. */
export class CapReached extends AppError {
  readonly code = 'cap-reached';
  readonly status = 429;

  constructor() {
    super(
      "The account's spending cap for today is reached. It starts afresh tomorrow; an administrator can raise it.",
    );
  }
}
