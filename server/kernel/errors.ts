/** A failure we foresaw and can explain. All else is a bug: a bare 500. */
export abstract class AppError extends Error {
  /** Stable and public, such as `document-too-large`. Callers branch on it. */
  abstract readonly code: string;
  /** The HTTP status a request answers with. */
  abstract readonly status: number;
  /** May a job, or the caller, try the same again? */
  readonly retryable: boolean = false;
  /** Extra members of the problem document, safe to show. */
  readonly extensions: Record<string, unknown> = {};
  /** Extra response headers, such as `Retry-After`. */
  readonly headers: Record<string, string> = {};

  override get name(): string {
    return this.constructor.name;
  }
}

/** One fault of an input: where it is and what is wrong, in words for the caller. */
export interface InputFault {
  path: string;
  message: string;
}

/** The input could be read but breaks its schema. */
export class InvalidInput extends AppError {
  readonly code = 'invalid-input';
  readonly status = 422;
  override readonly extensions: { errors: InputFault[] };

  constructor(faults: InputFault[]) {
    super(`The request has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}: see "errors".`);
    this.extensions = { errors: faults };
  }
}

/** The thing is missing, or belongs to somebody else: the answer is the same. */
export class NotFound extends AppError {
  readonly code: string;
  readonly status = 404;

  constructor(what = 'resource') {
    super(`There is no such ${what}, or you may not see it.`);
    this.code = `${what.replaceAll(' ', '-')}-not-found`;
  }
}

/** Turns whatever was thrown into an Error, so that it can be logged and chained. */
export function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** True for what an aborted signal makes `fetch`, streams and the model client throw. */
export function isAbort(thrown: unknown): boolean {
  return thrown instanceof Error && (thrown.name === 'AbortError' || thrown.name === 'APIUserAbortError');
}
