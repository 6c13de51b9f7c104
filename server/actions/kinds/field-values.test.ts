import { expect } from 'chai';
import { InvalidInput } from '../../kernel/index.ts';
import { resolveValue } from './field-values.ts';

describe('the value of a custom field', () => {
  it('of a type that Kommo describes nowhere is refused with the reason', () => {
    const field = { id: 1, name: 'Odd', type: 'hologram', enums: null };
    const refusal = (() => {
      try {
        return resolveValue(field, 'x', 'UTC');
      } catch (error) {
        return error;
      }
    })();
    expect(refusal).to.be.instanceOf(InvalidInput);
    expect(JSON.stringify((refusal as InvalidInput).extensions))
      .to.contain('hologram')
      .and.contain('change it in Kommo');
  });
});
