import { APIConnectionError, APIError } from 'openai';
import { AppError, toError } from '../kernel/index.ts';
import {
  ModelAnswerUnreadable,
  ModelContextTooLong,
  ModelOutOfCredit,
  ModelRateLimited,
  ModelRefusedKey,
  ModelRejected,
  ModelUnavailable,
} from './errors.ts';

/** What a provider said of a failure, reduced to what is safe to keep: no body, no prompt, no key. */
export interface ProviderFailure {
  status: number;
  code: string;
  type: string;
  requestId: string;
  retryAfterSeconds: number | null;
}

/** Turns whatever the client library threw before or while reading into one of our errors. */
export function translateFailure(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  // Before APIError: in the library a connection failure is a kind of APIError without a status.
  if (thrown instanceof APIConnectionError) return new ModelUnavailable({ cause: connectionCause(thrown) });
  if (thrown instanceof APIError) return failureToError(describe(thrown));
  // Its message quotes the text that could not be parsed, so it is not kept.
  if (thrown instanceof SyntaxError) return new ModelAnswerUnreadable();
  return new ModelUnavailable({ cause: toError(thrown) });
}

/** Which of our errors a failure with this status is. */
export function failureToError(failure: ProviderFailure): AppError {
  const { status, code, type } = failure;
  const cause = new Error(
    `The provider answered ${status} (code ${code || '-'}, type ${type || '-'}, request ${failure.requestId || '-'}).`,
  );
  if (code === 'insufficient_quota' || type === 'insufficient_quota' || status === 402) {
    return new ModelOutOfCredit({ cause });
  }
  if (status === 429) return new ModelRateLimited(failure.retryAfterSeconds, { cause });
  if (status === 401 || status === 403) return new ModelRefusedKey({ cause });
  if (status === 413 || code === 'context_length_exceeded') return new ModelContextTooLong({ cause });
  if (status === 408 || status === 409 || status === 425 || status >= 500)
    return new ModelUnavailable({ cause });
  return new ModelRejected({ cause });
}

/** `Retry-After` in seconds or as a date; the newer `retry-after-ms` wins. Null where it says nothing usable. */
export function retryAfterSeconds(headers: Headers | undefined, now: Date): number | null {
  const ms = headers?.get('retry-after-ms');
  if (ms && Number.isFinite(Number(ms))) return clampSeconds(Number(ms) / 1000);
  const value = headers?.get('retry-after');
  if (!value) return null;
  if (Number.isFinite(Number(value))) return clampSeconds(Number(value));
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : clampSeconds((at - now.getTime()) / 1000);
}

/** A day at most: a provider's slip must not park a job for years. */
function clampSeconds(seconds: number): number {
  return Math.min(Math.max(Math.ceil(seconds), 0), 86_400);
}

function describe(error: APIError): ProviderFailure {
  return {
    status: error.status ?? 500,
    code: contextTooLong(error) ? 'context_length_exceeded' : word(error.code),
    type: word(error.type),
    requestId: word(error.requestID),
    retryAfterSeconds: retryAfterSeconds(error.headers, new Date()),
  };
}

/** vLLM, Ollama and others send a 400 without the code: only their sentence tells. It is read, never kept. */
function contextTooLong(error: APIError): boolean {
  if (error.status !== 400) return false;
  return /context[_ ](?:length|window|size)|maximum context|too many tokens|prompt is too long/i.test(
    error.message,
  );
}

/** Only short identifiers survive, so that nothing a provider echoes can reach a log. */
export function word(value: unknown): string {
  return typeof value === 'string' && /^[\w.-]{1,64}$/.test(value) ? value : '';
}

/** The innermost cause names the socket's fault (ECONNREFUSED, a refusal of our outbound door). */
function connectionCause(error: Error): Error {
  const inner = error.cause instanceof Error ? error.cause : error;
  return inner.cause instanceof Error ? inner.cause : inner;
}
