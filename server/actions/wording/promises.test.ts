import { expect } from 'chai';
import { findPromises } from './find-promises.ts';
import { dated, later, laterFree, promiseFree, undated } from './promise-samples.ts';
import { sentencesOf, withoutSentences } from './sentences.ts';

// A Tuesday, 10:00 in New York.
const context = { now: new Date('2026-11-24T15:00:00Z'), timeZone: 'America/New_York' };
const promised = { ...dated, later: Object.values(later).flat() };
const free = { ...promiseFree, later: laterFree };
const all = (samples: Record<string, string[]>) => Object.values(samples).flat();

describe('promises in a message to a client', () => {
  it(`with a time: all ${all(promised).length} are found in four languages, each with a day to keep it by`, () => {
    const missed = all(promised).filter(
      text => !findPromises(text, context).some(({ dueAt }) => dueAt !== null),
    );
    expect(missed).to.deep.equal([]);
  });

  it(`without a time: all ${all(undated).length} are found, and no day is made up`, () => {
    const wrong = all(undated).filter(text =>
      findPromises(text, context).every(({ dueAt }) => dueAt !== null),
    );
    expect(wrong).to.deep.equal([]);
  });

  it(`are not seen in ${all(free).length} sentences that promise nothing`, () => {
    const wrong = all(free).filter(text => findPromises(text, context).length > 0);
    expect(wrong).to.deep.equal([]);
  });

  it('are found among other sentences, each by itself', () => {
    const text = `Hello Ana! Thanks. ${dated.en?.[0]} ¿Le parece bien? ${dated.es?.[1]}\n${undated.ru?.[0]}`;
    expect(
      findPromises(text, context).map(promise => [promise.text, promise.language, promise.dueAt !== null]),
    ).to.deep.equal([
      ['I will send it tomorrow.', 'en', true],
      ['Le enviaré el presupuesto el viernes.', 'es', true],
      ['Пришлю информацию.', 'ru', false],
    ]);
  });

  it('are due when they say, by the clock of the account', () => {
    const due = (text: string) => findPromises(text, context)[0]?.dueAt?.toISOString();
    expect(due('I will send it tomorrow.')).to.equal('2026-11-26T04:59:00.000Z');
    expect(due('Te llamo el lunes a las 10.')).to.equal('2026-11-30T15:00:00.000Z');
    expect(due('Мы перезвоним вам завтра в 10:00.')).to.equal('2026-11-25T15:00:00.000Z');
    expect(due('A máquina estará pronta depois de amanhã.')).to.equal('2026-11-27T04:59:00.000Z');
  });

  it('can be taken out of a text, which stays a text', () => {
    const text = 'Hello!  The price is 3.50 euros. I will send it. Regards,\nAnna';
    const promises = findPromises(text, context);
    expect(withoutSentences(text, promises)).to.equal('Hello! The price is 3.50 euros. Regards,\nAnna');
    expect(sentencesOf(text)).to.have.length(5);
  });

  it('are looked for in good time in the longest message', () => {
    const started = performance.now();
    findPromises('a '.repeat(2_000), context);
    findPromises('We will '.repeat(500), context);
    expect(performance.now() - started).to.be.lessThan(5_000);
  });
});
