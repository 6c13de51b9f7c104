import { expect } from 'chai';
import { parseAsks } from './parse-asks.ts';

const place = { timeZone: 'America/New_York', now: new Date('2026-11-23T18:00:00Z') };

describe('several things asked for at once, without a model', () => {
  for (const [locale, text, question, stage, task] of [
    [
      'en',
      'summarise, move to negotiation, call tomorrow at ten',
      'summarise',
      'negotiation',
      'call tomorrow at ten',
    ],
    [
      'en',
      'Please move this lead to the stage Quote sent and remind me on Friday 15:00 to call.',
      null,
      'Quote sent',
      'remind me on Friday 15:00 to call',
    ],
    [
      'es',
      'resume, pásalo a negociación y llama mañana a las diez',
      'resume',
      'negociación',
      'llama mañana a las diez',
    ],
    [
      'pt',
      'resuma, mova para negociação e ligue amanhã às dez',
      'resuma',
      'negociação',
      'ligue amanhã às dez',
    ],
    [
      'ru',
      'подведи итог, переведи в переговоры и позвони завтра в десять',
      'подведи итог',
      'переговоры',
      'позвони завтра в десять',
    ],
  ] as const)
    it(`are each understood: ${text}`, () => {
      expect(parseAsks(text, { ...place, locale })).to.deep.equal({
        question,
        commands: [
          { name: 'stage', rest: stage },
          { name: 'task', rest: task },
        ],
      });
    });

  for (const text of [
    'Summarise this lead for me.',
    'When did we move to negotiation?',
    'What happens when I call tomorrow?',
    'call her',
    'move to negotiation, and what about the price of the second machine',
    'The client wrote: move to negotiation.',
    `call tomorrow at ten ${'and so on '.repeat(40)}`,
  ])
    it(`are not read into anything else: ${text.slice(0, 60)}`, () => {
      expect(parseAsks(text, { ...place, locale: 'en' })).to.equal(null);
    });
});
