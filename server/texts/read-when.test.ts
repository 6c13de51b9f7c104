import { expect } from 'chai';
import { findWhen } from './index.ts';

/** Friday at noon in Madrid; its clocks go back on Sunday, the 25th, and forward on 28 March. */
const now = new Date('2026-10-23T10:00:00Z');
const timeZone = 'Europe/Madrid';
const day = '23:59';

/** What is said, the local day and hour it is due, and what is left of the words. */
const said: Record<string, [text: string, due: string, rest: string][]> = {
  en: [
    ['call tomorrow at ten', '2026-10-24 10:00', 'call'],
    ['call on Sunday 10:00', '2026-10-25 10:00', 'call'],
    ['call on Monday at 9', '2026-10-26 09:00', 'call'],
    ['call next Tuesday 15:30', '2026-10-27 15:30', 'call'],
    ['call in two weeks', `2026-11-06 ${day}`, 'call'],
    ['call in two weeks at 10:00', '2026-11-06 10:00', 'call'],
    ['call at the end of the month', `2026-10-31 ${day}`, 'call'],
    ['call the day after tomorrow', `2026-10-25 ${day}`, 'call'],
    ['call on the 5th at 10:00', '2026-11-05 10:00', 'call'],
    ['call at noon tomorrow', '2026-10-24 12:00', 'call'],
    ['call on 29 March 10:00', '2027-03-29 10:00', 'call'],
  ],
  es: [
    ['llamar mañana a las diez', '2026-10-24 10:00', 'llamar'],
    ['llamar el domingo a las 10:00', '2026-10-25 10:00', 'llamar'],
    ['llamar el lunes a las 9', '2026-10-26 09:00', 'llamar'],
    ['llamar el próximo martes a las 15:30', '2026-10-27 15:30', 'llamar'],
    ['llamar en dos semanas', `2026-11-06 ${day}`, 'llamar'],
    ['llamar dentro de dos semanas a las 10:00', '2026-11-06 10:00', 'llamar'],
    ['llamar a fin de mes', `2026-10-31 ${day}`, 'llamar'],
    ['llamar pasado mañana a las 10:00', '2026-10-25 10:00', 'llamar'],
    ['llama el viernes que viene', `2026-10-30 ${day}`, 'llama'],
    ['llamar el 29 de marzo a las 10:00', '2027-03-29 10:00', 'llamar'],
  ],
  pt: [
    ['ligar amanhã às dez', '2026-10-24 10:00', 'ligar'],
    ['ligar domingo às 10h', '2026-10-25 10:00', 'ligar'],
    ['ligar segunda-feira às 9h', '2026-10-26 09:00', 'ligar'],
    ['ligar na próxima terça-feira às 15h30', '2026-10-27 15:30', 'ligar'],
    ['ligar em duas semanas', `2026-11-06 ${day}`, 'ligar'],
    ['ligar daqui a duas semanas às 10h', '2026-11-06 10:00', 'ligar'],
    ['ligar no fim do mês', `2026-10-31 ${day}`, 'ligar'],
    ['ligar depois de amanhã às 10h', '2026-10-25 10:00', 'ligar'],
    ['ligar em 29 de março às 10h', '2027-03-29 10:00', 'ligar'],
  ],
  ru: [
    ['позвонить завтра в десять', '2026-10-24 10:00', 'позвонить'],
    ['позвонить в воскресенье в 10:00', '2026-10-25 10:00', 'позвонить'],
    ['позвонить в понедельник в 9:00', '2026-10-26 09:00', 'позвонить'],
    ['позвонить в следующий вторник в 15:30', '2026-10-27 15:30', 'позвонить'],
    ['позвонить через две недели', `2026-11-06 ${day}`, 'позвонить'],
    ['позвонить через две недели в 10:00', '2026-11-06 10:00', 'позвонить'],
    ['позвонить в конце месяца', `2026-10-31 ${day}`, 'позвонить'],
    ['позвонить послезавтра в 10:00', '2026-10-25 10:00', 'позвонить'],
    ['позвонить 29 марта в 10:00', '2027-03-29 10:00', 'позвонить'],
  ],
};

const local = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });

describe('a time in the words of a rep, by the calendar of the account’s zone', () => {
  for (const [locale, cases] of Object.entries(said))
    for (const [text, due, rest] of cases)
      it(`"${text}" (${locale})`, () => {
        const when = findWhen(text, { locale, now, timeZone });
        expect(when && { due: local.format(when.dueAt), rest: when.rest }).to.deep.equal({ due, rest });
      });

  it('ends a month on its own last day, also in a leap year, and across its end', () => {
    const dueOn = (text: string, at: string) =>
      local.format(findWhen(text, { locale: 'en', now: new Date(at), timeZone })?.dueAt);
    expect(dueOn('call at the end of the month', '2028-02-10T10:00:00Z')).to.equal('2028-02-29 23:59');
    expect(dueOn('call in a month', '2027-01-31T10:00:00Z')).to.equal('2027-02-28 23:59');
    expect(dueOn('call tomorrow at ten', '2026-12-31T10:00:00Z')).to.equal('2027-01-01 10:00');
  });

  it('is another instant in another zone, where the day may be another one too', () => {
    const late = new Date('2026-10-23T23:30:00Z');
    const dueIn = (zone: string) =>
      findWhen('call tomorrow at ten', { locale: 'en', now: late, timeZone: zone })?.dueAt.toISOString();
    expect(dueIn('America/Sao_Paulo')).to.equal('2026-10-24T13:00:00.000Z');
    expect(dueIn('Europe/Madrid')).to.equal('2026-10-25T09:00:00.000Z');
  });
});
