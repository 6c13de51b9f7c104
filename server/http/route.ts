import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { Logger } from '../kernel/index.ts';
import type { Caller, Permission } from './caller.ts';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** What a handler gets: everything read and checked already. */
export interface Context<P, Q, B> {
  caller: Caller | null;
  params: P;
  query: Q;
  body: B;
  /** Null where the caller sent none; required on routes with `idempotent`. */
  idempotencyKey: string | null;
  requestId: string;
  log: Logger;
  /** Aborts when the caller's connection closes. */
  signal: AbortSignal;
  /** Asks again whether the caller may still be here: for answers that take long. @throws Unauthenticated */
  recheck(): Promise<void>;
  req: Request;
  res: Response;
}

/** What a handler answers; `handled` when it wrote to `res` itself (streams, pages, redirects). */
export type Answer = { status: number; body?: unknown; headers?: Record<string, string> } | 'handled';

export interface Route<P = unknown, Q = unknown, B = unknown> {
  method: Method;
  /** In OpenAPI's spelling: `/v1/leads/{leadId}/thread`. */
  path: string;
  /** Unique; the operationId of the OpenAPI file. */
  operation: string;
  summary: string;
  tag: string;
  permission: Permission;
  params?: z.ZodType<P>;
  query?: z.ZodType<Q>;
  body?: z.ZodType<B>;
  /** `json` is read and checked by the schema; `raw` is handed on as its bytes; `multipart` and `none` leave it to the handler. */
  bodyKind?: 'json' | 'multipart' | 'raw' | 'none';
  /** `failures`: one address may send as much as it likes, as long as it is answered well. */
  limit?: 'requests' | 'failures';
  /** Asks for an Idempotency-Key header; `optional` where the method alone repeats safely, as a PUT does. */
  idempotent?: boolean | 'optional';
  /** Success statuses and their bodies; null for none. */
  answers: Record<number, z.ZodType | null>;
  /** Media type of the success body where it is not JSON. */
  produces?: string;
  /** Codes of problems beside the general ones, for the OpenAPI file. */
  problems?: Record<number, string[]>;
  /** Browsers of accounts that have not installed us may call it too. */
  beforeInstall?: boolean;
  handle(context: Context<P, Q, B>): Promise<Answer>;
}

/** Keeps the types of one route together while the table holds them all. */
export function route<P, Q, B>(definition: Route<P, Q, B>): Route {
  return definition as unknown as Route;
}
