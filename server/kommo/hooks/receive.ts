import { createHash } from 'node:crypto';
import type { Db } from '../../db/index.ts';
import { outsideTransaction } from '../../db/index.ts';
import { AppError, type Clock, type Logger, type TenantId, toError } from '../../kernel/index.ts';

export interface HookReceiver {
  /** Resolves once the post is stored. @throws HooksFlooded: nothing was stored */
  accept(tenantId: TenantId, post: { body: Buffer; contentType: string }): Promise<void>;
  close(): void;
}

export interface ReceiverDeps {
  db: Db;
  clock: Clock;
  log: Logger;
  /** Called soon after posts were stored, once for all that came meanwhile. */
  onPosts(tenantId: TenantId): Promise<void>;
  /** Called once posts were refused, at the end of the flood's window: what is left out until then is found too. */
  onFlood(tenantId: TenantId): Promise<void>;
  /** How long posts gather before they are worked on: Kommo sends several for one change. */
  gatherMs: number;
  windowMs?: number;
}

/** Kommo sends it again after minutes. */
export class HooksFlooded extends AppError {
  readonly code = 'hooks-flooded';
  readonly status = 503;
  override readonly retryable = true;
  override readonly headers = { 'Retry-After': '60' };

  constructor() {
    super('More hooks than this address takes at once. Send this one again in a minute.');
  }
}

/** One address may bring so much in a window; more is refused, and a reconcile finds what never came again. */
export const flood = { windowMs: 10_000, postsMax: 20_000, bytesMax: 64 * 1024 * 1024 };

const insertMax = 250;

interface Pending {
  digest: Buffer;
  body: Buffer;
  contentType: string;
  stored(): void;
  failed(error: unknown): void;
}

interface Line {
  pending: Pending[];
  isWriting: boolean;
  gathering: NodeJS.Timeout | null;
  window: { startedAt: number; posts: number; bytes: number; isFlooded: boolean };
}

/**
 * Stores posts as fast as they come: those that arrive while an insert is under way share the next one, so
 * that a burst costs a few transactions and not one each. Nobody is answered before the commit.
 */
export function hookReceiver({
  db,
  clock,
  log,
  onPosts,
  onFlood,
  gatherMs,
  windowMs = flood.windowMs,
}: ReceiverDeps): HookReceiver {
  const lines = new Map<TenantId, Line>();
  const closing = new Set<NodeJS.Timeout>();

  function lineOf(tenantId: TenantId): Line {
    const known = lines.get(tenantId);
    if (known) return known;
    const line: Line = { pending: [], isWriting: false, gathering: null, window: newWindow() };
    lines.set(tenantId, line);
    return line;
  }

  async function write(tenantId: TenantId, line: Line): Promise<void> {
    line.isWriting = true;
    while (line.pending.length > 0) {
      const batch = line.pending.splice(0, insertMax);
      try {
        await insert(db, tenantId, batch, clock.now());
        for (const { stored } of batch) stored();
        gather(tenantId, line);
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
    line.isWriting = false;
  }

  function gather(tenantId: TenantId, line: Line): void {
    line.gathering ??= setTimeout(() => {
      line.gathering = null;
      onPosts(tenantId).catch(thrown =>
        log.warn({ tenantId, err: toError(thrown) }, 'hooks wait for the sweep'),
      );
    }, gatherMs).unref();
  }

  function isFlooded(tenantId: TenantId, { window }: Line, bytes: number): boolean {
    const now = performance.now();
    if (now - window.startedAt > windowMs) Object.assign(window, newWindow());
    window.posts += 1;
    window.bytes += bytes;
    if (window.posts <= flood.postsMax && window.bytes <= flood.bytesMax) return false;
    if (!window.isFlooded) {
      window.isFlooded = true;
      log.warn({ tenantId }, 'the hook address of an account is flooded');
      const timer = setTimeout(
        () => {
          closing.delete(timer);
          onFlood(tenantId).catch(thrown =>
            log.warn({ tenantId, err: toError(thrown) }, 'no reconcile was asked for'),
          );
        },
        window.startedAt + windowMs - now,
      ).unref();
      closing.add(timer);
    }
    return true;
  }

  return {
    async accept(tenantId, { body, contentType }) {
      const line = lineOf(tenantId);
      if (isFlooded(tenantId, line, body.length)) throw new HooksFlooded();
      await new Promise<void>((stored, failed) => {
        const digest = createHash('sha256').update(body).digest();
        line.pending.push({ digest, body, contentType: contentType.slice(0, 100), stored, failed });
        // Not in the transaction, if any, that happened to bring us here.
        if (!line.isWriting) void outsideTransaction(() => write(tenantId, line));
      });
    },
    close() {
      for (const { gathering } of lines.values()) if (gathering) clearTimeout(gathering);
      for (const timer of closing) clearTimeout(timer);
      lines.clear();
    },
  };
}

function newWindow(): Line['window'] {
  return { startedAt: performance.now(), posts: 0, bytes: 0, isFlooded: false };
}

async function insert(db: Db, tenantId: TenantId, batch: Pending[], at: Date): Promise<void> {
  const rows = new Map<string, Record<string, unknown> & { arrivals: number }>();
  for (const { digest, body, contentType } of batch) {
    const key = digest.toString('latin1');
    const row = rows.get(key) ?? {
      tenant_id: tenantId,
      digest,
      body,
      content_type: contentType.replaceAll('\u0000', ''),
      received_at: at,
      due_at: at,
      arrivals: 0,
    };
    row.arrivals += 1;
    rows.set(key, row);
  }
  await db.withTenant(tenantId, tx =>
    tx('hook_posts')
      .insert([...rows.values()])
      .onConflict(['tenant_id', 'digest'])
      .merge({ arrivals: tx.raw('hook_posts.arrivals + excluded.arrivals') }),
  );
}
