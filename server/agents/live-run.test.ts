import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import type { NumberedEvent, RunEvent } from './events.ts';
import { RunStopped, startLiveRun } from './live-run.ts';

const step: RunEvent = { type: 'step', data: { kind: 'answering' } };
const usage: RunEvent = { type: 'usage', data: { inputTokens: 1, outputTokens: 1, costMicros: 1 } };
const done = { type: 'done', data: {} } as unknown as RunEvent;

describe('a live run', () => {
  function start(graceMs = 60_000) {
    let ends = 0;
    const run = startLiveRun({
      runId: 'r',
      graceMs,
      onEnd: () => {
        ends += 1;
      },
    });
    return { run, ends: () => ends };
  }
  function record() {
    const events: NumberedEvent[] = [];
    return { events, listener: (event: NumberedEvent) => void events.push(event) };
  }
  const shown = (events: NumberedEvent[]) =>
    events.reduce(
      (text, { event }) =>
        event.type === 'text.delta' ? text.slice(0, event.data.offset) + event.data.text : text,
      '',
    );

  it('takes back what was said, for those who follow and for those who come later', async () => {
    const { run } = start();
    const { events, listener } = record();
    run.follow(0, listener);
    run.appendText('One. Two tho');
    run.truncate(4);
    run.appendText(' Three.');
    await turn();
    expect(shown(events)).to.equal('One. Three.');
    const late = record();
    run.follow(0, late.listener);
    expect(shown(late.events)).to.equal('One. Three.');
    const back = record();
    run.truncate(0);
    run.follow(events.at(-2)?.seq ?? 0, back.listener);
    expect(back.events.at(-1)?.event).to.deep.include({ data: { offset: 0, text: '' } });
  });

  it('makes one event of tokens that arrive together, and numbers events without a gap', async () => {
    const { run } = start();
    const { events, listener } = record();
    run.follow(0, listener);
    run.emit(step);
    for (const piece of ['a', 'b', 'c']) run.appendText(piece);
    await turn();
    run.appendText('d');
    run.emit(usage);
    run.emit(done);
    expect(events.map(({ seq, event }) => [seq, event.type])).to.deep.equal([
      [1, 'step'],
      [2, 'text.delta'],
      [3, 'text.delta'],
      [4, 'usage'],
      [5, 'done'],
    ]);
    expect(shown(events)).to.equal('abcd');
  });

  it('tells whoever comes later everything after their last event, in order, and then what follows', async () => {
    const { run } = start();
    const first = record();
    const unfollow = run.follow(0, first.listener);
    run.emit(step);
    run.appendText('Half ');
    await turn();
    unfollow();
    run.appendText('an answer');
    run.emit(usage);
    const second = record();
    run.follow(first.events.at(-1)?.seq ?? 0, second.listener);
    run.appendText('.');
    run.emit(done);
    expect(shown([...first.events, ...second.events])).to.equal('Half an answer.');
    const seqs = second.events.map(event => event.seq);
    expect(seqs).to.deep.equal([...seqs].sort((a, b) => a - b));
    expect(seqs[0]).to.be.greaterThan(first.events.at(-1)?.seq ?? 0);
    const third = record();
    run.follow(2, third.listener);
    expect(third.events.map(({ event }) => event.type)).not.to.include('step');
  });

  it('is stopped as dropped when nobody follows for the grace, and not while somebody does', async () => {
    const { run } = start(5);
    const unfollow = run.follow(0, () => undefined);
    await new Promise(resolve => setTimeout(resolve, 20));
    expect(run.signal.aborted).to.equal(false);
    const stopped = new Promise(resolve => run.signal.addEventListener('abort', resolve, { once: true }));
    unfollow();
    await stopped;
    expect(run.signal.reason).to.be.instanceOf(RunStopped).and.to.have.property('why', 'dropped');
  });

  it('ends once, lets its followers go, and is not stopped by the grace any more', async () => {
    const { run, ends } = start(5);
    const { listener, events } = record();
    const unfollow = run.follow(0, listener);
    run.emit(done);
    await run.ended;
    unfollow();
    await new Promise(resolve => setTimeout(resolve, 20));
    expect([ends(), run.signal.aborted, events.length]).to.deep.equal([1, false, 1]);
  });
});
