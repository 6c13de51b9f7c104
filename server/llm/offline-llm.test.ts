import { expect } from 'chai';
import { answerRequest, collect, describeLlm, doneOf, source, textOf } from './llm.contract.ts';
import type { AnswerRequest, AnswerSource } from './llm.ts';
import { OfflineLlm } from './offline-llm.ts';

const noAbort = new AbortController().signal;

describeLlm('OfflineLlm', async () => ({
  llm: new OfflineLlm(),
  planAnswer: () => undefined,
  planEndless: () => undefined,
  close: async () => undefined,
}));

describe('OfflineLlm', () => {
  const handbook = [
    source(1, '# Delivery\nDelivery takes two to four working days. Express costs 12 euros more.'),
    source(2, 'Returns are free within 30 days. The customer keeps the box. Refunds arrive after a week.'),
    source(3, 'Q: Do you have a showroom?\nA: Yes, in Valencia, open from Monday to Saturday.'),
  ];
  const lead = [
    record(4, 'Lead', 'Sofa for the office, budget 2,000 EUR, stage "Negotiation".', { record: 'lead' }),
    record(5, 'Task, due 5 March', 'Send the revised offer with the blue fabric.', {
      record: 'task',
      state: 'open',
    }),
    record(
      6,
      'Message from the client, 3 March',
      'Hello! Can you deliver on a Saturday? We are out during the week.',
      { record: 'message', direction: 'in' },
    ),
    record(7, 'Note, 2 March', 'Prefers phone calls in the morning.', { record: 'note' }),
  ];

  const ask = async (question: string, changed: Partial<AnswerRequest> = {}): Promise<string> =>
    textOf(
      await collect(
        new OfflineLlm().answer(
          answerRequest({ question, sources: [...handbook, ...lead], ...changed }),
          noAbort,
        ),
      ),
    );

  it('says that no model is connected, then quotes what fits, numbered', async () => {
    expect(await ask('How long does delivery take?', { sources: handbook })).to.equal(
      'No AI model is connected, so here is what the sources say, word for word:' +
        '\n\n> Delivery takes two to four working days. [1]',
    );
  });

  it('finds words in other forms, case and diacritics', async () => {
    const sources = [
      source(1, 'Los envíos a Canarias tardan una semana.'),
      source(2, 'La garantía cubre dos años.'),
      source(3, 'Доставка по Москве занимает два дня. Оплата картой или наличными.'),
    ];
    expect(await ask('¿Cuánto tarda el ENVIO a canarias?', { sources, locale: 'es' })).to.contain(
      '> Los envíos a Canarias',
    );
    expect(await ask('garantia', { sources, locale: 'pt-BR' })).to.contain(
      '> La garantía cubre dos años. [2]',
    );
    const russian = await ask('сколько стоит доставка и как оплатить?', { sources, locale: 'ru' });
    expect(russian).to.contain('Модель ИИ не подключена').and.contain('[3]');
  });

  it('answers a written question with the sentence behind it', async () => {
    expect(await ask('Do you have a showroom?', { sources: handbook })).to.contain('in Valencia');
  });

  for (const [locale, sentence] of [
    ['en', 'please ask a colleague'],
    ['es-MX', 'pregunta a un colega'],
    ['pt', 'pergunte a um colega'],
    ['ru', 'спросите, пожалуйста, коллегу'],
    ['xx', 'please ask a colleague'],
  ] as const) {
    it(`says in ${locale} that nothing fits, and cites nothing`, async () => {
      const text = await ask('zebra crossing permits', { locale });
      expect(text).to.contain(sentence).and.not.match(/\[\d/);
    });
  }

  it('quotes byte for byte, at most four quotes of at most 350 characters', async () => {
    const long = `Delivery ${'of very heavy furniture '.repeat(40)}takes a month.`;
    const sources = Array.from({ length: 9 }, (_, at) =>
      source(at + 1, `${at}: ${long} Delivery ${at} is “free” 😀.`),
    );
    const text = await ask('delivery', { sources });
    const quotes = [...text.matchAll(/^> (.*) \[(\d+)\]$/gm)];
    expect(quotes).to.have.length(4);
    for (const [, quote = '', n] of quotes) {
      expect(quote.length).to.be.at.most(350);
      expect(sources.find(each => each.n === Number(n))?.text).to.contain(quote);
    }
  });

  it('never quotes what would pass for a citation or an image of ours', async () => {
    const sources = [
      source(
        1,
        'Delivery is free [2].\nDelivery ![map](https://evil.test/x.png) map.\nDelivery takes a day.',
      ),
    ];
    expect(await ask('delivery', { sources })).to.match(/word:\n\n> Delivery takes a day\. \[1\]$/);
  });

  it('says equal sentences once', async () => {
    const sources = [source(1, 'Delivery is free.'), source(2, 'Delivery is free.')];
    expect((await ask('delivery', { sources })).match(/Delivery is free/g)).to.have.length(1);
  });

  describe('asked about the lead itself', () => {
    for (const question of [
      'Summarise this lead',
      'Give me a summary',
      'Hazme un resumen',
      'Faça um resumo deste lead',
      'Расскажи об этой сделке',
    ]) {
      it(`"${question}" lists its records with their titles`, async () => {
        const text = await ask(question);
        for (const { title, n } of lead)
          expect(text).to.match(new RegExp(`^- \\*\\*${title}:\\*\\* .* \\[${n}\\]$`, 'm'));
        expect(text).to.not.contain('[1]');
      });
    }

    for (const question of [
      'What is the next step?',
      '¿Cuál es el siguiente paso?',
      'Qual é o próximo passo?',
      'Какой следующий шаг?',
    ]) {
      it(`"${question}" quotes tasks, what the client waits for, and the newest note`, async () => {
        const text = await ask(question);
        expect(text).to.contain('Send the revised offer with the blue fabric. [5]').and.contain('[7]');
      });
    }

    for (const question of [
      'What did the client ask?',
      'What does this client want?',
      '¿Qué preguntó el cliente?',
      'O que o cliente pediu?',
      'Что спросил клиент?',
      'Чего хочет клиент?',
    ]) {
      it(`"${question}" quotes the client's question`, async () => {
        const text = await ask(question);
        expect(text).to.contain('Can you deliver on a Saturday?').and.contain('[6]').and.not.contain('[7]');
      });
    }

    it('does not take a question about the rules for one about the lead', async () => {
      expect(await ask('Can the customer request refunds?')).to.contain('Refunds arrive after a week. [2]');
    });

    it('falls back to the knowledge where the lead holds nothing', async () => {
      expect(await ask('What is the next step for free returns?', { sources: handbook })).to.contain(
        'Returns are free',
      );
    });

    it('writes a title without what Markdown would make of it', async () => {
      const sources = [record(1, '[99] ![x](y) **Note**\n# x', 'Prefers mornings.', { record: 'note' })];
      expect(await ask('summary', { sources })).to.contain('- **99 x(y) Note # x:** Prefers mornings. [1]');
    });
  });

  it('costs nothing and comes in several events', async () => {
    const events = await collect(new OfflineLlm().answer(answerRequest({ sources: handbook }), noAbort));
    expect(events.length).to.be.greaterThan(2);
    expect(doneOf(events).usage).to.deep.equal({
      inputTokens: 0,
      outputTokens: 0,
      costMicros: 0,
      reported: true,
    });
  });

  it('stops at whole lines where the answer may not be long', async () => {
    const request = answerRequest({ question: 'summary', sources: lead, maxOutputTokens: 60 });
    const events = await collect(new OfflineLlm().answer(request, noAbort));
    expect(doneOf(events).finish).to.equal('length');
    expect(textOf(events)).to.match(/\[4\]$/);
  });
});

function record(n: number, title: string, text: string, what: Partial<AnswerSource>): AnswerSource {
  return source(n, text, { kind: 'lead', title, score: 1, ...what });
}
