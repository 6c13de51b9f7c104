import { AppError } from '../kernel/index.ts';
import type { ProposalView } from './views.ts';

/** The same Idempotency-Key came with another request. */
export class ActionKeyReused extends AppError {
  readonly code = 'action-key-reused';
  readonly status = 422;

  constructor() {
    super('This Idempotency-Key was used for a different request. Use a new key for a new request.');
  }
}

/** The record is no longer as the proposal saw it. */
export class ProposalConflict extends AppError {
  readonly code = 'proposal-conflict';
  readonly status = 409;
  override readonly extensions: { proposal: ProposalView };

  constructor(proposal: ProposalView) {
    super(
      'The record was changed in the meantime. Nothing was written: look at the difference and approve again.',
    );
    this.extensions = { proposal };
  }
}

/** What is approved is not what was shown. */
export class ProposalChanged extends AppError {
  readonly code = 'proposal-changed';
  readonly status = 409;

  constructor() {
    super('The proposal was changed since it was shown. Nothing was written: read it again.');
  }
}

/** It was decided already. */
export class ProposalClosed extends AppError {
  readonly code = 'proposal-closed';
  readonly status = 409;

  constructor() {
    super('This proposal was decided already. Nothing more was written.');
  }
}

export class ProposalExpired extends AppError {
  readonly code = 'proposal-expired';
  readonly status = 410;

  constructor() {
    super('This proposal is too old to be approved. Nothing was written: ask for it again.');
  }
}

/** The user may see the record and not change it. */
export class MayNotChange extends AppError {
  readonly code = 'may-not-change';
  readonly status = 403;

  constructor() {
    super('Your rights in Kommo do not allow you to change this record. Nothing was written.');
  }
}

/** Somebody changed what is to be put back. */
export class UndoConflict extends AppError {
  readonly code = 'undo-conflict';
  readonly status = 409;

  constructor() {
    super('Somebody changed this since, so the old value was not put back.');
  }
}

/** There is nothing to undo, or no way to. */
export class UndoImpossible extends AppError {
  readonly code = 'undo-impossible';
  readonly status = 409;
  override readonly extensions: { why: string };

  constructor(why: string) {
    super(`This cannot be undone: ${why}.`);
    this.extensions = { why };
  }
}

/** The effect is not in a state in which a person decides about it. */
export class EffectNotStuck extends AppError {
  readonly code = 'effect-not-stuck';
  readonly status = 409;

  constructor() {
    super('This effect does not wait for a person: it is done, or still being worked on.');
  }
}

/** The record that an action is about is gone, or out of the person's sight. */
export class TargetGone extends AppError {
  readonly code = 'target-gone';
  readonly status = 404;

  constructor() {
    super('The record that this is about no longer exists in Kommo, or you may not see it.');
  }
}
