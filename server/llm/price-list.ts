/** Millionths of a US dollar per million tokens, which is also US dollars per million tokens times 10^6. */
export interface Price {
  inputMicros: number;
  outputMicros: number;
}

export type Prices = Readonly<Record<string, Price>>;

/** When the providers' lists were read. An operator brings newer ones with PRICES_FILE. */
export const priceListMonth = '2025-08';

/**
 * List prices as the providers published them. A key also covers dated snapshots of the model
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

/** For a model that nobody priced: dearer than most, so that a cap is reached too early rather than too late. */
export const unknownModelPrice: Price = dollars(5, 20);

function dollars(input: number, output: number): Price {
  return { inputMicros: Math.round(input * 1_000_000), outputMicros: Math.round(output * 1_000_000) };
}
