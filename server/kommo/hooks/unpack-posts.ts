import { setImmediate as nextTick } from 'node:timers/promises';
import type { Tx } from '../../db/index.ts';
import type { TenantId } from '../../kernel/index.ts';
import { readTenant } from '../../tenants/index.ts';
import { applyRecords, type MirrorDeps, toIncoming } from '../mirror/index.ts';
import { parsePost } from './parse-post.ts';
import { type Hint, type HookMessage, type ReadPost, readHints } from './read-hints.ts';

/** What one reading of posts may take: their bodies are held in memory, and their parsing keeps others waiting. */
const postsMax = 200;
const bytesMax = 4 * 1024 * 1024;
/** As long as answers to others may wait for it. */
const tickMs = 5;
const insertMax = 1_000;

interface Post {
  digest: Buffer;
  arrivals: number;
  attempts: number;
  content_type: string;
  body: Buffer;
}

/**
 * Reads posts and keeps what they point at in their place, in one transaction: a post is gone when all it named
 * is stored, however much that is. The words of a chat are kept at once, because they come by hook alone where
 * the grant may not read them.
 *
 * @returns how many posts there were
 */
export async function unpackPosts(deps: MirrorDeps, tenantId: TenantId): Promise<number> {
  const { db, log } = deps;
  const { tenant, posts } = await db.withTenant(tenantId, async tx => ({
    tenant: await readTenant(tx, tenantId),
    posts: await duePosts(tx, tenantId, deps.clock.now()),
  }));
  if (tenant === null || posts.length === 0) return 0;
  const reads: Read[] = [];
  let foreign = 0;
  let began = performance.now();
  for (const post of posts) {
    const read = readPost(post);
    const from = origin(read, tenant);
    if (from === 'foreign') foreign += 1;
    reads.push({
      post,
      hints: from === 'foreign' ? [] : (read?.hints ?? []),
      // Without an account's word a post may make us look, and put nothing into anybody's mouth.
      messages: from === 'own' ? (read?.messages ?? []) : [],
    });
    if (performance.now() - began < tickMs) continue;
    await nextTick();
    began = performance.now();
  }
  if (foreign > 0) log.warn({ tenantId, posts: foreign }, 'hooks of another account were dropped');
  await keep(deps, tenantId, reads);
  return posts.length;
}

interface Read {
  post: Post;
  hints: Hint[];
  messages: HookMessage[];
}

/** The oldest that are due, as many as the limits allow and always one. */
async function duePosts(tx: Tx, tenantId: TenantId, now: Date): Promise<Post[]> {
  const { rows } = await tx.raw(
    // octet_length reads no body that is kept aside.
    `select p.digest, p.arrivals, p.attempts, p.content_type, p.body from (
       select digest, sum(size) over (order by due_at, received_at, digest) - size as before from (
         select digest, due_at, received_at, octet_length(body) as size from hook_posts
         where tenant_id = :tenantId and due_at <= :now
         order by due_at, received_at limit :postsMax
       ) as oldest
     ) as sized
     cross join lateral (
       select * from hook_posts where tenant_id = :tenantId and digest = sized.digest
     ) as p
     where sized.before <= :bytesMax`,
    { tenantId, now, postsMax, bytesMax },
  );
  return rows;
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

/** One post that the database does not take holds up no others: it waits longer each time. */
async function keep(deps: MirrorDeps, tenantId: TenantId, reads: Read[]): Promise<void> {
  try {
    await deps.db.withTenant(tenantId, tx => store(tx, tenantId, reads, deps.clock.now()));
  } catch (error) {
    const [only, ...others] = reads;
    if (only === undefined) return;
    if (others.length > 0) {
      for (const read of reads) await keep(deps, tenantId, [read]);
      return;
    }
    await postpone(deps, tenantId, only.post);
    deps.log.warn({ tenantId, err: error }, 'a hook could not be kept and waits');
  }
}

async function store(tx: Tx, tenantId: TenantId, reads: Read[], now: Date): Promise<void> {
  const records = reads.flatMap(({ messages }) =>
    messages.flatMap(({ body, talkId }) => {
      const parent = { kind: 'talks', ...(talkId === null ? {} : { id: talkId }) };
      return toIncoming('messages', body, parent) ?? [];
    }),
  );
  if (records.length > 0)
    await applyRecords(tx, tenantId, 'messages', records, { readAt: new Date(), confirmed: false });
  const hints = distinct(reads.flatMap(read => read.hints));
  for (let from = 0; from < hints.length; from += insertMax)
    await insertHints(tx, tenantId, hints.slice(from, from + insertMax), now);
  // One that came once more meanwhile is read once more: what it names may have been read back before.
  const arrivals = reads.map(({ post }) => [post.digest.toString('hex'), post.arrivals]);
  await tx('hook_posts')
    .where({ tenant_id: tenantId })
    .whereIn(
      'digest',
      reads.map(({ post }) => post.digest),
    )
    .whereRaw(`arrivals = cast(cast(? as jsonb) ->> encode(digest, 'hex') as integer)`, [
      JSON.stringify(Object.fromEntries(arrivals)),
    ])
    .delete();
  await tx('hook_subscriptions').where({ tenant_id: tenantId }).update({ last_post_at: now });
}

function distinct(hints: Hint[]): Hint[] {
  const found = new Map<string, Hint>();
  for (const hint of hints) {
    const key = `${hint.kind} ${hint.parentKind ?? ''} ${hint.id}`;
    const known = found.get(key);
    if (known?.contactId === undefined) found.set(key, hint);
  }
  return [...found.values()];
}

async function insertHints(tx: Tx, tenantId: TenantId, hints: Hint[], now: Date): Promise<void> {
  const rows = hints.map(({ kind, id, parentKind, contactId }) => ({
    kind,
    id,
    parent_kind: parentKind ?? '',
    contact_id: contactId ?? null,
  }));
  // In the order of keys, so that two processes never wait for each other.
  await tx.raw(
    `insert into hook_hints (tenant_id, kind, id, parent_kind, contact_id, received_at, due_at)
     select cast(:tenantId as uuid), h.kind, h.id, h.parent_kind, h.contact_id,
       cast(:now as timestamptz), cast(:now as timestamptz)
     from jsonb_to_recordset(cast(:rows as jsonb)) as h (kind text, id text, parent_kind text, contact_id text)
     order by h.kind, h.id, h.parent_kind
     on conflict (tenant_id, kind, id, parent_kind) do update set
       arrivals = hook_hints.arrivals + 1, received_at = excluded.received_at,
       contact_id = coalesce(excluded.contact_id, hook_hints.contact_id)`,
    { tenantId, now, rows: JSON.stringify(rows) },
  );
}

async function postpone({ db, clock }: MirrorDeps, tenantId: TenantId, post: Post): Promise<void> {
  const pauseMs = Math.min(5 * 60_000, 2 ** Math.min(post.attempts, 10) * 1_000);
  await db.withTenant(tenantId, tx =>
    tx('hook_posts')
      .where({ tenant_id: tenantId, digest: post.digest })
      .update({ attempts: tx.raw('attempts + 1'), due_at: new Date(clock.now().getTime() + pauseMs) }),
  );
}
