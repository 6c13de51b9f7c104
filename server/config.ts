import { resolve } from 'node:path';
import { z } from 'zod';
import { AppError } from './kernel/index.ts';
import { type GivenPrices, readPriceFile } from './price-file.ts';

/** The settings break the schema; the message lists every fault with the name of its variable. */
export class InvalidConfig extends AppError {
  readonly code = 'invalid-config';
  readonly status = 500;

  constructor(faults: string[]) {
    super(
      `The configuration has ${faults.length === 1 ? 'a fault' : 'faults'}:\n${faults.map(fault => `  - ${fault}`).join('\n')}`,
    );
  }
}

const port = z.coerce.number().int().min(0).max(65535);
/** Kept as browsers spell it: a redirect address is compared byte for byte. */
const origin = z
  .string()
  .refine(isOrigin, 'must be an origin such as https://api.example.com, without a path')
  .transform(text => new URL(text).origin);
const list = z.string().transform(text =>
  text
    .split(',')
    .map(entry => entry.trim())
    .filter(entry => entry !== ''),
);
/** `mail.internal:25`, `[::1]:587`: a host and a port, no more. */
const hostAndPort = z
  .string()
  .regex(/^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):\d{1,5}$/, 'must be a host and a port such as mail.internal:25')
  .transform(text => text.toLowerCase());
const positiveInt = z.coerce.number().int().positive();

/** Every variable the server reads, with its default. `.env.example` lists the same names; a test compares them. */
export const environmentSchema = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: port.default(3000),
  PUBLIC_URL: origin.optional(),
  TRUST_PROXY: z.coerce.number().int().min(0).default(0),
  DATA_DIR: z.string().min(1).default('.data'),
  ROLE: z.enum(['all', 'api', 'worker']).default('all'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must start with postgres://')
    .optional(),
  DATABASE_MIGRATION_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must start with postgres://')
    .optional(),
  DATABASE_POOL_MAX: positiveInt.default(10),
  REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\//, 'must start with redis://')
    .optional(),
  MASTER_KEY: z
    .string()
    .regex(/^[A-Za-z0-9+/]{43}=$/, 'must be 32 random bytes in base64')
    .optional(),
  OPENAI_API_KEY: z.string().min(1).optional(),
  OPENAI_BASE_URL: z.url({ protocol: /^https?$/ }).optional(),
  OPENAI_MODEL: list.pipe(z.array(z.string()).min(1, 'must name a model')).default(['gpt-4.1-mini']),
  FALLBACK_OPENAI_API_KEY: z.string().min(1).optional(),
  FALLBACK_OPENAI_BASE_URL: z.url({ protocol: /^https?$/ }).optional(),
  FALLBACK_OPENAI_MODEL: list.pipe(z.array(z.string()).min(1, 'must name a model')).optional(),
  OPENAI_EMBEDDING_MODEL: z.string().min(1).optional(),
  OPENAI_EMBEDDING_DIMENSIONS: z.coerce.number().int().min(1).max(4096).default(1536),
  OPENAI_EMBEDDING_PRECISION: z.enum(['full', 'half']).optional(),
  RERANK_URL: z.url({ protocol: /^https?$/ }).optional(),
  RERANK_API_KEY: z.string().min(1).optional(),
  RERANK_MODEL: z.string().min(1).optional(),
  MODEL_TIMEOUT_MS: positiveInt.default(60_000),
  PRICES_FILE: z.string().min(1).optional(),
  DAILY_CAP_MICROS: z.coerce.number().int().min(0).default(5_000_000),
  KOMMO_CLIENT_ID: z.string().min(1).optional(),
  KOMMO_CLIENT_SECRET: z.string().min(32, 'must have at least 32 characters').optional(),
  KOMMO_OAUTH_URL: z.url({ protocol: /^https?$/ }).default('https://www.kommo.com/oauth'),
  KOMMO_DOMAINS: list.default(['kommo.com', 'amocrm.com', 'amocrm.ru']),
  KOMMO_CALLS_PER_SECOND: positiveInt.default(7),
  KOMMO_CALLS_PER_SECOND_ADDRESS: positiveInt.default(50),
  KOMMO_ADDRESS_NAME: z.string().min(1).max(100).default('default'),
  KOMMO_LOCAL_ORIGINS: list.pipe(z.array(origin)).default([]),
  MIRROR: z.enum(['on', 'off']).default('on'),
  OUTBOUND_PRIVATE_ORIGINS: list.pipe(z.array(origin)).default([]),
  SMTP_PRIVATE_HOSTS: list.pipe(z.array(hostAndPort)).default([]),
  MODEL_PRIVATE_ORIGINS: list.pipe(z.array(origin)).default([]),
  FILES_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  FILES_REGION: z.string().min(1).default('us-east-1'),
  FILES_BUCKET: z.string().min(1).optional(),
  FILES_ACCESS_KEY: z.string().min(1).optional(),
  FILES_SECRET_KEY: z.string().min(1).optional(),
  RETENTION_DAYS: positiveInt.default(30),
  TRACE_DAYS: positiveInt.default(90),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  OTEL_EXPORTER_OTLP_HEADERS: z.string().refine(isPercentEncoded, 'has a % that encodes nothing').optional(),
  OTEL_SERVICE_NAME: z.string().min(1).default('cardwise'),
  UPLOAD_BYTES_MAX: positiveInt.default(25 * 1024 * 1024),
  RATE_LIMIT_PER_MINUTE: positiveInt.default(240),
  EFFECT_SETTLE_MS: positiveInt.default(90_000),
  EFFECTS_AT_ONCE: positiveInt.default(4),
});

export type Environment = z.output<typeof environmentSchema>;

export interface Config {
  role: 'all' | 'api' | 'worker';
  dataDir: string;
  logLevel: string;
  http: {
    host: string;
    port: number;
    publicUrl: string;
    trustProxyHops: number;
    rateLimitPerMinute: number;
    uploadBytesMax: number;
  };
  database:
    | { kind: 'pglite'; dataDir: string }
    | { kind: 'postgres'; url: string; migrationUrl: string | null; poolMax: number };
  queue: { kind: 'embedded' } | { kind: 'bull'; redisUrl: string };
  files:
    | { kind: 'disk'; dataDir: string }
    | {
        kind: 's3';
        endpoint: string;
        region: string;
        bucket: string;
        accessKeyId: string;
        secretAccessKey: string;
      };
  /** How long what was deleted, and what only old versions say, is kept. */
  retentionDays: number;
  /** How long what runs were made of is kept. */
  traceDays: number;
  /** Where runs go as spans; null for nowhere. */
  telemetry: { endpoint: string; headers: Record<string, string>; serviceName: string } | null;
  keys: { kind: 'environment'; masterKey: string } | { kind: 'keyring'; dataDir: string };
  llm:
    | { kind: 'offline' }
    | {
        kind: 'openai';
        apiKey: string;
        baseUrl: string | null;
        model: string;
        timeoutMs: number;
        prices: GivenPrices['models'];
        fallbacks: { apiKey: string; baseUrl: string | null; model: string }[];
        embedding: { model: string; dimensions: number; precision: 'full' | 'half' | null } | null;
      };
  /** For one call of a model, whoever's. */
  modelTimeoutMs: number;
  /** What the operator says that models cost; null where our own list holds. */
  prices: GivenPrices | null;
  /** A model that orders passages; null for search's own order. */
  rerank: { url: string; apiKey: string | null; model: string } | null;
  usage: { dailyCapMicros: number };
  kommo: {
    /** Null until an operator names the integration; then nothing can be installed yet. */
    integration: { clientId: string; clientSecret: string } | null;
    oauthUrl: string;
    domains: string[];
    /** Origins of accounts outside those domains, such as a sandbox on this machine. */
    localOrigins: string[];
    /** How many calls a second Kommo takes: from one account, and from one outgoing address altogether. */
    rate: { perAccount: number; perAddress: number; address: string };
    /** Whether a copy of the accounts' records is kept. */
    mirror: boolean;
  };
  outbound: {
    privateOrigins: string[];
    /** Model servers that accounts may name although they are on a private network. */
    privateModelOrigins: string[];
    /** Mail servers, by host and port, that may be on a private network. */
    privateMailHosts: string[];
  };
  effects: {
    /** So long after it was begun a write that nobody can find surely never lands. */
    settleMs: number;
    /** How many one worker performs side by side. */
    atOnce: number;
  };
}

/**
 * Reads the environment once.
 *
 * @throws InvalidConfig naming every fault at once
 */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = environmentSchema.safeParse(given);
  const faults = parsed.success
    ? []
    : parsed.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`);
  if (Boolean(given['KOMMO_CLIENT_ID']) !== Boolean(given['KOMMO_CLIENT_SECRET'])) {
    faults.push('KOMMO_CLIENT_ID and KOMMO_CLIENT_SECRET: set both or neither');
  }
  if (given['FALLBACK_OPENAI_MODEL'] && !given['OPENAI_API_KEY'] && !given['OPENAI_BASE_URL']) {
    faults.push('FALLBACK_OPENAI_MODEL: has no meaning without OPENAI_API_KEY or OPENAI_BASE_URL');
  }
  if (
    (given['FALLBACK_OPENAI_API_KEY'] || given['FALLBACK_OPENAI_BASE_URL']) &&
    !given['FALLBACK_OPENAI_MODEL']
  ) {
    faults.push('FALLBACK_OPENAI_MODEL: required with FALLBACK_OPENAI_API_KEY or FALLBACK_OPENAI_BASE_URL');
  }
  if (given['DATABASE_MIGRATION_URL'] && !given['DATABASE_URL']) {
    faults.push('DATABASE_MIGRATION_URL: has no meaning without DATABASE_URL');
  }
  if (given['REDIS_URL'] && !given['DATABASE_URL']) {
    faults.push(
      'REDIS_URL: the embedded database serves one process, so a shared queue needs DATABASE_URL too',
    );
  }
  if (!given['DATABASE_URL'] && given['ROLE'] && given['ROLE'] !== 'all') {
    faults.push('ROLE: the embedded database serves one process, so only "all" works without DATABASE_URL');
  }
  if (given['DATABASE_URL'] && !given['MASTER_KEY']) {
    faults.push(
      'MASTER_KEY: required with DATABASE_URL, because every process must open the same sealed secrets (make one: openssl rand -base64 32)',
    );
  }
  if (Boolean(given['RERANK_URL']) !== Boolean(given['RERANK_MODEL'])) {
    faults.push('RERANK_URL, RERANK_MODEL: set both or none');
  }
  const s3 = ['FILES_ENDPOINT', 'FILES_BUCKET', 'FILES_ACCESS_KEY', 'FILES_SECRET_KEY'];
  if (s3.some(name => given[name]) && !s3.every(name => given[name])) {
    faults.push(`${s3.join(', ')}: set all or none`);
  }
  let prices: GivenPrices | null = null;
  try {
    if (given['PRICES_FILE']) prices = readPriceFile(given['PRICES_FILE']);
  } catch (thrown) {
    faults.push(`PRICES_FILE: ${thrown instanceof Error ? thrown.message : thrown}`);
  }
  if (!parsed.success || faults.length > 0) throw new InvalidConfig(faults);
  return toConfig(parsed.data, prices);
}

function toConfig(env: Environment, prices: GivenPrices | null): Config {
  const dataDir = resolve(env.DATA_DIR);
  const online = env.OPENAI_API_KEY !== undefined || env.OPENAI_BASE_URL !== undefined;
  return {
    role: env.ROLE,
    dataDir,
    logLevel: env.LOG_LEVEL,
    http: {
      host: env.HOST,
      port: env.PORT,
      publicUrl: env.PUBLIC_URL ?? `http://${env.HOST === '0.0.0.0' ? '127.0.0.1' : env.HOST}:${env.PORT}`,
      trustProxyHops: env.TRUST_PROXY,
      rateLimitPerMinute: env.RATE_LIMIT_PER_MINUTE,
      uploadBytesMax: env.UPLOAD_BYTES_MAX,
    },
    database: env.DATABASE_URL
      ? {
          kind: 'postgres',
          url: env.DATABASE_URL,
          migrationUrl: env.DATABASE_MIGRATION_URL ?? null,
          poolMax: env.DATABASE_POOL_MAX,
        }
      : { kind: 'pglite', dataDir },
    queue: env.REDIS_URL ? { kind: 'bull', redisUrl: env.REDIS_URL } : { kind: 'embedded' },
    files: filesOf(env, dataDir),
    retentionDays: env.RETENTION_DAYS,
    traceDays: env.TRACE_DAYS,
    telemetry: telemetryOf(env),
    keys: env.MASTER_KEY ? { kind: 'environment', masterKey: env.MASTER_KEY } : { kind: 'keyring', dataDir },
    llm: online
      ? {
          kind: 'openai',
          ...firstModel(env),
          timeoutMs: env.MODEL_TIMEOUT_MS,
          prices: prices?.models ?? {},
          fallbacks: fallbacksOf(env),
          embedding: env.OPENAI_EMBEDDING_MODEL
            ? {
                model: env.OPENAI_EMBEDDING_MODEL,
                dimensions: env.OPENAI_EMBEDDING_DIMENSIONS,
                precision: env.OPENAI_EMBEDDING_PRECISION ?? null,
              }
            : null,
        }
      : { kind: 'offline' },
    rerank:
      env.RERANK_URL && env.RERANK_MODEL
        ? { url: env.RERANK_URL, apiKey: env.RERANK_API_KEY ?? null, model: env.RERANK_MODEL }
        : null,
    modelTimeoutMs: env.MODEL_TIMEOUT_MS,
    prices,
    usage: { dailyCapMicros: env.DAILY_CAP_MICROS },
    kommo: {
      integration:
        env.KOMMO_CLIENT_ID && env.KOMMO_CLIENT_SECRET
          ? { clientId: env.KOMMO_CLIENT_ID, clientSecret: env.KOMMO_CLIENT_SECRET }
          : null,
      oauthUrl: env.KOMMO_OAUTH_URL,
      domains: env.KOMMO_DOMAINS,
      localOrigins: env.KOMMO_LOCAL_ORIGINS,
      rate: {
        perAccount: env.KOMMO_CALLS_PER_SECOND,
        perAddress: env.KOMMO_CALLS_PER_SECOND_ADDRESS,
        address: env.KOMMO_ADDRESS_NAME,
      },
      mirror: env.MIRROR === 'on',
    },
    outbound: {
      privateOrigins: [
        ...new Set([
          ...env.OUTBOUND_PRIVATE_ORIGINS,
          ...env.KOMMO_LOCAL_ORIGINS,
          ...modelOrigin(env),
          ...(env.RERANK_URL ? [new URL(env.RERANK_URL).origin] : []),
          ...s3Origin(env),
          ...collectorOrigin(env),
        ]),
      ],
      privateModelOrigins: env.MODEL_PRIVATE_ORIGINS,
      privateMailHosts: env.SMTP_PRIVATE_HOSTS,
    },
    effects: { settleMs: env.EFFECT_SETTLE_MS, atOnce: env.EFFECTS_AT_ONCE },
  };
}

function provider(env: Environment) {
  return { apiKey: env.OPENAI_API_KEY ?? 'none', baseUrl: env.OPENAI_BASE_URL ?? null };
}

function firstModel(env: Environment) {
  return { ...provider(env), model: env.OPENAI_MODEL[0] ?? '' };
}

/** First the provider's other models, then those of the other provider. */
function fallbacksOf(env: Environment) {
  const other = {
    apiKey: env.FALLBACK_OPENAI_API_KEY ?? 'none',
    baseUrl: env.FALLBACK_OPENAI_BASE_URL ?? null,
  };
  return [
    ...env.OPENAI_MODEL.slice(1).map(model => ({ ...provider(env), model })),
    ...(env.FALLBACK_OPENAI_MODEL ?? []).map(model => ({ ...other, model })),
  ];
}

/** The headers as the OpenTelemetry specification writes them: `name=value,name=value`, percent-encoded. */
function telemetryOf(env: Environment): Config['telemetry'] {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_HEADERS: headers = '' } = env;
  if (!endpoint) return null;
  const pairs = headers.split(',').flatMap(pair => {
    const [name, ...value] = pair.split('=');
    return name?.trim() ? [[name.trim(), decodeURIComponent(value.join('=').trim())]] : [];
  });
  return { endpoint, headers: Object.fromEntries(pairs), serviceName: env.OTEL_SERVICE_NAME };
}

function filesOf(env: Environment, dataDir: string): Config['files'] {
  const { FILES_ENDPOINT: endpoint, FILES_BUCKET: bucket, FILES_REGION: region } = env;
  const { FILES_ACCESS_KEY: accessKeyId, FILES_SECRET_KEY: secretAccessKey } = env;
  if (!endpoint || !bucket || !accessKeyId || !secretAccessKey) return { kind: 'disk', dataDir };
  return { kind: 's3', endpoint, region, bucket, accessKeyId, secretAccessKey };
}

/** The operator chose the model servers, so they may be on this machine (Ollama, vLLM). */
function modelOrigin(env: Environment): string[] {
  return [env.OPENAI_BASE_URL, env.FALLBACK_OPENAI_BASE_URL].flatMap(url =>
    url ? [new URL(url).origin] : [],
  );
}

/** The operator chose the store too, which may be beside the server (MinIO). */
function collectorOrigin(env: Environment): string[] {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } = env;
  return endpoint ? [new URL(endpoint).origin] : [];
}

function s3Origin(env: Environment): string[] {
  return env.FILES_ENDPOINT ? [new URL(env.FILES_ENDPOINT).origin] : [];
}

function isPercentEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function isOrigin(text: string): boolean {
  try {
    const url = new URL(text);
    return (url.protocol === 'http:' || url.protocol === 'https:') && url.href === `${url.origin}/`;
  } catch {
    return false;
  }
}
