import type { Db } from '../db/index.ts';
import type { TenantId } from '../kernel/index.ts';
import { isPriced, type Prices, priceOf } from '../llm/index.ts';
import { metered } from '../usage/index.ts';
import type { ModelMeter } from './deps.ts';

export interface ModelMeterDeps {
  db: Db;
  /** The account's own calendar day. */
  dayOf(tenantId: TenantId): Promise<string>;
  capMicros: number;
  /** What the operator says that models cost. */
  prices?: Prices;
}

/** Reranking models are sold by the call: at most 2 dollars a thousand, at those who publish a price. */
const rerankMicros = 2_000;

/** Counts calls of models that report no cost: a token has at least a byte, and three on average. */
export function modelMeter({ db, dayOf, capMicros, prices }: ModelMeterDeps): ModelMeter {
  return async (tenantId, { purpose, model, texts }, call) => {
    const { inputMicros } = priceOf(model, prices);
    const isByCall = purpose === 'rerank' && !isPriced(model, prices);
    const micros = (tokens: number) =>
      isByCall ? rerankMicros : Math.ceil((tokens * inputMicros) / 1_000_000);
    const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    const inputTokens = Math.ceil(bytes / 3);
    const spend = { atMostMicros: micros(bytes), costMicros: micros(inputTokens), inputTokens };
    return metered(db, tenantId, { day: await dayOf(tenantId), purpose, model, capMicros, ...spend }, call);
  };
}
