import { expect } from 'chai';
import { listPrices, unknownModelPrice } from './price-list.ts';
import { costMicros, estimateTokens, priceOf } from './prices.ts';

describe('prices', () => {
  it('knows a model by its name, a dated snapshot and behind a provider', () => {
    const mini = listPrices['gpt-4.1-mini'];
    for (const name of [
      'gpt-4.1-mini',
      'GPT-4.1-mini',
      'gpt-4.1-mini-2025-04-14',
      'openai/gpt-4.1-mini',
      'openai/gpt-4.1-mini:nitro',
    ]) {
      expect(priceOf(name)).to.equal(mini);
    }
    expect(priceOf('anthropic/claude-sonnet-4-20250514')).to.equal(listPrices['claude-sonnet-4']);
  });

  it('prefers what the operator configured', () => {
    const free = { inputMicros: 0, outputMicros: 0 };
    expect(priceOf('gpt-4.1-mini', { 'gpt-4.1-mini': free })).to.equal(free);
  });

  it('takes a model nobody priced for a dear one', () => {
    expect(priceOf('llama3.3:70b')).to.equal(unknownModelPrice);
    expect(priceOf('constructor')).to.equal(unknownModelPrice);
  });

  it('rounds up, so that many small calls are not free', () => {
    expect(costMicros({ inputMicros: 400_000, outputMicros: 1_600_000 }, 1, 0)).to.equal(1);
    expect(costMicros({ inputMicros: 400_000, outputMicros: 1_600_000 }, 1_000_000, 1_000_000)).to.equal(
      2_000_000,
    );
  });

  it('estimates a token for every three bytes', () => {
    expect([
      estimateTokens(''),
      estimateTokens('abcd'),
      estimateTokens('жж'),
      estimateTokens('😀'),
    ]).to.deep.equal([0, 2, 2, 2]);
  });
});
