import { expect } from 'chai';
import { createParser } from 'eventsource-parser';
import { eventStreamReader, type StreamEvent } from './event-stream.ts';

function read(pieces: string[]): StreamEvent[] {
  const events: StreamEvent[] = [];
  const feed = eventStreamReader(event => events.push(event));
  for (const piece of pieces) feed(piece);
  return events;
}

describe('The event stream reader', () => {
  it('joins data lines, keeps the last id and skips comments and unknown fields', () => {
    const stream = ': ping\n\nid: 4\nevent: step\ndata: a\ndata:b\nretry: 1\nother\n\ndata:  c\n\n';
    expect(read([stream])).to.deep.equal([
      { id: '4', name: 'step', data: 'a\nb' },
      { id: '4', name: '', data: ' c' },
    ]);
  });

  it('gives nothing for an event that never ended', () => {
    expect(read(['event: done\ndata: {}\n'])).to.deep.equal([]);
  });

  it('reads what eventsource-parser reads, however the stream is cut', () => {
    const parts = [
      'data: x',
      'data:',
      'event: a:b',
      'id: 7',
      ': c',
      'data: {"t":"\u00e9 : "}',
      'nonsense',
      '',
    ];
    let seed = 7;
    const next = (max: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed % max;
    };
    for (let round = 0; round < 300; round += 1) {
      const end = ['\n', '\r\n'][next(2)] ?? '\n';
      const stream = `${Array.from({ length: 12 }, () => parts[next(parts.length)]).join(end)}${end}${end}data: last${end}${end}:`;
      const pieces: string[] = [];
      for (let at = 0; at < stream.length; ) {
        const size = 1 + next(9);
        pieces.push(stream.slice(at, at + size));
        at += size;
      }
      const theirs: string[] = [];
      const parser = createParser({ onEvent: ({ event = '', data }) => theirs.push(`${event} ${data}`) });
      for (const piece of pieces) parser.feed(piece);
      expect(
        read(pieces).map(({ name, data }) => `${name} ${data}`),
        JSON.stringify(stream),
      ).to.deep.equal(theirs);
    }
  });
});
