import type { Clock } from '../kernel/index.ts';
import { type Breaker, type Llm, ModelNotConfigured, openBreaker } from '../llm/index.ts';

/** One model of a chain, with how it fared of late. */
export interface ChainLink {
  llm: Llm;
  breaker: Breaker;
  /** Whose key its provider charges. */
  paidBy: 'operator' | 'account';
}

/** In the order they are asked. */
export type Chain = [ChainLink, ...ChainLink[]];

/** A model as the version of an agent names it. */
export interface WantedModel {
  /** `operator`, `offline`, or one of the account's own. */
  provider: string;
  model: string;
}

export const operatorName = 'operator';
export const offlineName = 'offline';

/** Stands where a model should be, so that a run tells of it, goes on with the next one and costs nothing. */
export function missingLink({ provider, model }: WantedModel, clock: Clock): ChainLink {
  const llm: Llm = {
    kind: 'online',
    name: `${provider}/${model}`,
    estimateCostMicros: () => 0,
    estimateTokens: () => 0,
    // biome-ignore lint/correctness/useYield: it has nothing to say
    async *answer() {
      throw new ModelNotConfigured();
    },
  };
  return { llm, breaker: openBreaker(clock), paidBy: 'account' };
}
