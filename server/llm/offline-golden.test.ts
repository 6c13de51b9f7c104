import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { fill, locales, textsFor } from '../texts/index.ts';
import { askedTitle, leadIntent } from './lead-intents.ts';
import { answerRequest, collect, source, textOf } from './llm.contract.ts';
import type { AnswerSource } from './llm.ts';
import { OfflineLlm } from './offline-llm.ts';
import { fold } from './terms.ts';

const fixtures = new URL('../testing/fixtures/', import.meta.url);
const handbooks = {
  coffee: [
    passages('Prices', 'knowledge/coffee/prices-and-delivery.md'),
    passages('Questions', 'knowledge/coffee/faq.html'),
    passages('Warranty and service', 'knowledge-sources/coffee-warranty-and-service.html'),
  ].flat(),
  solar: [
    passages('Instalación', 'knowledge/solar/instalacion-y-entrega.md'),
    passages('Preguntas frecuentes', 'knowledge/solar/preguntas-frecuentes.html'),
    passages('Garantía', 'knowledge-sources/solar-garantia.html'),
  ].flat(),
};

const facts: [keyof typeof handbooks, string, string][] = [
  ['coffee', 'How long is the warranty?', '36 months'],
  ['coffee', 'How long is the warranty on the boilers?', 'Boilers of all models | 60 months'],
  ['coffee', 'How long is the warranty on reconditioned machines?', 'Reconditioned machines | 12 months'],
  ['coffee', 'How many days does delivery to Spain take?', '3 to 5 working days'],
  ['coffee', 'How long does delivery to the Canary Islands take?', '8 to 12 working days'],
  ['coffee', 'From what amount is delivery free?', 'free from 300 €'],
  ['coffee', 'What does an Alba Due cost?', '1,490 €'],
  ['coffee', 'How much is the Macina 83 grinder?', '890 €'],
  ['coffee', 'How much does leasing a Forte cost?', '129 € a month'],
  ['coffee', 'How much discount do ten machines get?', '12 %'],
  ['coffee', 'When are invoices due?', '14 days after delivery'],
  ['coffee', 'How much does the installation of a Forte cost?', '260 €'],
  ['coffee', 'How often must I descale?', 'every four months'],
  ['coffee', 'What does E4 mean?', 'pump draws no water'],
  ['coffee', 'What does a Care contract cost?', '14 € a month'],
  ['coffee', 'Do you deliver on Saturdays?', 'Thursday noon'],
  ['coffee', 'How long do you keep repair records?', 'six years'],
  ['coffee', 'What is the labour price per hour?', '62 euros an hour'],
  ['coffee', 'Which colours are there?', 'Black and cream'],
  ['solar', '¿Cuántos años dura la garantía de los paneles?', '25 años'],
  ['solar', '¿Cuánto dura la garantía del inversor híbrido?', '12 años'],
  ['solar', '¿Cuánto cuesta la batería BAT-5?', '2.390 €'],
  ['solar', '¿Cuánto cuesta el kit Hogar 8?', '9.180 €'],
  ['solar', '¿Cuánto dura el montaje de un kit Hogar?', 'uno o dos días'],
  ['solar', '¿Cuánto tarda un técnico en venir?', 'Dos días laborables'],
  ['solar', '¿Cuánto cuesta la visita técnica?', '60 €'],
  ['solar', '¿Cada cuánto hay que limpiar los paneles?', 'dos veces al año'],
  ['solar', '¿Qué pasa si hay un apagón?', 'se desconecta de la red'],
  ['solar', '¿Cuánto cuesta el contrato Tranquilidad?', '9 € al mes'],
];

const unanswerable: [keyof typeof handbooks, string][] = [
  ['coffee', 'What is the capital of Mongolia?'],
  ['coffee', 'Who won the football championship?'],
  ['coffee', 'Can I bring a dog to your showroom?'],
  ['solar', '¿Cuál es la capital de Mongolia?'],
  ['solar', '¿Venden bicicletas eléctricas plegables?'],
  ['solar', '¿Quién ganó el campeonato de fútbol?'],
];

const lead: AnswerSource[] = [
  record(1, 'Stage: Negotiation\nBudget: 21400\nResponsible: Sam Okoro', { record: 'lead' }),
  record(2, 'Name: Dana Whitfield\nPosition: Owner', { record: 'contact' }),
  record(3, 'Call Tom about the deposit', { record: 'task', state: 'open' }),
  record(4, 'Answer Dana: warranty terms', { record: 'task', state: 'overdue' }),
  record(5, 'Thank you!', { record: 'message', direction: 'in' }),
  record(6, 'How long is the warranty on the boilers?', { record: 'message', direction: 'in' }),
  record(7, 'I will confirm the terms by Monday.', { record: 'message', direction: 'out' }),
  record(8, 'We open a café next month.', { record: 'message', direction: 'in' }),
  record(9, 'Partner wants to keep it under 22k.', { record: 'note' }),
];

const ofLead = {
  summary: 'Stage: Negotiation · Budget: 21400 · Responsible: Sam Okoro [1]',
  nextStep: 'Answer Dana: warranty terms [4]',
  clientAsked: 'How long is the warranty on the boilers? [6]',
  overdue: 'Answer Dana: warranty terms [4]',
  agreed: 'I will confirm the terms by Monday. [7]',
  knowledge: 'Boilers of all models | 60 months',
};

const awkward = [
  'Dana Whitfield',
  'Next Step Ltd',
  'O’Brien (summary)',
  'Ольга "Клиент" Ким',
  'Überdue task',
];

describe('the offline model, asked about the sample documents', () => {
  for (const [about, question, answer] of facts)
    it(`quotes "${answer}" first for "${question}"`, async () => {
      expect(firstQuote(await ask(question, handbooks[about]))).to.contain(answer);
    });

  for (const [about, question] of unanswerable)
    it(`says that nothing answers "${question}"`, async () => {
      expect(await ask(question, handbooks[about])).to.contain('I found nothing');
    });
});

describe('the offline model, asked what the panel suggests', () => {
  for (const locale of locales) {
    const { suggest } = textsFor(locale);
    for (const [name, answer] of Object.entries(ofLead))
      it(`answers ${name} in ${locale}`, async () => {
        const values = { name: 'Dana Whitfield', title: 'Warranty and service' };
        const sources = name === 'knowledge' ? numbered([...handbooks.coffee, ...lead]) : lead;
        const text = await ask(fill(suggest[name as keyof typeof suggest], values), sources, locale);
        expect(name === 'knowledge' ? text : firstRecord(text)).to.contain(answer);
      });

    it(`reads suggestions in ${locale} rightly, whatever is put into them`, () => {
      for (const word of awkward) {
        expect(leadIntent(fold(fill(suggest.clientAsked, { name: word })))).to.equal('client-asked');
        expect(askedTitle(fill(suggest.clientAsked, { name: word }))).to.equal(null);
        expect(askedTitle(fill(suggest.knowledge, { title: word }))).to.equal(word);
      }
      expect(leadIntent(fold(suggest.overdue))).to.equal('overdue');
      expect(leadIntent(fold(suggest.agreed))).to.equal('agreed');
      expect(leadIntent(fold(suggest.nextStep))).to.equal('next-step');
      expect(leadIntent(fold(suggest.summary))).to.equal('summary');
    });

    it(`says in ${locale} that the search brought nothing of the document`, async () => {
      const text = await ask(fill(suggest.knowledge, { title: 'Leasing terms' }), lead, locale);
      expect(text).to.contain('Leasing terms').and.not.match(/\[\d/);
    });
  }
});

async function ask(question: string, sources: AnswerSource[], locale = 'en'): Promise<string> {
  const request = answerRequest({ question, sources, locale });
  return textOf(await collect(new OfflineLlm().answer(request, new AbortController().signal)));
}

function firstQuote(text: string): string {
  return text.split('\n\n')[1] ?? '';
}

function firstRecord(text: string): string {
  return text.split('\n').find(line => line.startsWith('- ')) ?? '';
}

function record(n: number, text: string, what: Partial<AnswerSource>): AnswerSource {
  return source(n, text, { kind: 'lead', title: `Record ${n}`, score: 1, ...what });
}

function numbered(sources: AnswerSource[]): AnswerSource[] {
  return sources.map((each, at) => ({ ...each, n: at + 1 }));
}

/** A document by its sections, with its tables as the reader of documents writes them. */
function passages(title: string, path: string): AnswerSource[] {
  const file = readFileSync(new URL(path, fixtures), 'utf8');
  const text = path.endsWith('.md') ? file : plainText(file);
  return text
    .split(/\n(?=#{1,3} )/)
    .map((section, at) => source(at + 1, section.trim(), { title, score: 0.7 }));
}

function plainText(html: string): string {
  return html
    .replace(/<(script|style|nav|footer|head)\b[\s\S]*?<\/\1>/g, '')
    .replace(/<\/t[hd]>\s*<t[hd]>/g, ' | ')
    .replace(/<h[1-3]>/g, '\n# ')
    .replace(/<\/(?:h[1-3]|p|table)>/g, '\n\n')
    .replace(/<[^>]+>/g, '')
    .replace(/\n{3,}/g, '\n\n');
}
