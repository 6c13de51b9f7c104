import { expect } from 'chai';
import { searchKnowledge, supportThreshold } from './search.ts';
import { addAndIndex, type Bench, bench, never } from './testing.ts';

/** Three documents, one question they answer, and one they do not; asked plainly and with courtesies around it. */
const bases = {
  en: {
    documents: [
      'The Alba grinder has a warranty of 24 months from the day of delivery.',
      'Parcels leave the warehouse on the same day when ordered before noon.',
      'The showroom is open from nine to six, Monday to Friday.',
    ],
    answered: 'How long is the warranty of the Alba grinder',
    unanswered: 'Do you sell electric bicycles',
    around: (question: string) => `Hello! ${question}, please. Say what you know.`,
  },
  es: {
    documents: [
      'El molinillo Alba tiene una garantía de 24 meses desde la entrega.',
      'Los paquetes salen del almacén el mismo día si se piden antes del mediodía.',
      'La tienda abre de nueve a seis, de lunes a viernes.',
    ],
    answered: '¿Cuánto dura la garantía del molinillo Alba?',
    unanswered: '¿Venden bicicletas eléctricas?',
    around: (question: string) => `Hola, buenos días. ${question} Por favor, dime lo que sepas.`,
  },
  de: {
    documents: [
      'Die Mühle Alba hat eine Garantie von 24 Monaten ab Lieferung.',
      'Pakete verlassen das Lager am selben Tag, wenn vor Mittag bestellt wird.',
      'Der Laden ist von neun bis sechs geöffnet, Montag bis Freitag.',
    ],
    answered: 'Wie lange gilt die Garantie der Mühle Alba?',
    unanswered: 'Verkauft ihr elektrische Fahrräder?',
    around: (question: string) => `Guten Tag, ${question} Bitte sag mir, was du weißt. Vielen Dank!`,
  },
  ru: {
    documents: [
      'На кофемолку Альба действует гарантия 24 месяца со дня доставки.',
      'Посылки уходят со склада в тот же день, если заказать до полудня.',
      'Магазин открыт с девяти до шести, с понедельника по пятницу.',
    ],
    answered: 'Какая гарантия на кофемолку Альба?',
    unanswered: 'Продаёте ли вы электрические велосипеды?',
    around: (question: string) => `Здравствуйте! ${question} Подскажите, пожалуйста, что знаете.`,
  },
};

describe('a base of three documents', function () {
  this.timeout(120_000);
  const best = async (on: Bench, text: string, locale: string) =>
    (await searchKnowledge(on.deps, on.tenantId, { text, locale, limit: 5, signal: never }))[0];

  for (const [locale, { documents, answered, unanswered, around }] of Object.entries(bases))
    it(`supports an answer however politely it is asked for, and none to what it does not know: ${locale}`, async () => {
      const on = await bench();
      for (const text of documents) await addAndIndex(on, text, 'text/plain', text.slice(0, 20));
      const plain = await best(on, answered, locale);
      for (const question of [answered, around(answered)]) {
        const found = await best(on, question, locale);
        expect(found?.body, question).to.equal(documents[0]);
        expect(found?.score, question).to.be.greaterThan(supportThreshold);
        expect(found?.score, question).to.be.closeTo(plain?.score ?? 0, 0.1);
      }
      for (const question of [unanswered, around(unanswered)])
        expect((await best(on, question, locale))?.score ?? 0, question).to.be.lessThan(supportThreshold);
    });
});
