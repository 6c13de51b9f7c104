import { setTimeout as delay } from 'node:timers/promises';
import type { Db } from '../../db/index.ts';
import type { TenantId } from '../../kernel/index.ts';
import { readTenant, withLease } from '../../tenants/index.ts';
import type { Account } from '../client.ts';
import {
  applyRecords,
  confirmMessages,
  confirmRecords,
  type MirrorDeps,
  newBudget,
  toIncoming,
  type Wanted,
} from '../mirror/index.ts';
import { parsePost } from './parse-post.ts';
import { type HookMessage, type ReadPost, readHints } from './read-hints.ts';

const roundMax = 1_000;
/** Kommo tells of one change in several posts, and people change several things at once. */
export const gatherMs = 1_000;
const callsMax = 40;
const roundMs = 20_000;

interface Post {
  digest: Buffer;
  arrivals: number;
  attempts: number;
  content_type: string;
  body: Buffer;
}

/** One post with what it speaks of. */
interface Taken {
  post: Post;
  wanted: Wanted[];
}

/**
 * Works off what hooks brought, by one process at a time for each tenant: reads every record they name back
 * from Kommo, each once, and keeps what Kommo says. Their order, their number and their words do not matter.
 *
 * @throws KommoUnavailable: the posts wait for another try
 */
export async function takePosts(deps: MirrorDeps, tenantId: TenantId, stopping: AbortSignal): Promise<void> {
  for (;;) {
    const leased = await withLease(
      deps.db,
      tenantId,
      { name: 'kommo-hooks', ttlMs: 10_000, waitMs: 0, renew: true },
      async lost => {
        const signal = AbortSignal.any([lost, stopping]);
        let taken = await takeRound(deps, tenantId, signal);
        while (taken > 0 && !signal.aborted) {
          // Whatever is still coming in is read back in one go with what comes in the next second.
          if (taken < roundMax) await gather(signal);
          taken = await takeRound(deps, tenantId, signal);
        }
      },
    );
    // Whoever came while the lease was held went away again, so what they came for is looked for once more.
    if (leased === null || stopping.aborted || !(await hasDue(deps, tenantId))) return;
  }
}

export async function hasDue(
  { db, clock }: Pick<MirrorDeps, 'db' | 'clock'>,
  tenantId: TenantId,
): Promise<boolean> {
  const row = await db.withTenant(tenantId, tx =>
    tx('hook_posts').where({ tenant_id: tenantId }).where('due_at', '<=', clock.now()).first('attempts'),
  );
  return row !== undefined;
}

async function gather(signal: AbortSignal): Promise<void> {
  await delay(gatherMs, undefined, { signal }).catch(() => undefined);
}

/** @returns how many posts it looked at */
async function takeRound(deps: MirrorDeps, tenantId: TenantId, signal: AbortSignal): Promise<number> {
  const { db, clock } = deps;
  const found = await db.withTenant(tenantId, async tx => ({
    tenant: await readTenant(tx, tenantId),
    posts: (await tx('hook_posts')
      .where({ tenant_id: tenantId })
      .where('due_at', '<=', clock.now())
      .orderBy(['due_at', 'received_at'])
      .limit(roundMax)) as Post[],
  }));
  const { tenant, posts } = found;
  if (posts.length === 0 || tenant === null) return 0;
  const account: Account = { tenantId, origin: tenant.origin };
  const taken: Taken[] = [];
  const messages: HookMessage[] = [];
  let foreign = 0;
  for (const post of posts) {
    const read = readPost(post);
    const from = origin(read, tenant);
    if (from === 'foreign') foreign += 1;
    // Without an account's word a post may make us look, and put nothing into anybody's mouth.
    if (from === 'own') messages.push(...(read?.messages ?? []));
    taken.push({ post, wanted: from === 'foreign' ? [] : (read?.hints ?? []) });
  }
  if (foreign > 0) deps.log.warn({ tenantId, posts: foreign }, 'hooks of another account were dropped');
  await keepMessages(db, tenantId, messages);
  await work(deps, account, taken, messages.length > 0, signal);
  return posts.length;
}

function readPost({ body, content_type }: Post): ReadPost | null {
  const post = parsePost(body, content_type);
  return post === null ? null : readHints(post);
}

function origin(
  read: ReadPost | null,
  tenant: { accountId: number; subdomain: string },
): 'own' | 'foreign' | 'unsaid' {
  if (read === null) return 'unsaid';
  if (read.accountId !== null) return read.accountId === tenant.accountId ? 'own' : 'foreign';
  if (read.subdomain !== null && read.subdomain !== tenant.subdomain) return 'foreign';
  return 'unsaid';
}

/** The words of a chat come by hook alone where the grant may not read them, so they are kept before anything is asked. */
async function keepMessages(db: Db, tenantId: TenantId, messages: HookMessage[]): Promise<void> {
  const records = messages.flatMap(({ body, talkId }) => {
    const parent = { kind: 'talks', ...(talkId === null ? {} : { id: talkId }) };
    return toIncoming('messages', body, parent) ?? [];
  });
  if (records.length === 0) return;
  await db.withTenant(tenantId, tx =>
    applyRecords(tx, tenantId, 'messages', records, { readAt: new Date(), confirmed: false }),
  );
}

async function work(
  deps: MirrorDeps,
  account: Account,
  taken: Taken[],
  hasMessages: boolean,
  signal: AbortSignal,
): Promise<void> {
  const budget = newBudget(callsMax, roundMs, signal);
  const wanted = taken.flatMap(one => one.wanted);
  let left: Set<string>;
  try {
    left = new Set((await confirmRecords(deps, account, wanted, budget)).map(keyOf));
    if (hasMessages) await confirmMessages(deps, account, budget);
  } catch (error) {
    // Whatever it was, the next try comes later than the last; a process that stops leaves them to the next one.
    if (!signal.aborted) await postpone(deps, account.tenantId, taken);
    throw error;
  }
  const done = taken.filter(one => !one.wanted.some(each => left.has(keyOf(each))));
  await settle(deps, account.tenantId, done);
}

const keyOf = ({ kind, id }: Wanted) => `${kind} ${id}`;

/** Removes what is done, unless it came once more meanwhile: then it is looked at once more. */
async function settle({ db, clock }: MirrorDeps, tenantId: TenantId, done: Taken[]): Promise<void> {
  await db.withTenant(tenantId, async tx => {
    await tx.raw(
      `delete from hook_posts p using jsonb_to_recordset(cast(:done as jsonb)) as d (digest text, arrivals integer)
       where p.tenant_id = :tenantId and p.digest = decode(d.digest, 'hex') and p.arrivals = d.arrivals`,
      {
        tenantId,
        done: JSON.stringify(
          done.map(({ post }) => ({ digest: post.digest.toString('hex'), arrivals: post.arrivals })),
        ),
      },
    );
    await tx('hook_subscriptions').where({ tenant_id: tenantId }).update({ last_post_at: clock.now() });
  });
}

async function postpone({ db, clock }: MirrorDeps, tenantId: TenantId, taken: Taken[]): Promise<void> {
  const attempts = Math.min(...taken.map(({ post }) => post.attempts));
  const pauseMs = Math.min(5 * 60_000, 2 ** Math.min(attempts, 10) * 1_000);
  await db.withTenant(tenantId, tx =>
    tx('hook_posts')
      .where({ tenant_id: tenantId })
      .whereIn(
        'digest',
        taken.map(({ post }) => post.digest),
      )
      .update({ attempts: tx.raw('attempts + 1'), due_at: new Date(clock.now().getTime() + pauseMs) }),
  );
}
