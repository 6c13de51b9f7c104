import { listPrices, type Price, type Prices, unknownModelPrice } from './price-list.ts';

export type { Price, Prices } from './price-list.ts';

/** Is this model on the list, or configured? Otherwise it counts with the cautious default. */
export function isPriced(model: string, configured: Prices = {}): boolean {
  return priceOn(model, configured) !== null;
}

/** The price of `model`: what the operator configured, else the list, else the cautious default. */
export function priceOf(model: string, configured: Prices = {}): Price {
  return priceOn(model, configured) ?? unknownModelPrice;
}

/** The same; null for a model that nobody priced. */
export function priceOn(model: string, configured: Prices = {}): Price | null {
  const name = model.toLowerCase();
  const bare = name.slice(name.lastIndexOf('/') + 1);
  return (
    own(configured, model) ??
    own(configured, name) ??
    own(listPrices, bare) ??
    own(listPrices, withoutSnapshot(bare)) ??
    null
  );
}

export function costMicros(price: Price, inputTokens: number, outputTokens: number): number {
  return Math.ceil((inputTokens * price.inputMicros + outputTokens * price.outputMicros) / 1_000_000);
}

/**
 * How many tokens `text` may be, without a tokenizer: one for every three bytes of UTF-8, rounded up.
 *
 * Prose of the languages we serve takes 3.5 to 6 bytes per token with the vocabularies in use, digits up to 3,
 * so this errs upwards. Long runs of rare symbols or random letters can take more; settling after the call
 * corrects that.
 */
export function estimateTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / 3);
}

/** `-2025-04-14`, `-20250514`, `-0613`, and `:free` or `:20b` behind a name. */
function withoutSnapshot(name: string): string {
  return name.replace(/:[\w.-]+$/, '').replace(/-(?:\d{4}-\d{2}-\d{2}|\d{8}|\d{4}|latest|preview)$/, '');
}

/** A model may be called `constructor`. */
function own(prices: Prices, name: string): Price | undefined {
  return Object.hasOwn(prices, name) ? prices[name] : undefined;
}
