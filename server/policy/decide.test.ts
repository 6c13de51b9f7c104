import { expect } from 'chai';
import fc from 'fast-check';
import { decide, type Origin, type PolicyArgument, type PolicyInput } from './decide.ts';
import type { Limits, ToolPolicy } from './policy.ts';

const at = new Date('2026-11-23T15:00:00Z'); // a Monday, 10:00 in New York
const rank = { auto: 0, ask: 1, never: 2 };

function input(given: Partial<PolicyInput> = {}, rule: Partial<ToolPolicy> = { mode: 'auto' }): PolicyInput {
  return {
    tool: 'note',
    effect: 'change',
    arguments: [],
    door: 'widget',
    actor: { kind: 'rep' },
    policy: { note: { mode: 'ask', ...rule } },
    at,
    timeZone: 'America/New_York',
    run: { sawPrivate: true, sawUntrusted: true },
    ...given,
  };
}

const tainted: Origin[] = ['model', 'client', 'document', 'page', 'tool', 'crm'];
const origins = fc.constantFrom<Origin>('server', 'rep', 'instructions', ...tainted);
const argument: fc.Arbitrary<PolicyArgument> = fc.record({
  name: fc.constantFrom('text', 'dueAt', 'price', 'to'),
  kind: fc.constantFrom('id', 'choice', 'number', 'time', 'text'),
  origin: origins,
});
const mode = fc.constantFrom('auto' as const, 'ask' as const, 'never' as const);
const limits: fc.Arbitrary<Limits> = fc.record(
  {
    priceChangePercentMax: fc.integer({ min: 0, max: 100 }),
    daysAheadMax: fc.integer({ min: 0, max: 60 }),
    stages: fc.constant<NonNullable<Limits['stages']>>([{ pipelineId: 1, statusId: 2 }]),
    hours: fc.constant<NonNullable<Limits['hours']>>({ days: [1, 2, 3, 4, 5], from: '09:00', to: '18:00' }),
    beyond: fc.constantFrom('ask' as const, 'never' as const),
  },
  { requiredKeys: ['beyond'] },
);
const anything: fc.Arbitrary<PolicyInput> = fc.record(
  {
    tool: fc.constantFrom('note', 'stage', 'unheard-of', 'constructor'),
    effect: fc.constantFrom('read', 'change', 'reply', 'exit'),
    arguments: fc.array(argument, { maxLength: 4 }),
    door: fc.constantFrom('widget', 'rest', 'openai', 'mcp', 'salesbot'),
    actor: fc.constantFrom(
      { kind: 'rep' as const },
      { kind: 'client' as const },
      { kind: 'system' as const },
    ),
    policy: fc.record({
      note: fc.record({ mode, limits }, { requiredKeys: ['mode'] }),
      stage: fc.record({ mode, doors: fc.record({ widget: mode, mcp: mode }) }, { requiredKeys: ['mode'] }),
    }),
    at: fc.date({ min: new Date('2026-01-01'), max: new Date('2027-01-01'), noInvalidDate: true }),
    timeZone: fc.constantFrom('America/New_York', 'Asia/Kolkata', 'UTC', 'No/Where'),
    run: fc.record({ sawPrivate: fc.boolean(), sawUntrusted: fc.boolean() }),
    facts: fc.record(
      {
        price: fc.record({
          before: fc.option(fc.integer({ min: 0, max: 1e6 })),
          after: fc.integer({ min: 0 }),
        }),
        stage: fc.record({ pipelineId: fc.constantFrom(1, 9), statusId: fc.constantFrom(2, 9) }),
        due: fc.date({ min: new Date('2026-01-01'), max: new Date('2028-01-01'), noInvalidDate: true }),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ['tool', 'effect', 'arguments', 'door', 'actor', 'policy', 'at', 'timeZone', 'run'] },
);
const runs = { numRuns: 3_000 };

describe('the policy', () => {
  it('lets no exit pass without a person, whatever else is true', () => {
    fc.assert(
      fc.property(anything, given => {
        expect(decide({ ...given, effect: 'exit' }).mode).not.to.equal('auto');
      }),
      runs,
    );
  });

  it('lets no text that somebody else wrote cause a change without a person', () => {
    fc.assert(
      fc.property(anything, fc.constantFrom(...tainted), (given, origin) => {
        const bad: PolicyArgument = { name: 'text', kind: 'text', origin };
        const changed = { ...given, effect: 'change' as const, arguments: [...given.arguments, bad] };
        expect(decide(changed).mode).not.to.equal('auto');
      }),
      runs,
    );
  });

  it('never becomes looser by one more argument, by taint, or by what the run has seen', () => {
    fc.assert(
      fc.property(anything, argument, fc.constantFrom(...tainted), (given, more, origin) => {
        const before = rank[decide(given).mode];
        expect(rank[decide({ ...given, arguments: [...given.arguments, more] }).mode]).to.be.at.least(before);
        const worse = given.arguments.map(one => ({ ...one, origin }));
        expect(rank[decide({ ...given, arguments: worse }).mode]).to.be.at.least(before);
        const seen = { ...given, run: { sawPrivate: true, sawUntrusted: true } };
        expect(rank[decide(seen).mode]).to.be.at.least(before);
      }),
      runs,
    );
  });

  it('keeps a never, and asks about what nobody wrote a policy for', () => {
    fc.assert(
      fc.property(anything, given => {
        const never = { ...given, tool: 'note', policy: { note: { mode: 'never' as const } } };
        expect(decide(never).mode).to.equal('never');
        const unknown = { ...given, policy: {} };
        if (given.effect !== 'read') expect(decide(unknown).mode).to.equal('ask');
      }),
      runs,
    );
  });

  it('decides the same for every door and actor where the policy names none', () => {
    fc.assert(
      fc.property(anything, fc.constantFrom('widget', 'rest', 'openai', 'mcp', 'salesbot'), (given, door) => {
        const plain = { ...given, tool: 'note' };
        expect(decide({ ...plain, door: door as PolicyInput['door'] })).to.deep.equal(decide(plain));
        expect(decide({ ...plain, actor: { kind: 'client' } })).to.deep.equal(decide(plain));
      }),
      runs,
    );
  });

  it('takes what the server resolved and what the rep typed, and says which argument it does not take', () => {
    const typed: PolicyArgument = { name: 'text', kind: 'text', origin: 'rep' };
    const chosen: PolicyArgument = { name: 'userId', kind: 'id', origin: 'server' };
    expect(decide(input({ arguments: [typed, chosen] }))).to.deep.include({
      mode: 'auto',
      reason: 'allowed',
    });
    const composed: PolicyArgument = { name: 'text', kind: 'text', origin: 'model' };
    expect(decide(input({ arguments: [chosen, composed] }))).to.deep.equal({
      mode: 'ask',
      reason: 'tainted-argument',
      argument: 'text',
    });
  });

  it('is kept to the hours of the account, past midnight too', () => {
    const hours = { days: [1], from: '09:00', to: '10:00' };
    expect(decide(input({}, { mode: 'auto', limits: { hours, beyond: 'ask' } })).reason).to.equal(
      'outside-hours',
    );
    const open = { days: [1], from: '09:00', to: '10:01' };
    expect(decide(input({}, { mode: 'auto', limits: { hours: open, beyond: 'ask' } })).mode).to.equal('auto');
    const night = { days: [7], from: '22:00', to: '10:30' };
    expect(decide(input({}, { mode: 'auto', limits: { hours: night, beyond: 'never' } })).mode).to.equal(
      'auto',
    );
    const morning = { days: [1], from: '22:00', to: '10:30' };
    expect(decide(input({}, { mode: 'auto', limits: { hours: morning, beyond: 'never' } })).mode).to.equal(
      'never',
    );
  });

  it('measures a budget by what it was and a time by today, and takes the unknown for too much', () => {
    const price = (before: number | null, after: number) =>
      decide(
        input(
          {
            facts: { price: { before, after } },
            arguments: [{ name: 'price', kind: 'number', origin: 'model' }],
          },
          { mode: 'auto', limits: { priceChangePercentMax: 10, beyond: 'ask' } },
        ),
      ).mode;
    expect([
      price(1000, 1100),
      price(1000, 900),
      price(1000, 1101),
      price(null, 5),
      price(0, 5),
    ]).to.deep.equal(['auto', 'auto', 'ask', 'ask', 'ask']);
    const due = (days: number | null) =>
      decide(
        input(days === null ? {} : { facts: { due: new Date(at.getTime() + days * 86_400_000) } }, {
          mode: 'auto',
          limits: { daysAheadMax: 7, beyond: 'ask' },
        }),
      ).mode;
    expect([due(7), due(8), due(null)]).to.deep.equal(['auto', 'ask', 'ask']);
    const unbounded = input({ arguments: [{ name: 'price', kind: 'number', origin: 'model' }] });
    expect(decide(unbounded).reason).to.equal('no-bound');
  });

  it('lets an automatic reply pass only from a run that was given nothing private', () => {
    const reply = (sawPrivate: boolean) =>
      decide(
        input({
          effect: 'reply',
          arguments: [{ name: 'text', kind: 'text', origin: 'model' }],
          run: { sawPrivate, sawUntrusted: true },
        }),
      );
    expect(reply(false).mode).to.equal('auto');
    expect(reply(true)).to.deep.include({ mode: 'ask', reason: 'private-data' });
  });
});
