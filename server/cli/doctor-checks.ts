import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { fromBuffer, type ZipFile } from 'yauzl';
import type { Config } from '../config.ts';
import { DataFolderTaken, type Db, openDatabase } from '../db/index.ts';
import { AppError, toError } from '../kernel/index.ts';
import { tenantDirectory } from '../tenants/index.ts';

/** One line of the doctor's report: what was looked at, how it is, and the command or step that mends it. */
export interface Finding {
  state: 'ok' | 'warn' | 'fail';
  what: string;
  mend?: string;
}

const ok = (what: string): Finding => ({ state: 'ok', what });
const warn = (what: string, mend: string): Finding => ({ state: 'warn', what, mend });
const fail = (what: string, mend: string): Finding => ({ state: 'fail', what, mend });

export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.replace('v', '').split('.').map(Number);
  return major > 20 || (major === 20 && minor >= 19)
    ? ok(`Node ${version}`)
    : fail(`Node ${version} is too old`, 'Install Node 20.19 or newer.');
}

export async function checkFolder(dataDir: string): Promise<Finding> {
  return access(dataDir, constants.R_OK | constants.W_OK).then(
    () => ok(`the data folder ${dataDir} can be written to`),
    error =>
      toError(error).message.includes('ENOENT')
        ? warn(`the data folder ${dataDir} does not exist yet`, 'npm start makes it.')
        : fail(
            `the data folder ${dataDir} cannot be written to`,
            `chmod u+rwx ${dataDir}, or DATA_DIR=<another folder>`,
          ),
  );
}

export function checkKeys(config: Config): Finding {
  return config.keys.kind === 'environment'
    ? ok('MASTER_KEY is set')
    : warn(
        'the keyring lies in the data folder',
        'Back it up: without it no stored secret opens. Or set MASTER_KEY.',
      );
}

/** Opening the database asserts that its role cannot go around row-level security. */
export async function checkDatabase(config: Config): Promise<Finding[]> {
  const { database } = config;
  // Opening an embedded database makes it, and the doctor changes nothing.
  if (
    database.kind === 'pglite' &&
    !(await access(join(database.dataDir, 'db')).then(
      () => true,
      () => false,
    ))
  )
    return [warn('nothing was started here yet, so there is no database to look at', 'npm start makes it.')];
  let db: Db;
  try {
    db = await openDatabase(config.database);
  } catch (thrown) {
    if (thrown instanceof DataFolderTaken)
      return [
        warn('a server is using the embedded database', 'Stop it and run the doctor again to look inside.'),
      ];
    const why = thrown instanceof AppError ? thrown.message : 'The database does not answer.';
    return [fail(why, 'Start it, or mend DATABASE_URL, then: npm run doctor')];
  }
  try {
    try {
      await db.ping();
    } catch {
      return [fail('The database does not answer', 'Start it, or mend DATABASE_URL, then: npm run doctor')];
    }
    const role = await db.withoutTenant(tx =>
      tx.raw('select rolsuper or rolbypassrls as bypasses from pg_roles where rolname = current_user'),
    );
    if (role.rows[0]?.bypasses)
      return [
        fail(
          'the role of DATABASE_URL can go around row-level security',
          'Give it a plain login role, and DATABASE_MIGRATION_URL the owner: npm run migrate makes it.',
        ),
      ];
    const findings = [
      ok(`the database answers (${db.kind}) and its role cannot go around row-level security`),
    ];
    const pending = await db.pendingMigrations();
    if (pending.length > 0)
      return [...findings, fail(`${pending.length} migrations are missing`, 'npm run migrate')];
    findings.push(ok('no migration is missing'));
    const { rows } = await db.withoutTenant(tx =>
      tx.raw(`select extversion from pg_extension where extname = 'vector'`),
    );
    findings.push(
      rows[0]
        ? ok(`pgvector ${rows[0].extversion}`)
        : fail('pgvector is missing', 'create extension vector; as the owner'),
    );
    return [...findings, ...(await checkTenants(db))];
  } finally {
    await db.close();
  }
}

async function checkTenants(db: Db): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { tenantId, origin, active } of await tenantDirectory(db).all()) {
    if (!active) continue;
    const { state, hooks } = await db.withTenant(tenantId, async tx => ({
      state: (await tx('tenants').where({ tenant_id: tenantId }).first('state'))?.state,
      hooks: await tx('hook_subscriptions').where({ tenant_id: tenantId }).first(),
    }));
    if (state !== 'ready')
      findings.push(
        fail(
          `${origin} has lost its grant`,
          `Its administrator connects it again: <PUBLIC_URL>/kommo/oauth/start`,
        ),
      );
    else if (hooks?.state !== 'subscribed')
      findings.push(
        hooks?.problem
          ? warn(
              `${origin} has no webhook subscription: Kommo refused it with ${hooks.problem}`,
              'See that code in docs/install.md; until then changes are read in intervals.',
            )
          : warn(
              `${origin} has no webhook subscription yet`,
              'A running server subscribes by itself within a quarter of an hour.',
            ),
      );
    else findings.push(ok(`${origin} is connected and subscribed`));
  }
  return findings.length > 0 ? findings : [warn('no account is connected', 'See docs/install.md.')];
}

export async function checkRedis(config: Config): Promise<Finding> {
  if (config.queue.kind !== 'bull') return ok('no Redis is configured, and none is needed');
  const redis = new Redis(config.queue.redisUrl, {
    maxRetriesPerRequest: 0,
    lazyConnect: true,
    retryStrategy: () => null,
  });
  redis.on('error', () => {});
  try {
    await redis.connect();
    await redis.ping();
    return ok('Redis answers');
  } catch {
    return fail('Redis does not answer', 'Start it, or mend REDIS_URL.');
  } finally {
    redis.disconnect();
  }
}

export async function checkPublicUrl(config: Config, fetcher: typeof fetch): Promise<Finding[]> {
  const { publicUrl } = config.http;
  const findings: Finding[] = [];
  if (!publicUrl.startsWith('https://'))
    findings.push(
      warn(`PUBLIC_URL is ${publicUrl}`, 'Kommo reaches only https from outside: docs/install.md, step 1.'),
    );
  const answer = await fetcher(`${publicUrl}/livez`, { signal: AbortSignal.timeout(8_000) }).catch(
    () => null,
  );
  return [
    ...findings,
    answer?.ok
      ? ok(`${publicUrl} leads back to a running server`)
      : warn(
          `${publicUrl}/livez does not answer`,
          'Start the server and the proxy or tunnel in front of it.',
        ),
  ];
}

export function checkIntegration(config: Config): Finding {
  const { integration } = config.kommo;
  if (integration === null)
    return warn(
      'no integration in the environment',
      'Set KOMMO_CLIENT_ID and KOMMO_CLIENT_SECRET: docs/install.md, step 3.',
    );
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(integration.clientId))
    return fail(
      'KOMMO_CLIENT_ID is not an integration id',
      'Copy "Integration ID" from the tab "Keys and scopes".',
    );
  return integration.clientSecret.length === 64
    ? ok('the integration has an id and a secret of the right shape')
    : warn('KOMMO_CLIENT_SECRET has not 64 characters', 'Copy "Secret key" from the tab "Keys and scopes".');
}

export async function checkArchive(config: Config, file: string): Promise<Finding> {
  const bytes = await readFile(file).catch(() => null);
  const build = `API_ORIGIN=${config.http.publicUrl} npm run build -- widget`;
  if (bytes === null) return warn(`${file} is not built`, build);
  const script = await entryOf(bytes, 'script.js');
  if (script === '') return fail(`${file} is damaged: no script can be read from it`, build);
  return script.includes(config.http.publicUrl)
    ? ok(`${file} talks to ${config.http.publicUrl}`)
    : fail(`${file} was built for another address than PUBLIC_URL`, `${build}, then upload it again`);
}

export async function checkModel(config: Config, fetcher: typeof fetch): Promise<Finding> {
  if (config.llm.kind === 'offline')
    return warn('no model is configured: answers quote', 'Set OPENAI_API_KEY or OPENAI_BASE_URL.');
  const url = `${(config.llm.baseUrl ?? 'https://api.openai.com/v1').replace(/\/$/, '')}/models`;
  const answer = await fetcher(url, {
    headers: { authorization: `Bearer ${config.llm.apiKey}` },
    signal: AbortSignal.timeout(8_000),
  }).catch(() => null);
  if (answer === null) return fail('the model server does not answer', 'Mend OPENAI_BASE_URL.');
  if (answer.status === 401 || answer.status === 403)
    return fail('the model server refuses the key', 'Mend OPENAI_API_KEY.');
  return ok('the model server answers');
}

/** The text of an entry; empty if there is none, or the archive is damaged. */
function entryOf(zip: Buffer, name: string): Promise<string> {
  return new Promise(resolve => {
    fromBuffer(zip, { lazyEntries: true }, (error: Error | null, archive?: ZipFile) => {
      if (error || !archive) return resolve('');
      archive.on('end', () => resolve(''));
      archive.on('error', () => resolve(''));
      archive.on('entry', entry => {
        if (entry.fileName !== name) return archive.readEntry();
        archive.openReadStream(entry, async (failed, stream) => {
          if (failed || !stream) return resolve('');
          const pieces: Buffer[] = [];
          try {
            for await (const piece of stream) pieces.push(Buffer.from(piece));
            resolve(Buffer.concat(pieces).toString());
          } catch {
            resolve('');
          }
        });
      });
      archive.readEntry();
    });
  });
}
