import { LRUCache } from 'lru-cache';
import type { Db, Tx } from '../db/index.ts';
import type { TenantId } from '../kernel/index.ts';
import type { Embedder } from '../llm/index.ts';
import { supportThreshold } from './search.ts';

/** Raise it when what a score means changes: what was learned from scores of another meaning is set aside. */
const scoreEdition = 3;

/** What scores of this tenant mean: an embedding model moves them. */
export function scoreMeaning(embedder: Embedder | null): string {
  return `${scoreEdition} ${embedder?.model ?? 'words'}`;
}

export interface SupportThreshold {
  threshold: number;
  from: 'default' | 'learned' | 'chosen';
  learned: { threshold: number; at: Date; from: Record<string, unknown>; isStale: boolean } | null;
  chosen: { threshold: number; at: Date; by: string } | null;
}

/** The score from which a passage supports an answer: what an admin chose, or what was learned, or the usual. */
export async function readSupportThreshold(
  tx: Tx,
  tenantId: TenantId,
  meaning: string,
): Promise<SupportThreshold> {
  const row = await tx('support_thresholds').where({ tenant_id: tenantId }).first();
  const learned =
    row && row.learned !== null
      ? {
          threshold: rounded(row.learned),
          at: row.learned_at,
          from: row.learned_from,
          isStale: row.learned_from.meaning !== meaning,
        }
      : null;
  const chosen =
    row && row.chosen !== null
      ? { threshold: rounded(row.chosen), at: row.chosen_at, by: row.chosen_by }
      : null;
  if (chosen) return { threshold: chosen.threshold, from: 'chosen', learned, chosen };
  if (learned && !learned.isStale) return { threshold: learned.threshold, from: 'learned', learned, chosen };
  return { threshold: supportThreshold, from: 'default', learned, chosen };
}

/** Of the database's single precision. */
const rounded = (value: number) => Number(value.toFixed(4));

const rememberMs = 5_000;

/** The same for every answer, without a query for each: a change is felt within seconds in every process. */
export function supportThresholds(db: Db, embedder: Embedder | null) {
  const known = new LRUCache<TenantId, number>({ max: 10_000, ttl: rememberMs });
  const meaning = scoreMeaning(embedder);
  return {
    async of(tenantId: TenantId): Promise<number> {
      const remembered = known.get(tenantId);
      if (remembered !== undefined) return remembered;
      const read = await db.withTenant(tenantId, tx => readSupportThreshold(tx, tenantId, meaning));
      known.set(tenantId, read.threshold);
      return read.threshold;
    },
    meaning,
    /** After a change made here. */
    forget: (tenantId: TenantId) => void known.delete(tenantId),
  };
}
