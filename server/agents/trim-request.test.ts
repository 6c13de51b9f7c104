import { expect } from 'chai';
import type { AnswerRequest } from '../llm/index.ts';
import { trimRequest } from './trim-request.ts';

const request: AnswerRequest = {
  instructions: 'Be brief.',
  locale: 'en',
  question: 'How long?',
  maxOutputTokens: 100,
  history: [1, 2, 3].map(n => ({ role: 'rep' as const, text: `turn ${n}` })),
  sources: [
    { n: 1, kind: 'document', title: 'a', text: 'a', score: 0.2 },
    { n: 2, kind: 'document', title: 'b', text: 'b', score: 0.9 },
    { n: 3, kind: 'document', title: 'c', text: 'c', score: 0.5 },
    { n: 4, kind: 'lead', title: 'new', text: 'x', score: 1 },
    { n: 5, kind: 'lead', title: 'old', text: 'y', score: 1 },
  ],
};

describe('a request that is too long for a model', () => {
  it('keeps what is worth most, under the numbers it had', () => {
    const trimmed = trimRequest(request);
    expect(trimmed?.sources.map(({ n }) => n)).to.deep.equal([2, 3, 4]);
    expect(trimmed?.history.map(({ text }) => text)).to.deep.equal(['turn 3']);
    expect(trimmed?.question).to.equal(request.question);
  });

  it('comes to an end', () => {
    let steps = 0;
    for (let next: AnswerRequest | null = request; next; next = trimRequest(next)) steps += 1;
    expect(steps).to.be.within(3, 6);
  });
});
