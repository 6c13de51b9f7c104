import type { Express } from 'express';
import { LRUCache } from 'lru-cache';
import { type EffectTiming, effectTiming, openActions } from './actions/index.ts';
import { openAgents, type Rules, rules, spanOf } from './agents/index.ts';
import { integrationRoutes, maskingRoutes, operatorRoutes } from './api/index.ts';
import { authentication, newOperatorKey } from './authenticate.ts';
import type { Config } from './config.ts';
import { conversationRoutes } from './conversations/index.ts';
import { type Db, MigrationsPending, openDatabase } from './db/index.ts';
import { type Files, openFiles } from './files/index.ts';
import { createApp, createMetrics, type Route, systemRoutes } from './http/index.ts';
import { openQueue, type Queue, type Sweep, startSweeper } from './jobs/index.ts';
import {
  type Clock,
  createLogger,
  dayIn,
  type Logger,
  NotFound,
  newId,
  systemClock,
  type TenantId,
} from './kernel/index.ts';
import { countReadyDocuments, openKnowledge, readCitation } from './knowledge/index.ts';
import {
  type Account,
  installSweep,
  kommoRoutes,
  leadsOfContact,
  openKommo,
  recordOwnChange,
  usersSweep,
  wasteSweep,
  workInstalls,
} from './kommo/index.ts';
import {
  type Embedder,
  httpReranker,
  type Llm,
  openEmbedder,
  openLlms,
  otherEmbedders,
} from './llm/index.ts';
import { openModels } from './models/index.ts';
import { openOutbound } from './outbound/index.ts';
import { closeGap, openQuality } from './quality/index.ts';
import { type Keys, openKeys, readOrMakeText, tenantSecrets } from './secrets/index.ts';
import { openSpans } from './telemetry/index.ts';
import { eraseSweep, readTenant, type TenantRoute, tenantDirectory } from './tenants/index.ts';
import { openTools, toolRoutes } from './tools/index.ts';
import { version } from './version.ts';

/** What tests and other shapes may bring themselves. */
export interface Ports {
  db: Db;
  queue: Queue;
  files: Files;
  keys: Keys;
  llm: Llm;
  embedder: Embedder | null;
  clock: Clock;
  log: Logger;
  operatorKey: string;
  /** The network as addresses from outside see it, where a test brings its own. */
  fetchPublic: typeof fetch;
  crawl: { pauseMs: number };
  /** The entry of the process that reads documents, where it does not stand beside the code. */
  extractorPath: string;
  /** Whose work in the background this server looks for; everybody's, where nothing is said. */
  serves(route: TenantRoute): boolean;
  /** Times that tests shorten. */
  timing: { graceMs: number; beatMs: number; sweepMs: number; kommoBlockMs?: number };
  validateAnswers: boolean;
  effects: EffectTiming;
  /** How many messages are sent whole before older ones are summed up. */
  historyBounds: { keep: number; most: number };
  /** Where a test stops or kills the process; otherwise nothing happens at these points. */
  reach(point: string): Promise<void> | void;
  /** A test shows by leaving some out what they hold off. */
  rules: Rules;
}

export interface App {
  http: Express;
  routes: Route[];
  db: Db;
  operatorKey: string;
  /** Finishes work whose job was lost, now. */
  sweepNow(): Promise<void>;
  /** `/readyz` says no, so that a balancer sends nobody new, and runs may end within `graceMs`; then they are stopped with what they have said. */
  stopTaking(graceMs: number): Promise<void>;
  /** Ends runs and jobs, then releases everything in reverse order. */
  close(): Promise<void>;
}

/** How much of a document is shown before and after a cited span, in UTF-16 units. */
const citationMargin = 1500;
/** A rep waits for it before the answer begins. */
const rerankMsMax = 2000;

/** The one composition root: every slice is handed what it uses. */
export async function compose(config: Config, given: Partial<Ports> = {}): Promise<App> {
  const log = given.log ?? createLogger(config.logLevel);
  const clock = given.clock ?? systemClock;
  const timing: Ports['timing'] = given.timing ?? { graceMs: 10_000, beatMs: 400, sweepMs: 30_000 };
  const closers: (() => Promise<void> | void)[] = [];
  const close = async () => {
    for (const release of closers.reverse()) await release();
    closers.length = 0;
  };
  try {
    return await build();
  } catch (error) {
    await close();
    throw error;
  }

  async function build(): Promise<App> {
    const db = given.db ?? (await openDatabase(config.database));
    if (!given.db) closers.push(() => db.close());
    await db.migrate();
    const pending = await db.pendingMigrations();
    if (pending.length > 0) throw new MigrationsPending(pending);

    const keys = given.keys ?? (await openKeys(config.keys));
    const operatorKey =
      given.operatorKey ?? (await readOrMakeText(config.dataDir, 'operator.key', newOperatorKey));
    const queue = given.queue ?? (await openQueue(config.queue, db, log));
    if (!given.queue) closers.push(() => queue.close());
    const outbound = openOutbound(config.outbound);
    closers.push(() => outbound.close());
    const files = given.files ?? openFiles(config.files, outbound.trustedFetch);
    const llms = given.llm ? [given.llm] : openLlms(config.llm, outbound.repeatableFetch);
    const embedder =
      given.embedder !== undefined ? given.embedder : openEmbedder(config.llm, outbound.repeatableFetch);
    const metrics = createMetrics();
    closers.push(() => metrics.registry.clear());

    const directory = tenantDirectory(db);
    const served = given.serves ?? (() => true);
    const listTenants = async () =>
      (await directory.all()).filter(route => served(route)).map(route => route.tenantId);
    const secrets = tenantSecrets(keys);
    const kommo = openKommo({
      db,
      queue,
      directory,
      keys,
      secrets,
      config: config.kommo,
      publicUrl: config.http.publicUrl,
      redisUrl: config.queue.kind === 'bull' ? config.queue.redisUrl : null,
      blockMs: timing.kommoBlockMs,
      fetch: outbound.trustedFetch,
      registry: metrics.registry,
      clock,
      log,
    });
    closers.push(() => kommo.close());
    const { client, hosts, integrations, leads, mint, mirror, sessions } = kommo;
    const accounts = new LRUCache<TenantId, Account & { name: string; timeZone: string }>({
      max: 10_000,
      ttl: 5_000,
    });
    async function accountOf(tenantId: TenantId) {
      const known = accounts.get(tenantId);
      if (known) return known;
      const tenant = await db.withTenant(tenantId, tx => readTenant(tx, tenantId));
      if (tenant === null) throw new NotFound('account');
      const account = { tenantId, origin: tenant.origin, name: tenant.name, timeZone: tenant.timezone };
      accounts.set(tenantId, account);
      return account;
    }
    const models = openModels({
      db,
      secrets,
      llms,
      fetch: outbound.accountModelFetch,
      privateOrigins: config.outbound.privateModelOrigins,
      timeoutMs: config.modelTimeoutMs,
      prices: config.prices?.models ?? {},
      clock,
    });
    const dayOf = async (tenantId: TenantId) => dayIn((await accountOf(tenantId)).timeZone, clock.now());
    const dailyCapMicros = config.usage.dailyCapMicros;
    const knowledge = openKnowledge({
      db,
      files,
      queue,
      client,
      accountOf,
      embedder,
      openEmbedder: otherEmbedders(config.llm, outbound.repeatableFetch),
      reranker: config.rerank
        ? httpReranker({ ...config.rerank, fetch: outbound.repeatableFetch, timeoutMs: rerankMsMax })
        : null,
      precision: config.llm.kind === 'openai' ? (config.llm.embedding?.precision ?? null) : null,
      uploadBytesMax: config.http.uploadBytesMax,
      fetchPublic: given.fetchPublic ?? outbound.fetch,
      crawl: { userAgent: `CardwiseBot/1.0 (+${config.http.publicUrl})`, pauseMs: 1_000, ...given.crawl },
      ...(given.extractorPath ? { extractorPath: given.extractorPath } : {}),
      onDraftDecided: closeGap,
      reach: given.reach ?? (() => {}),
      dailyCapMicros,
      retentionDays: config.retentionDays,
      prices: config.prices,
      clock,
      log,
    });
    const toolParts = { db, secrets, fetchPublic: given.fetchPublic ?? outbound.fetch };
    const tools = openTools(toolParts);
    const actions = openActions({
      db,
      client,
      leads,
      directory,
      integrations,
      publicUrl: config.http.publicUrl,
      tools,
      queue,
      secrets,
      clock,
      log,
      accountOf,
      recordOwnChange,
      fetch: outbound.trustedFetch,
      vetMailHost: outbound.vetMailHost,
      timing: given.effects ?? effectTiming(config.effects.settleMs),
      atOnce: config.effects.atOnce,
      reach: given.reach ?? (() => {}),
    });
    closers.push(() => actions.close());
    const spans = config.telemetry
      ? await openSpans({ ...config.telemetry, version, fetch: outbound.trustedFetch, log })
      : null;
    closers.push(() => spans?.close());
    const authoriseLead = async (
      caller: { tenantId: TenantId; userId: number },
      leadId: number,
      signal: AbortSignal,
    ) => leads.authorise(await accountOf(caller.tenantId), caller.userId, leadId, signal);
    const quality = openQuality({
      db,
      queue,
      knowledge,
      uploadBytesMax: config.http.uploadBytesMax,
      model: { db, models, dayOf, capMicros: dailyCapMicros },
      authoriseLead,
      clock,
      log,
    });
    const agents = openAgents({
      rules: given.rules ?? rules,
      db,
      queue,
      models,
      knowledge,
      quality,
      actions,
      customTools: tools.offered,
      leads,
      secrets,
      leadsOfContact,
      historyBounds: given.historyBounds ?? { keep: 8, most: 16 },
      reach: given.reach ?? (() => {}),
      onTrace: (tenantId, trace) => spans?.record(spanOf(tenantId, trace)),
      accountOf,
      clock,
      log,
      metrics,
      processId: newId(),
      dailyCapMicros,
      graceMs: timing.graceMs,
      beatMs: timing.beatMs,
      traceDays: config.traceDays,
    });
    closers.push(() => agents.runs.close(0));

    let stopping = false;
    const routes: Route[] = [];
    routes.push(
      ...systemRoutes(
        {
          database: () => db.ping(),
          queue: () => queue.ping(),
          pendingMigrations: () => db.pendingMigrations(),
          isStopping: () => stopping,
        },
        metrics,
        () => routes,
        { version, serverUrl: config.http.publicUrl },
      ),
      ...kommoRoutes({
        queue,
        clock,
        sessions,
        install: kommo.install,
        uninstall: kommo.uninstall,
        integrations,
        oauthUrl: config.kommo.oauthUrl,
        stateKey: keys.derive('oauth-state'),
        modelOf: agents.modelOf,
        countDocuments: tenantId => db.withTenant(tenantId, tx => countReadyDocuments(tx, tenantId)),
      }),
      ...mirror.routes,
      ...operatorRoutes({ db, directory, mint, integrations }),
      ...maskingRoutes(db),
      ...integrationRoutes({ integrations, publicUrl: config.http.publicUrl }),
      ...knowledge.routes,
      ...conversationRoutes({
        db,
        authoriseLead,
        readCitedText: (caller, place) =>
          db.withTenant(caller.tenantId, tx => readCitation(tx, caller.tenantId, place, citationMargin)),
      }),
      ...quality.routes,
      ...actions.routes,
      ...agents.routes,
      ...models.routes,
      ...toolRoutes(toolParts, tools),
    );
    const http = createApp({
      routes,
      authenticate: authentication({ mint, sessions, operatorKey }),
      log,
      metrics,
      trustProxyHops: config.http.trustProxyHops,
      rateLimitPerMinute: config.http.rateLimitPerMinute,
      isKnownOrigin: async (origin, beforeInstall) =>
        hosts.isAccountOrigin(origin) && (beforeInstall || (await directory.byOrigin(origin)) !== null),
      validateAnswers: given.validateAnswers ?? false,
    });

    if (config.role !== 'api') {
      await workInstalls(queue, kommo.install);
      await mirror.work();
      for (const slice of [actions, agents, knowledge, quality]) await slice.work(queue);
    }
    const sweeps: Sweep[] = [agents.runs.sweep(listTenants)];
    if (config.role !== 'api') {
      const tenants = { listTenants, soleProcess: db.kind === 'pglite' };
      sweeps.push(
        installSweep(queue, kommo.install),
        usersSweep(kommo.install),
        wasteSweep(kommo.install),
        ...mirror.sweeps,
        ...[actions, agents, knowledge, quality].flatMap(slice => slice.sweeps(tenants)),
        eraseSweep({ db, files, clock, log, listTenants, retentionDays: config.retentionDays }),
      );
    }
    const sweeper = startSweeper(sweeps, { everyMs: timing.sweepMs, log });
    closers.push(() => sweeper.close());
    return {
      http,
      routes,
      db,
      operatorKey,
      sweepNow: () => sweeper.sweepNow(),
      async stopTaking(graceMs) {
        stopping = true;
        await agents.runs.close(graceMs);
      },
      close,
    };
  }
}
