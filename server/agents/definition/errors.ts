import { AppError } from '../../kernel/index.ts';

/** Somebody else saved the draft in between. */
export class DraftChanged extends AppError {
  readonly code = 'draft-changed';
  readonly status = 409;
  override readonly extensions: { revision: number };

  constructor(revision: number) {
    super('Somebody else changed this draft since you read it. Read it again; nothing was saved.');
    this.extensions = { revision };
  }
}

/** There is nothing yet that could answer, or it answers in the lead card. */
export class AgentInUse extends AppError {
  readonly code = 'agent-in-use';
  readonly status = 409;

  constructor() {
    super('This agent answers in the lead card. Make another one the default first.');
  }
}

export class AgentNotPublished extends AppError {
  readonly code = 'agent-not-published';
  readonly status = 409;

  constructor() {
    super('This agent has no published version yet, so it cannot answer. Publish it first.');
  }
}

/** A person switched the agent off. */
export class AgentStopped extends AppError {
  readonly code = 'agent-stopped';
  readonly status = 409;

  constructor() {
    super('An administrator has stopped this agent. Nothing is asked or done until it is switched on again.');
  }
}

/** Another version of this agent is being checked. */
export class PublicationRunning extends AppError {
  readonly code = 'publication-running';
  readonly status = 409;

  constructor() {
    super('Another version of this agent is being checked for publication. Wait until that has ended.');
  }
}

/** Only what has answered before is returned to without being checked. */
export class VersionNotPublished extends AppError {
  readonly code = 'version-not-published';
  readonly status = 409;

  constructor() {
    super('This version was never published. Make it the draft and publish it, so that it is checked.');
  }
}
