import type { Request, RequestHandler, Response } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import { AppError } from '../kernel/index.ts';
import type { Caller } from './caller.ts';
import { sendProblem } from './problem.ts';

/** More requests in a minute than one caller gets. */
export class TooManyRequests extends AppError {
  readonly code = 'too-many-requests';
  readonly status = 429;
  override readonly retryable = true;
  override readonly headers: Record<string, string>;

  constructor(retryAfterSeconds: number) {
    super(`Too many requests: try again in ${retryAfterSeconds} s.`);
    this.headers = { 'Retry-After': String(retryAfterSeconds) };
  }
}

/**
 * Before anybody is known: what one address may send at all, so that guessing tokens and addresses is
 * limited too. Wider than a caller's own limit, because an office shares an address.
 */
export function addressLimit(perMinute: number, isExcepted: (path: string) => boolean): RequestHandler {
  return rateLimit({
    windowMs: 60_000,
    limit: perMinute * 10,
    standardHeaders: false,
    legacyHeaders: false,
    keyGenerator: req => ipKeyGenerator(req.ip ?? ''),
    skip: req => req.path === '/livez' || req.path === '/readyz' || isExcepted(req.path),
    handler: refuse,
  });
}

/**
 * For an address that another service posts to from few addresses, hundreds in a second: run for those alone that
 * were found to lead nowhere, so that guessing is limited, and no guess of one refuses what is known to another.
 */
export function failureLimit(perMinute: number): RequestHandler {
  return rateLimit({
    windowMs: 60_000,
    limit: perMinute * 10,
    standardHeaders: false,
    legacyHeaders: false,
    keyGenerator: req => ipKeyGenerator(req.ip ?? ''),
    handler: refuse,
  });
}

/** Limits per caller, or per address where nobody is signed in; standard RateLimit headers. */
export function requestLimit(perMinute: number): RequestHandler {
  return rateLimit({
    windowMs: 60_000,
    limit: perMinute,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    identifier: 'requests',
    keyGenerator: (req, res) => callerKey(res.locals.caller) ?? ipKeyGenerator(req.ip ?? ''),
    handler: refuse,
  });
}

function refuse(req: Request, res: Response): void {
  const seconds = Number(res.getHeader('Retry-After') ?? 60);
  sendProblem(req, res, new TooManyRequests(Number.isFinite(seconds) ? seconds : 60));
}

function callerKey(caller: Caller | null | undefined): string | null {
  if (!caller) return null;
  if (caller.kind === 'operator') return 'operator';
  return caller.kind === 'rep' ? `${caller.tenantId}:${caller.userId}` : `${caller.tenantId}:admin`;
}
