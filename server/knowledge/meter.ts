import type { Db } from '../db/index.ts';
import type { TenantId } from '../kernel/index.ts';
import { priceOf } from '../llm/index.ts';
import { metered } from '../usage/index.ts';
import type { EmbeddingMeter } from './deps.ts';

export interface EmbeddingMeterDeps {
  db: Db;
  /** The account's own calendar day. */
  dayOf(tenantId: TenantId): Promise<string>;
  capMicros: number;
}

/** Counts calls of embedding models, which report no cost: a token has at least a byte, and three on average. */
export function embeddingMeter({ db, dayOf, capMicros }: EmbeddingMeterDeps): EmbeddingMeter {
  return async (tenantId, { purpose, model, texts }, call) => {
    const { inputMicros } = priceOf(model);
    const micros = (tokens: number) => Math.ceil((tokens * inputMicros) / 1_000_000);
    const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    const inputTokens = Math.ceil(bytes / 3);
    const spend = { atMostMicros: micros(bytes), costMicros: micros(inputTokens), inputTokens };
    return metered(db, tenantId, { day: await dayOf(tenantId), purpose, model, capMicros, ...spend }, call);
  };
}
