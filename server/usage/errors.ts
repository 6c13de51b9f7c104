import { AppError } from '../kernel/index.ts';

/** The cap for the day leaves no room for this: of the account, or of the agent, rep or lead that it names. */
export class CapReached extends AppError {
  readonly code = 'cap-reached';
  readonly status = 429;
  override readonly extensions: { scope: string };

  constructor(readonly limit: { scope: string; scopeId: string } | null = null) {
    super(
      limit === null || limit.scope === 'tenant'
        ? "The account's spending cap for today is reached. It starts afresh tomorrow; an administrator can raise it."
        : `The cap of this ${limit.scope} is reached. An administrator can raise it.`,
    );
    this.extensions = { scope: limit?.scope ?? 'tenant' };
  }
}
