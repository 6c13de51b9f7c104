import { expect } from 'chai';
import { readWhen } from '../../texts/index.ts';
import { matchStages } from './match-stage.ts';
import { parseCommand } from './parse-command.ts';

describe('commands with a slash', () => {
  it('are known by their word in every language of the product', () => {
    expect(parseCommand('/task tomorrow call')).to.deep.equal({ name: 'task', rest: 'tomorrow call' });
    expect(parseCommand(' /Tarea mañana')).to.deep.equal({ name: 'task', rest: 'mañana' });
    expect(parseCommand('/tarefa')).to.deep.equal({ name: 'task', rest: '' });
    expect(parseCommand('/этап переговоры')).to.deep.equal({ name: 'stage', rest: 'переговоры' });
    expect(parseCommand('/note line one\nline two')).to.deep.equal({
      name: 'note',
      rest: 'line one\nline two',
    });
  });

  it('leave questions, paths and unknown words alone', () => {
    for (const text of ['task tomorrow', '/tasks', '/usr/bin', '/', 'what is /task', '/42 x']) {
      expect(parseCommand(text), text).to.equal(null);
    }
  });
});

describe('the time in a rep’s words', () => {
  // Monday, 13:00 in New York.
  const now = new Date('2026-11-23T18:00:00Z');
  const cases: [locale: string, text: string, due: string, rest: string][] = [
    ['en', 'tomorrow 10:00 call Anna', '2026-11-24T15:00:00.000Z', 'call Anna'],
    ['en', 'call tomorrow at ten', '2026-11-24T15:00:00.000Z', 'call'],
    ['en', 'friday 3pm: demo', '2026-11-27T20:00:00.000Z', 'demo'],
    ['en', 'in two hours check the order', '2026-11-23T20:00:00.000Z', 'check the order'],
    ['en', '2026-12-01 send the quote', '2026-12-02T04:59:00.000Z', 'send the quote'],
    ['es', 'mañana a las 10:00 llamar a Ana', '2026-11-24T15:00:00.000Z', 'llamar a Ana'],
    ['es', 'llamar mañana a las diez', '2026-11-24T15:00:00.000Z', 'llamar'],
    ['pt', 'amanhã às 15h ligar', '2026-11-24T20:00:00.000Z', 'ligar'],
    ['pt', 'amanhã às dez ligar', '2026-11-24T15:00:00.000Z', 'ligar'],
    ['ru', 'завтра в 10:00 позвонить', '2026-11-24T15:00:00.000Z', 'позвонить'],
    ['ru', 'позвонить в пятницу в 15:00', '2026-11-27T20:00:00.000Z', 'позвонить'],
    ['ru', 'tomorrow 10:00 call', '2026-11-24T15:00:00.000Z', 'call'],
  ];
  for (const [locale, text, due, rest] of cases) {
    it(`"${text}" (${locale})`, () => {
      const when = readWhen(text, { locale, now, timeZone: 'America/New_York' });
      expect({ due: when.dueAt.toISOString(), rest: when.rest }).to.deep.equal({ due, rest });
    });
  }

  it('is today where none is named, to its last minute in the account’s zone', () => {
    const { dueAt, rest } = readWhen('call them', { locale: 'en', now, timeZone: 'America/New_York' });
    expect(dueAt.toISOString()).to.equal('2026-11-24T04:59:00.000Z');
    expect(rest).to.equal('call them');
  });

  it('is tomorrow’s hour when today’s has passed', () => {
    const { dueAt } = readWhen('9:00 call', { locale: 'en', now, timeZone: 'America/New_York' });
    expect(dueAt.toISOString()).to.equal('2026-11-24T14:00:00.000Z');
  });

  it('follows the zone’s clocks over their change in spring', () => {
    const { dueAt } = readWhen('20 March 10:00 call', { locale: 'en', now, timeZone: 'America/New_York' });
    expect(dueAt.toISOString()).to.equal('2027-03-20T14:00:00.000Z');
  });

  it('takes a zone nobody knows for UTC', () => {
    const { dueAt } = readWhen('tomorrow 10:00', { locale: 'en', now, timeZone: 'Mars/Olympus' });
    expect(dueAt.toISOString()).to.equal('2026-11-24T10:00:00.000Z');
  });
});

describe('the stage in a rep’s words', () => {
  const stages = [
    { pipelineId: 1, statusId: 10, pipeline: 'Sales', status: 'Negotiation' },
    { pipelineId: 1, statusId: 11, pipeline: 'Sales', status: 'Negotiation of price' },
    { pipelineId: 1, statusId: 142, pipeline: 'Sales', status: 'Closed – won' },
    { pipelineId: 2, statusId: 20, pipeline: 'Service', status: 'Negotiation' },
    { pipelineId: 2, statusId: 142, pipeline: 'Service', status: 'Closed – won' },
    { pipelineId: 3, statusId: 30, pipeline: 'Ventas', status: 'Negociación' },
  ];
  const ids = (words: string, own: number | null) =>
    matchStages(words, stages, own).map(({ pipelineId, statusId }) => `${pipelineId}/${statusId}`);

  it('is the one of the lead’s own pipeline', () => {
    expect(ids('negotiation', 2)).to.deep.equal(['2/20']);
    expect(ids('closed won', 1)).to.deep.equal(['1/142']);
  });

  it('is found without accents, by its beginning, and with its pipeline’s name', () => {
    expect(ids('negociacion', 1)).to.deep.equal(['3/30']);
    expect(ids('closed', 2)).to.deep.equal(['2/142']);
    expect(ids('service negotiation', 1)).to.deep.equal(['2/20']);
  });

  it('is several where the words fit several equally, and none where they fit none', () => {
    expect(ids('negotiation', null)).to.deep.equal(['1/10', '2/20']);
    expect(ids('lunch', 1)).to.deep.equal([]);
    expect(ids('', 1)).to.deep.equal([]);
  });
});
