import { type Logger as Pino, pino } from 'pino';

export type Logger = Pino;

/** Names of fields whose values never reach a log, at the top level or one or two below it. */
const secretFields = [
  'authorization',
  'cookie',
  'x-auth-token',
  'token',
  'accessToken',
  'refreshToken',
  'access_token',
  'refresh_token',
  'clientSecret',
  'client_secret',
  'apiKey',
  'code',
  'password',
  'text',
  'prompt',
  'question',
  'answer',
];

/**
 * JSON lines: a constant message plus fields. Tokens, prompts and message texts stay out;
 * `code` is a secret only under `query` and `body`, because error codes are wanted.
 */
export function createLogger(level: string, destination?: { write(line: string): void }): Logger {
  const paths = secretFields
    .filter(field => field !== 'code')
    .flatMap(field =>
      [field, `*.${field}`, `*.*.${field}`].map(path => path.replace(/\.?([\w]+-[\w-]+)$/, '["$1"]')),
    );
  return pino(
    {
      level,
      base: null,
      redact: { paths: [...paths, 'query.code', 'body.code', 'req.query.code'], censor: '[redacted]' },
      serializers: { err: describeError },
      formatters: { level: label => ({ level: label }) },
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    destination ?? pino.destination({ sync: false }),
  );
}

/** An error for the log: its own fields only, because libraries hang whole requests with headers on theirs. */
function describeError(thrown: unknown): unknown {
  if (!(thrown instanceof Error)) return { message: String(thrown) };
  const { name, message, stack, cause } = thrown;
  const code = 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined;
  return { name, message, code, stack, cause: cause === undefined ? undefined : describeError(cause) };
}
