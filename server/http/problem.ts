import type { NextFunction, Request, Response } from 'express';
import { z } from 'zod';
import { AppError, type Logger, toError } from '../kernel/index.ts';
import { requestIdOf } from './request-id.ts';

/** RFC 9457, with a stable code and the id that support asks for. */
export const Problem = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  instance: z.string(),
  code: z.string(),
  requestId: z.string(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});

const titles: Record<number, string> = {
  400: 'Bad request',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  410: 'Gone',
  413: 'Too large',
  415: 'Unsupported media type',
  422: 'Cannot be processed',
  429: 'Too many requests',
  500: 'Internal error',
  502: 'Another server failed',
  503: 'Not available now',
};

/** A path or method nobody serves. */
export class NoSuchRoute extends AppError {
  readonly code = 'no-such-route';
  readonly status = 404;

  constructor() {
    super('There is nothing at this address. The addresses are listed at /openapi.json.');
  }
}

/** The body is not what its content type says, or larger than the route takes. */
export class UnreadableBody extends AppError {
  constructor(
    readonly status: 400 | 413 | 415,
    readonly code: 'malformed-body' | 'body-too-large' | 'unsupported-media-type',
    message: string,
  ) {
    super(message);
  }
}

export function sendProblem(req: Request, res: Response, error: AppError): void {
  const problem = {
    ...error.extensions,
    type: `urn:cardwise:problem:${error.code}`,
    title: titles[error.status] ?? 'Error',
    status: error.status,
    detail: error.message,
    instance: req.path,
    code: error.code,
    requestId: requestIdOf(res),
  };
  res.status(error.status).set(error.headers).type('application/problem+json').send(JSON.stringify(problem));
}

/** The one place that turns what was thrown into an answer. Bugs become a bare 500 and a line in the log. */
export function problemHandler(log: Logger) {
  return (thrown: unknown, req: Request, res: Response, next: NextFunction): void => {
    const error = foreseen(thrown);
    const fields = {
      requestId: requestIdOf(res),
      method: req.method,
      path: res.locals.loggedPath ?? req.path,
    };
    if (error === null || error.status >= 500)
      log.error({ ...fields, err: toError(thrown) }, 'request failed');
    if (res.headersSent) {
      next(thrown);
      return;
    }
    sendProblem(req, res, error ?? new Unforeseen());
  };
}

class Unforeseen extends AppError {
  readonly code = 'internal';
  readonly status = 500;

  constructor() {
    super(
      'Something went wrong on our side. Nothing you sent was lost beyond this request; the request id helps us find it.',
    );
  }
}

/** Our own errors, and those of the body parsers, which carry a status and a type. */
function foreseen(thrown: unknown): AppError | null {
  if (thrown instanceof AppError) return thrown;
  if (!(thrown instanceof Error)) return null;
  const type = 'type' in thrown ? thrown.type : undefined;
  if (type === 'entity.too.large')
    return new UnreadableBody(413, 'body-too-large', 'The request body is too large.');
  if (type === 'entity.parse.failed' || type === 'request.aborted' || type === 'request.size.invalid') {
    return new UnreadableBody(400, 'malformed-body', 'The request body is not valid JSON.');
  }
  if (type === 'charset.unsupported' || type === 'encoding.unsupported') {
    return new UnreadableBody(
      415,
      'unsupported-media-type',
      'The request body must be UTF-8, uncompressed JSON.',
    );
  }
  if (thrown instanceof URIError)
    return new UnreadableBody(400, 'malformed-body', 'The address is not properly encoded.');
  // A broken gzip or brotli body has a status but no type; those of express say that they may be shown.
  if ('expose' in thrown && thrown.expose === true && 'status' in thrown && thrown.status === 400) {
    return new UnreadableBody(400, 'malformed-body', 'The request could not be read.');
  }
  return null;
}
