import { expect } from 'chai';
import { findPromises } from './find-promises.ts';
import { unsupportedIn } from './unsupported.ts';

const context = { locale: 'en', now: new Date('2026-11-24T15:00:00Z'), timeZone: 'America/New_York' };
const missing = (text: string, ...support: string[]) =>
  unsupportedIn(text, { support, promises: findPromises(text, context), context }).map(claim => claim.text);

/** What a message says, and what carries it. */
const carried: [text: string, ...support: string[]][] = [
  ['The machine costs $1,299.00.', 'Price list: 1.299,00 USD'],
  ['It is 1 299 €.', 'Precio: 1299 EUR'],
  ['Your budget of $12,500 fits.', 'Budget: 12500'],
  ['La garantía es de 24 meses.', 'The warranty lasts 24 months.'],
  ['A garantia é de dois anos.', 'Garantia: 2 anos'],
  ['Гарантия 24 месяца.', 'The warranty is 24 months'],
  ['You can return it within thirty-day terms.', 'Returns are free.'],
  ['Returns are free of charge for 30 days.', 'Returns are free of charge within 30 days.'],
  ['There is a discount of 10% from 5 units on.', 'Discount: 10 percent, 5 pieces or more'],
  ['We meet on 14 March 2027 at 10:30.', 'Meeting 2027-03-14', '10:30'],
  ['Nos vemos el 14 de marzo de 2027.', 'Visit: 14.03.2027'],
  ['The lease runs for three years.', 'leasing over 3 years'],
  ['Скидка 10 %.', 'скидка: 10%'],
  ['It costs R$ 2.500,00 in 10 instalments.', 'R$ 2500 em 10 parcelas'],
  ['Thank you, Ana! Which day suits you?'],
  ['I will send it within 24 hours.'],
  ['We will deliver it on 5 December at 10:00.'],
  ['One of our colleagues is with you now.'],
  ['The Q-77 fits your kitchen.'],
];

const invented: [text: string, pieces: string[], ...support: string[]][] = [
  ['The machine costs $999.', ['$999'], 'Price list: 1299 USD'],
  ['La garantía es de 36 meses.', ['36 month'], 'The warranty lasts 24 months.'],
  ['You get a 50% discount!', ['50 %', 'discount'], 'The list price is 100 EUR.'],
  ['It takes 30 days.', ['30 day'], 'It costs 30 EUR.'],
  ['It takes 3 weeks.', ['3 week'], 'It takes 3 days.'],
  ['Te devolvemos el dinero: reembolso total.', ['reembolso'], 'El precio es 100 EUR'],
  ['Envío gratis hoy.', ['gratis'], 'El envío cuesta 10 EUR'],
  ['A entrega é em 10 de março de 2027.', ['10 de março de 2027'], 'Entrega: 11/03/2027'],
  ['Рассрочка без процентов.', ['Рассрочка'], 'Цена 100 руб.'],
  ['Backed by a lifetime warranty.', ['warranty']],
  ['The price is 12,500 EUR.', ['12,500 EUR'], 'Budget: 1250'],
  ['We will send you the refund tomorrow.', ['refund']],
  ['Come at 5 pm.', ['5 pm'], 'Open until 16:00'],
  ['Two years of support are included.', ['Two year'], 'Support: 1 year'],
];

describe('what a message to a client says', () => {
  for (const [text, ...support] of carried)
    it(`passes with its source: ${text}`, () => expect(missing(text, ...support)).to.deep.equal([]));

  for (const [text, pieces, ...support] of invented)
    it(`is named where nothing carries it: ${text}`, () =>
      expect(missing(text, ...support)).to.deep.equal(pieces));
});
