/** Millionths of a US dollar per million tokens, which is also US dollars per million tokens times 10^6. */
export interface Price {
  inputMicros: number;
  outputMicros: number;
}

export type Prices = Readonly<Record<string, Price>>;

/**
 * List prices as the providers published them in August 2025. A key also covers dated snapshots of the model
 * (`gpt-4.1-mini-2025-04-14`) and a provider's prefix (`openai/gpt-4.1-mini`). Discounts for cached input are
 * left out: the figure may be too high, not too low.
 */
export const listPrices: Prices = {
  'gpt-4.1': dollars(2, 8),
  'gpt-4.1-mini': dollars(0.4, 1.6),
  'gpt-4.1-nano': dollars(0.1, 0.4),
  'gpt-4o': dollars(2.5, 10),
  'gpt-4o-mini': dollars(0.15, 0.6),
  'gpt-5': dollars(1.25, 10),
  'gpt-5-mini': dollars(0.25, 2),
  'gpt-5-nano': dollars(0.05, 0.4),
  o3: dollars(2, 8),
  'o4-mini': dollars(1.1, 4.4),
  'claude-opus-4': dollars(15, 75),
  'claude-sonnet-4': dollars(3, 15),
  'claude-3.5-haiku': dollars(0.8, 4),
  'gemini-2.5-pro': dollars(2.5, 15),
  'gemini-2.5-flash': dollars(0.3, 2.5),
  'text-embedding-3-small': dollars(0.02, 0),
  'text-embedding-3-large': dollars(0.13, 0),
};

/** When the providers' lists were read. */
export const priceListMonth = '2025-08';

/** For a model that nobody priced: dearer than most, so that a cap is reached too early rather than too late. */
export const unknownModelPrice: Price = dollars(5, 20);

/** Is this model on the list, or configured? Otherwise it counts with the cautious default. */
export function isPriced(model: string, configured: Prices = {}): boolean {
  return priceOf(model, configured) !== unknownModelPrice;
}

/** The price of `model`: what the operator configured, else the list, else the cautious default. */
export function priceOf(model: string, configured: Prices = {}): Price {
  const name = model.toLowerCase();
  const bare = name.slice(name.lastIndexOf('/') + 1);
  return (
    own(configured, model) ??
    own(configured, name) ??
    own(listPrices, bare) ??
    own(listPrices, withoutSnapshot(bare)) ??
    unknownModelPrice
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

function dollars(input: number, output: number): Price {
  return { inputMicros: Math.round(input * 1_000_000), outputMicros: Math.round(output * 1_000_000) };
}
