import { AppError } from '../kernel/index.ts';

/** Kommo did not answer, or not sensibly. What was asked for was surely not performed, so it may be asked again. */
export class KommoUnavailable extends AppError {
  readonly code: string = 'kommo-unavailable';
  readonly status: number = 502;
  override readonly retryable = true;

  constructor(
    cause?: unknown,
    message = 'Kommo does not answer at the moment. Nothing was changed; try again in a minute.',
  ) {
    super(message, { cause });
  }
}

/** Too many calls to this account are waiting for their turn already. */
export class KommoBusy extends KommoUnavailable {
  override readonly code = 'kommo-busy';
  override readonly status = 503;
  override readonly headers = { 'retry-after': '5' };

  constructor(waitedMs: number) {
    super(
      undefined,
      `Too many calls to this Kommo account are waiting; this one gave up after ${Math.round(waitedMs / 1000)} s. Nothing was changed; try again in a moment.`,
    );
  }
}

/** Kommo refuses every call from our address for a while, whoever they are for: nothing is sent until then. */
export class KommoBlocked extends KommoUnavailable {
  override readonly code = 'kommo-blocked';
  override readonly status = 503;
  override readonly headers: Record<string, string>;
  override readonly extensions: { until: string };

  constructor(
    readonly until: Date,
    now: Date = new Date(),
  ) {
    super(
      undefined,
      `Kommo has blocked this server's address. Nothing was changed; no call is made before ${until.toISOString()}.`,
    );
    this.extensions = { until: until.toISOString() };
    this.headers = {
      'retry-after': String(Math.max(1, Math.ceil((until.getTime() - now.getTime()) / 1000))),
    };
  }
}

/** A write was sent and its outcome is unknown: only reading the record again can tell. Never repeated by itself. */
export class KommoAmbiguous extends AppError {
  readonly code = 'kommo-ambiguous';
  readonly status = 502;

  constructor(cause?: unknown) {
    super(
      'Kommo did not confirm the change. It may or may not have been made; look at the record in Kommo.',
      {
        cause,
      },
    );
  }
}

/** One fault that Kommo found in what it was sent. */
export interface KommoFault {
  code: string;
  /** In Kommo's spelling: `custom_fields_values.0.field_id`. */
  path: string;
  detail: string;
}

/** Kommo understood and refused (400, 422 and the like); the same again would be refused again. */
export class KommoRejected extends AppError {
  readonly code = 'kommo-rejected';
  readonly status = 422;
  override readonly extensions: { kommoStatus: number; faults: KommoFault[] };

  constructor(
    readonly kommoStatus: number,
    readonly faults: KommoFault[],
    detail: string | null,
  ) {
    const why = [detail, ...faults.map(fault => `${fault.path}: ${fault.detail}`)].filter(Boolean).join('; ');
    super(`Kommo refused this${why === '' ? '.' : `: ${why}`}`);
    this.extensions = { kommoStatus, faults };
  }
}

/** What should have been changed is not there, or the user may not see it. */
export class KommoNotFound extends AppError {
  readonly code = 'kommo-record-not-found';
  readonly status = 404;

  constructor() {
    super('Kommo has no such record, or it may not be seen.');
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

/** The account, or the feature, is not paid for. */
export class KommoUnpaid extends AppError {
  readonly code = 'kommo-unpaid';
  readonly status = 403;

  constructor() {
    super(
      "Kommo answers that the account, or its plan, does not include this. Its administrator can see to it in the account's billing settings.",
    );
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

/** Kommo does not accept the integration's id, secret or redirect address. It says nothing about any account's grant. */
export class IntegrationRefused extends KommoUnavailable {
  override readonly code = 'integration-refused';
  override readonly status = 503;

  constructor(readonly hint: string) {
    super(
      new Error(hint),
      "Kommo does not accept this server's integration: its operator has to check the integration's id, secret and redirect address.",
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
      'This server does not have this Kommo integration. Its operator has to set KOMMO_CLIENT_ID and KOMMO_CLIENT_SECRET, or to register the integration.',
    );
  }
}
