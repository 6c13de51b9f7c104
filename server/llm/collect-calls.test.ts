import { expect } from 'chai';
import { collectCalls } from './collect-calls.ts';

const piece = (given: Partial<Parameters<ReturnType<typeof collectCalls>['add']>[0][number]>) => ({
  index: null,
  id: null,
  name: null,
  arguments: '',
  ...given,
});

describe('tool calls in fragments', () => {
  it('are put together by their index, also where two arrive in turns', () => {
    const collector = collectCalls();
    collector.add([piece({ index: 0, id: 'a', name: 'note' }), piece({ index: 1, id: 'b', name: 'task' })]);
    collector.add([piece({ index: 1, arguments: '{"due"' }), piece({ index: 0, arguments: '{"text":' })]);
    collector.add([piece({ index: 0, arguments: '"x"}' }), piece({ index: 1, arguments: ':1}' })]);
    expect(collector.calls()).to.deep.equal([
      { id: 'a', name: 'note', arguments: '{"text":"x"}' },
      { id: 'b', name: 'task', arguments: '{"due":1}' },
    ]);
  });

  it('are told apart by their ids where a server gives all the same index', () => {
    const collector = collectCalls();
    collector.add([piece({ index: 0, id: 'a', name: 'note', arguments: '{}' })]);
    collector.add([piece({ index: 0, id: 'b', name: 'task', arguments: '{"a"' })]);
    collector.add([piece({ index: 0, arguments: ':1}' })]);
    expect(collector.calls().map(call => call.arguments)).to.deep.equal(['{}', '{"a":1}']);
  });

  it('are whole where a server sends neither index nor id, and have an object where nothing was given', () => {
    const collector = collectCalls();
    collector.add([piece({ name: 'note', arguments: '{"text":"x"}' }), piece({ name: 'lead' })]);
    expect(collector.calls()).to.deep.equal([
      { id: 'call-1', name: 'note', arguments: '{"text":"x"}' },
      { id: 'call-2', name: 'lead', arguments: '{}' },
    ]);
  });

  it('keep the id where it is repeated in each fragment', () => {
    const collector = collectCalls();
    for (const part of ['{"te', 'xt":1}'])
      collector.add([piece({ index: 0, id: 'a', name: 'note', arguments: part })]);
    expect(collector.calls()).to.deep.equal([{ id: 'a', name: 'note', arguments: '{"text":1}' }]);
  });

  it('are refused when they never end', () => {
    const collector = collectCalls();
    expect(() => {
      for (let n = 0; n < 20; n += 1) collector.add([piece({ index: n, id: `c${n}`, name: 'note' })]);
    }).to.throw('could not be read');
    expect(() =>
      collectCalls().add([piece({ id: 'a', name: 'n', arguments: 'x'.repeat(100_000) })]),
    ).to.throw();
  });
});
