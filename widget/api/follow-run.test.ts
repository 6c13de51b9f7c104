import { expect } from 'chai';
import { answer, question } from '../testing/fake-run.ts';
import { ApiFault } from './api-fault.ts';
import { type Follow, followRun } from './follow-run.ts';
import type { RunEvent } from './types.ts';

const started: RunEvent = {
  name: 'run.started',
  data: { runId: 'r1', conversationId: 'c', question: question('?'), answerId: 'a1' },
};
const delta = (offset: number, text: string): RunEvent => ({ name: 'text.delta', data: { offset, text } });
const done: RunEvent = { name: 'done', data: { message: answer('ab') } };

const stream = (from: number, ...events: RunEvent[]) =>
  new Response(
    events.map((e, at) => `id: ${from + at}\nevent: ${e.name}\ndata: ${JSON.stringify(e.data)}\n\n`).join(''),
  );

/** Plays `answers` in turn and keeps what was asked and waited for. */
async function follow(answers: Array<Response | Error>, more: Partial<Follow> = {}) {
  const seen = { asked: [] as string[], waited: [] as number[], events: [] as string[] };
  const next = (how: string) => {
    seen.asked.push(how);
    const answer = answers.shift();
    if (!answer) throw new Error('Asked once too often');
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  const ended = followRun(
    { events: (runId, last) => next(`${runId} after ${last}`) },
    {
      open: () => next('open'),
      signal: new AbortController().signal,
      receive: event => seen.events.push(event.name),
      reconnecting: () => undefined,
      wait: ms => {
        seen.waited.push(ms);
        return Promise.resolve();
      },
      ...more,
    },
  );
  const error = await ended.then(
    () => null,
    (reason: unknown) => reason,
  );
  return { ...seen, error };
}

describe('Following a run', () => {
  it('ends with its last event', async () => {
    const { error, events, asked } = await follow([stream(1, started, delta(0, 'a'), done)]);
    expect({ error, events, asked }).to.deep.equal({
      error: null,
      events: ['run.started', 'text.delta', 'done'],
      asked: ['open'],
    });
  });

  it('comes back after a dropped connection, from the last event it had', async () => {
    const { asked, waited, events } = await follow([
      stream(1, started, delta(0, 'a')),
      new TypeError('network'),
      stream(3, delta(1, 'b'), done),
    ]);
    expect(asked).to.deep.equal(['open', 'r1 after 2', 'r1 after 2']);
    expect(waited).to.deep.equal([300, 1_000]);
    expect(events).to.deep.equal(['run.started', 'text.delta', 'text.delta', 'done']);
  });

  it('asks again with the same key while nothing has begun', async () => {
    const { asked, error } = await follow([new TypeError('network'), stream(1, started, done)]);
    expect(asked).to.deep.equal(['open', 'open']);
    expect(error).to.equal(null);
  });

  it('gives up within the ten seconds for which the run is kept', async () => {
    const drops = Array.from({ length: 5 }, () => new TypeError('network'));
    const { error, waited } = await follow([stream(1, started), ...drops.slice(1)]);
    expect(error).to.be.instanceOf(ApiFault).with.property('code', 'stream-dropped');
    expect(waited.reduce((sum, ms) => sum + ms)).to.be.below(10_000);
    expect((await follow(drops)).error).to.have.property('code', 'network');
  });

  it('does not repeat a question that was refused', async () => {
    const refusal = new ApiFault('cap-reached', 402);
    const { error, asked } = await follow([refusal]);
    expect(error).to.equal(refusal);
    expect(asked).to.deep.equal(['open']);
    expect((await follow([new ApiFault('internal', 500)])).asked).to.deep.equal(['open']);
  });

  it('tries again when a proxy answers 502 in the middle of a run', async () => {
    const { error, asked } = await follow([
      stream(1, started),
      new ApiFault('http-502', 502),
      stream(2, done),
    ]);
    expect(error).to.equal(null);
    expect(asked).to.have.length(3);
  });

  it('skips what it cannot read', async () => {
    const noise = 'event: text.delta\ndata: {"offset"\n\nevent: weather\ndata: {}\n\n';
    const clean = await stream(1, started, done).text();
    const { events } = await follow([new Response(noise + clean)]);
    expect(events).to.deep.equal(['run.started', 'done']);
  });
});
