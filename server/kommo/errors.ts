import { AppError } from '../kernel/index.ts';

/** Kommo did not answer, or not sensibly. */
export class KommoUnavailable extends AppError {
  readonly code = 'kommo-unavailable';
  readonly status = 502;
  override readonly retryable = true;

  constructor(cause?: unknown) {
    super('Kommo does not answer at the moment. Nothing was changed; try again in a minute.', { cause });
  }
}

/** Kommo knows us but not this far: a right or a scope is missing. */
export class KommoForbidden extends AppError {
  readonly code = 'kommo-forbidden';
  readonly status = 403;

  constructor() {
    super('Kommo does not allow this: a right of the user or a scope of the integration is missing.');
  }
}

/** The account's grant is gone; an administrator has to connect it again. */
export class ReconnectNeeded extends AppError {
  readonly code = 'reconnect-needed';
  readonly status = 409;

  constructor() {
    super(
      'The connection to this Kommo account is no longer valid. An administrator can connect it again in the settings of the integration.',
    );
  }
}

/** The install code did not pass. */
export class InstallRefused extends AppError {
  readonly code = 'install-refused';
  readonly status = 400;

  constructor(reason: string) {
    super(`This account could not be connected: ${reason}.`);
  }
}

/** No integration is configured, so nothing can be installed. */
export class IntegrationMissing extends AppError {
  readonly code = 'integration-missing';
  readonly status = 503;

  constructor() {
    super(
      'This server has no Kommo integration yet. Its operator has to set KOMMO_CLIENT_ID and KOMMO_CLIENT_SECRET.',
    );
  }
}
