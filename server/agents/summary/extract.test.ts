import { expect } from 'chai';
import { extract } from './extract.ts';

const options = { timeZone: 'Europe/Madrid', lengthMax: 4_000 };
const messages = [
  { id: 'q1', role: 'rep' as const, author: 'Dana', text: 'How long is\nthe warranty?' },
  {
    id: 'a1',
    role: 'assistant' as const,
    author: 'Cardwise',
    text: 'No AI model is connected, so here is what the sources say:\n\n> Two **years** from delivery. Batteries one. [1]',
  },
];
const done = [
  { messageId: 'a1', action: 'task-create' as const, values: ['call', '2026-03-04T09:00:00.000Z'] },
  { messageId: 'a9', action: 'note' as const, values: ['of another answer'] },
];

describe('a summary by rules', () => {
  for (const [locale, asked, doneLine] of [
    ['en', 'Dana asked: How long is the warranty?', 'Done: call · 4 Mar 2026, 10:00'],
    ['es', 'Dana preguntó: How long is the warranty?', 'Hecho: call · 4 mar 2026, 10:00'],
    ['pt', 'Dana perguntou: How long is the warranty?', 'Feito: call · 4 de mar. de 2026, 10:00'],
    ['ru', 'Спрашивает Dana: How long is the warranty?', 'Сделано: call · 4 мар. 2026 г., 10:00'],
  ] as const)
    it(`holds questions, the first telling sentence of answers, and what was done (${locale})`, () => {
      const lines = extract(null, messages, done, { ...options, locale }).split('\n');
      expect(lines[0]).to.equal(asked);
      expect(lines[1]).to.equal('  Two years from delivery.');
      expect(lines[2]?.trim().replace('Mar 4, 2026, 10:00 AM', '4 Mar 2026, 10:00')).to.equal(doneLine);
      expect(lines).to.have.length(3);
    });

  it('is added to what there is, and when it grows too long the oldest lines go', () => {
    const longer = extract('Dana asked: first', messages, [], { ...options, locale: 'en' });
    expect(longer.split('\n')[0]).to.equal('Dana asked: first');
    const bounded = extract(longer, messages, [], { ...options, locale: 'en', lengthMax: 90 });
    expect(bounded.length).to.be.at.most(90);
    expect(bounded).to.not.contain('first');
    expect(bounded).to.contain('Two years from delivery.');
  });
});
