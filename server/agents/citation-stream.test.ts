import { expect } from 'chai';
import fc from 'fast-check';
import { citationStream } from './citation-stream.ts';

/** Numbers sources by first use, as an answer does, and keeps what each was cited for. */
function run(pieces: string[], known: number[]) {
  const numbers = new Map<number, number>();
  const claims: string[] = [];
  const stream = citationStream((source, claim) => {
    if (!known.includes(source)) return [];
    claims.push(claim);
    numbers.set(source, numbers.get(source) ?? numbers.size + 1);
    return [numbers.get(source) ?? 0];
  });
  const text = [...pieces.map(piece => stream.push(piece)), stream.end()].join('');
  return { text, claims, numbers };
}

describe('marks of citations in a stream', () => {
  for (const [said, shown, sources] of [
    ['A [4].', 'A [1].', [4]],
    ['A [4]. B [2]. C [4].', 'A [1]. B [2]. C [1].', [4, 2]],
    ['A [4, 7].', 'A [1][2].', [4, 7]],
    ['A [4; 7][2].', 'A [1][2][3].', [4, 7, 2]],
    ['A 【4】 and 【7†source】.', 'A [1] and [2].', [4, 7]],
    ['A [^4].', 'A [1].', [4]],
    ['A [9].', 'A.', []],
    ['A [9, 4].', 'A [1].', [4]],
    ['See [the page](https://x.example) and a[0].', 'See [the page](https://x.example) and a.', []],
    ['[[phone-1]] stays, [x] too, [] too, [2026] too', '[[phone-1]] stays, [x] too, [] too, [2026] too', []],
    ['Open [4', 'Open [4', []],
  ] as const) {
    it(`shows ${JSON.stringify(said)} as ${JSON.stringify(shown)}`, () => {
      const { text, numbers } = run([said], [2, 4, 7]);
      expect(text).to.equal(shown);
      expect([...numbers.keys()]).to.deep.equal(sources);
    });
  }

  it('gives the claim before the mark, without earlier marks', () => {
    const { claims } = run(['First thing. The lease runs ', '36 months [4]. Then more [7].'], [4, 7]);
    expect(claims).to.deep.equal(['The lease runs 36 months', 'Then more']);
  });

  it('does not depend on how the stream was cut', () => {
    const bits = fc.constantFrom(
      '[',
      ']',
      '4',
      '7',
      '9',
      ', ',
      ' ',
      '.',
      'word',
      '【',
      '】',
      '^',
      '\n',
      '🦉',
      '[4]',
      '[4, 7]',
    );
    fc.assert(
      fc.property(fc.array(bits, { maxLength: 30 }), fc.array(fc.nat(40), { maxLength: 8 }), (list, cuts) => {
        const whole = list.join('');
        const at = [...new Set(cuts.map(cut => cut % (whole.length + 1)))].sort((a, b) => a - b);
        const pieces = [0, ...at].map((from, index) => whole.slice(from, [...at, whole.length][index]));
        expect(run(pieces, [4, 7]).text).to.equal(run([whole], [4, 7]).text);
      }),
      { numRuns: 2_000 },
    );
  });

  it('shows no number that it was not told', () => {
    const mark = fc.nat(12).map(n => `[${n}]`);
    fc.assert(
      fc.property(fc.array(fc.oneof(mark, fc.constantFrom(' word', '. ', '\n'))), list => {
        const { text, numbers } = run(list, [1, 3, 5, 8]);
        const shown = [...text.matchAll(/\[(\d+)\]/g)].map(match => Number(match[1]));
        expect(new Set(shown)).to.deep.equal(new Set(numbers.values()));
      }),
    );
  });
});
