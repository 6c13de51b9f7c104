import express, {
  type Express,
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
} from 'express';
import type { z } from 'zod';
import { AppError, type InputFault, InvalidInput, type Logger } from '../kernel/index.ts';
import { authorise, type Caller } from './caller.ts';
import { UnreadableBody } from './problem.ts';
import { requestIdOf } from './request-id.ts';
import type { Answer, Context, Route } from './route.ts';

export type Authenticate = (req: Request, permission: Route['permission']) => Promise<Caller | null>;

export interface MountOptions {
  authenticate: Authenticate;
  log: Logger;
  /** Runs after authentication, so that limits count callers and not addresses. */
  limit: RequestHandler;
  /** In its place for routes that say so, and only once they found nothing. */
  failureLimit: RequestHandler;
  /** Checks success bodies against their schemas, as tests want it. */
  validateAnswers: boolean;
}

/** Mounts the one route table. The order within a request: who, may they, is it well-formed, then the verb. */
export function mountRoutes(app: Express, routes: Route[], options: MountOptions): void {
  for (const definition of routes) {
    const path = definition.path.replaceAll(/\{(\w+)\}/g, ':$1');
    const steps: RequestHandler[] = [
      async (req, res, next) => {
        const caller = await options.authenticate(req, definition.permission);
        authorise(definition.permission, caller);
        res.locals.caller = caller;
        // Where nobody signs in, the address itself is the secret, and stays out of the log.
        if (definition.limit === 'failures') res.locals.loggedPath = definition.path;
        next();
      },
    ];
    if (definition.limit !== 'failures') steps.push(options.limit);
    if (bodyKind(definition) === 'raw') steps.push(express.raw({ type: () => true, limit: rawBytesMax }));
    if (bodyKind(definition) === 'json') steps.push(requireJson, express.json({ limit: '256kb' }));
    app[definition.method](path, ...steps, async (req, res) => {
      try {
        await handle(definition, options, req, res);
      } catch (error) {
        if (definition.limit !== 'failures' || !(error instanceof AppError) || error.status !== 404)
          throw error;
        let mayGoOn = false;
        await options.failureLimit(req, res, () => {
          mayGoOn = true;
        });
        if (mayGoOn) throw error;
      }
    });
  }
}

/** Far more than any post of a few hundred records. */
const rawBytesMax = '256kb';

function bodyKind(definition: Route): NonNullable<Route['bodyKind']> {
  return definition.bodyKind ?? (definition.body ? 'json' : 'none');
}

/** A body that is not declared as JSON is not guessed at. */
function requireJson(req: Request, _res: Response, next: NextFunction): void {
  const declared = req.get('content-type');
  if (declared !== undefined && !req.is('application/json')) {
    throw new UnreadableBody(415, 'unsupported-media-type', 'Send the body as application/json.');
  }
  next();
}

async function handle(
  definition: Route,
  { log, validateAnswers, authenticate }: MountOptions,
  req: Request,
  res: Response,
): Promise<void> {
  const faults: InputFault[] = [];
  const params = read(definition.params, req.params, 'path', faults);
  const query = read(definition.query, req.query, 'query', faults);
  const body =
    bodyKind(definition) === 'json'
      ? read(definition.body, req.body ?? {}, 'body', faults)
      : Buffer.isBuffer(req.body)
        ? req.body
        : undefined;
  const idempotencyKey = req.get('idempotency-key') ?? null;
  if (idempotencyKey !== null && !/^[\x21-\x7e]{8,128}$/.test(idempotencyKey)) {
    faults.push({ path: 'header.Idempotency-Key', message: 'must be 8 to 128 printable characters' });
  }
  if (definition.idempotent === true && idempotencyKey === null) {
    faults.push({ path: 'header.Idempotency-Key', message: 'is required' });
  }
  if (faults.length > 0) throw new InvalidInput(faults);
  const gone = new AbortController();
  if (res.destroyed || res.closed) gone.abort();
  else res.on('close', () => gone.abort());
  const requestId = requestIdOf(res);
  const context: Context<unknown, unknown, unknown> = {
    caller: res.locals.caller ?? null,
    params,
    query,
    body,
    idempotencyKey,
    requestId,
    log: log.child({ requestId }),
    signal: gone.signal,
    async recheck() {
      authorise(definition.permission, await authenticate(req, definition.permission));
    },
    req,
    res,
  };
  const answer = await definition.handle(context);
  if (validateAnswers) assertAnswer(definition, answer);
  if (answer === 'handled') return;
  res.status(answer.status).set(answer.headers ?? {});
  if (answer.body === undefined) res.end();
  else
    res
      .type(definition.produces ?? 'application/json')
      .send(definition.produces ? answer.body : JSON.stringify(answer.body));
}

function read(schema: z.ZodType | undefined, value: unknown, where: string, faults: InputFault[]): unknown {
  if (!schema) return {};
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) {
    faults.push({ path: [where, ...issue.path].join('.'), message: issue.message });
  }
  return {};
}

function assertAnswer(definition: Route, answer: Answer): void {
  if (answer === 'handled') return;
  const schema = definition.answers[answer.status];
  if (schema === undefined)
    throw new Error(`${definition.operation} answered ${answer.status}, which it does not declare.`);
  if (schema === null) {
    if (answer.body !== undefined)
      throw new Error(`${definition.operation} declares no body for ${answer.status}.`);
    return;
  }
  if (definition.produces) return;
  const parsed = schema.safeParse(JSON.parse(JSON.stringify(answer.body)));
  if (!parsed.success)
    throw new Error(`${definition.operation} broke its own schema: ${parsed.error.message}`);
}
