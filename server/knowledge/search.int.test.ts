import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import type { Embedder } from '../llm/index.ts';
import { ModelUnavailable } from '../llm/index.ts';
import { replaceDocument } from './add-document.ts';
import { countReadyDocuments, readCitation } from './citations.ts';
import { deleteDocument } from './delete-document.ts';
import { indexDocument } from './index-document.ts';
import { type FoundPassage, searchKnowledge, supportThreshold } from './search.ts';
import { addAndIndex, type Bench, bench, never, system } from './testing.ts';

const find = (on: Bench, text: string, locale = 'en', limit = 5, documentIds?: string[]) =>
  searchKnowledge(on.deps, on.tenantId, { text, locale, limit, filter: { documentIds }, signal: never });

const fixture = (name: string) => readFile(new URL(`../testing/fixtures/knowledge/${name}`, import.meta.url));

async function shop(folder: 'coffee' | 'solar'): Promise<Bench> {
  const on = await bench();
  const files = {
    coffee: ['warranty-and-service.pdf', 'prices-and-delivery.md', 'faq.html'],
    solar: ['garantia.pdf', 'instalacion-y-entrega.md', 'preguntas-frecuentes.html'],
  };
  const types = { pdf: 'application/pdf', md: 'text/markdown', html: 'text/html' } as const;
  for (const name of files[folder]) {
    const type = types[name.split('.').at(-1) as keyof typeof types];
    await addAndIndex(on, await fixture(`${folder}/${name}`), type, name);
  }
  return on;
}

describe('searching the sample shops', () => {
  let coffee: Bench;
  let solar: Bench;
  before(async function () {
    this.timeout(180_000);
    coffee = await shop('coffee');
    solar = await shop('solar');
  });

  const answered: [() => Bench, string, string, string][] = [
    [
      () => coffee,
      'en',
      'How long is the warranty on the Alba Forte?',
      'Alba Forte, Alba Forte Plus | 36 months',
    ],
    [() => coffee, 'en', 'How much does delivery to the Canary Islands cost?', '65 €'],
    [() => coffee, 'en', 'what does error E4 mean', 'E4 says that the pump draws no water'],
    [() => coffee, 'en', 'Do you offer leasing?', '129 € a month'],
    [() => coffee, 'en', 'price of AF400', '4,380 €'],
    [() => coffee, 'en', 'can I get a discount for 5 machines', '6 % off'],
    [() => coffee, 'en', 'Does the waranty cover damage by vineger?', 'Damage by vinegar'],
    [() => coffee, 'en', 'What does the Care Pro contract cost?', 'Care Pro costs 29 €'],
    [() => solar, 'es', '¿Cuántos años de garantía tienen las baterías?', 'BAT-5 y BAT-10 | 10 años'],
    [() => solar, 'es', 'cuantos años de garantia tienen las baterias', 'BAT-5 y BAT-10 | 10 años'],
    [() => solar, 'es', '¿Qué pasa si hay un apagón?', 'caja de respaldo'],
    [() => solar, 'es', 'como limpiar los paneles', 'cepillo suave'],
    [() => solar, 'es', '¿se puede financiar a plazos?', '94 € al mes'],
    [() => solar, 'es', '¿Trabajan en Badajoz?', 'Badajoz'],
  ];
  for (const [on, locale, question, fact] of answered) {
    it(`finds the answer to: ${question}`, async () => {
      const found = await find(on(), question, locale);
      expect(
        found
          .slice(0, 3)
          .map(({ body }) => body)
          .join('\n'),
      ).to.include(fact);
      expect(found[0]?.score).to.be.at.least(supportThreshold);
    });
  }

  const unanswered: [() => Bench, string, string][] = [
    [() => coffee, 'en', 'Who won the world cup in 2018?'],
    [() => coffee, 'en', 'What is the capital of Australia?'],
    [() => coffee, 'en', 'How do I reset my email password?'],
    [() => coffee, 'en', 'Do you sell bicycles?'],
    [() => coffee, 'en', 'Write a poem about the sea'],
    [() => solar, 'es', '¿Quién ganó la liga el año pasado?'],
    [() => solar, 'es', '¿Venden bicicletas eléctricas?'],
    [() => solar, 'en', 'How long is the warranty on the Alba Forte?'],
  ];
  for (const [on, locale, question] of unanswered) {
    it(`finds no support for: ${question}`, async () => {
      for (const { score } of await find(on(), question, locale)) expect(score).to.be.below(supportThreshold);
    });
  }

  it('quotes the stored text exactly, merged neighbours too', async () => {
    const questions = [
      'How long is the warranty?',
      'machine',
      'delivery and installation of a Forte',
      'boiler seals',
    ];
    let merged = 0;
    for (const question of questions) {
      for (const passage of await find(coffee, question, 'en', 10)) {
        expect(await citedText(coffee, passage)).to.equal(passage.body);
        if (passage.body.split(/\s+/).length > 210) merged += 1;
      }
    }
    expect(merged).to.be.greaterThan(0);
  });

  it('stays within the tenant, and within documents when asked to', async () => {
    const [best] = await find(solar, '¿Qué pasa si hay un apagón?', 'es');
    expect(
      await find(coffee, '¿Qué pasa si hay un apagón?', 'es', 5, [best?.documentId ?? '']),
    ).to.deep.equal([]);
    const [, other] = new Set(
      (await find(coffee, 'warranty delivery machine', 'en', 10)).map(p => p.documentId),
    );
    const only = await find(coffee, 'warranty delivery machine', 'en', 10, [other ?? '']);
    expect(new Set(only.map(({ documentId }) => documentId))).to.deep.equal(new Set([other]));
  });

  it('survives any question', async () => {
    const odd = [
      '',
      '???',
      '\u0000',
      "'; drop table passages; --",
      '👍',
      'a'.repeat(10_000),
      'the of and',
      '= & | ! :*',
      '\ud800',
    ];
    for (const question of odd) expect(await find(coffee, question)).to.be.an('array');
  });
});

function citedText(on: Bench, { documentId, versionId, start, end }: FoundPassage): Promise<string> {
  return on.db.withTenant(
    on.tenantId,
    async tx => (await readCitation(tx, on.tenantId, { documentId, versionId, start, end }, 0)).text,
  );
}

describe('searching in many languages', () => {
  const texts: [string, string, string[]][] = [
    [
      'en',
      'The warranties of our boilers expire after three years. Deliveries arrive within five days of ordering.',
      ['warranty of the boiler', 'when does a delivery arrive'],
    ],
    [
      'es',
      'Las garantías de nuestras instalaciones caducan a los tres años. Los técnicos llegarán en cinco días.',
      ['garantía de la instalación', 'garantia instalacion', '¿cuándo llega el técnico?', 'tecnico'],
    ],
    [
      'pt',
      'As garantias das nossas instalações terminam depois de três anos. Os técnicos não trabalham aos domingos.',
      ['garantia da instalação', 'instalacao', 'o técnico trabalha domingo?', 'tecnico'],
    ],
    [
      'ru',
      'Гарантии на кофемашины действуют три года. Доставка занимает пять дней, ещё день нужен на подключение.',
      ['гарантия на кофемашину', 'сколько дней занимает доставка', 'еще один день подключение'],
    ],
    [
      'de',
      'Die Garantien unserer Geräte gelten drei Jahre. Die Größe der Räume spielt keine Rolle, die Türen müssen breit sein.',
      ['Garantie des Geräts', 'Gerate Garantie', 'Größe des Raums', 'Grosse', 'Tur'],
    ],
    [
      'tr',
      'Makinelerimizin garantisi üç yıldır. Şikâyetler için müşteri hizmetlerini arayınız, değişim ücretsizdir.',
      ['makine garantisi', 'musteri hizmetleri', 'müşteri şikâyeti', 'degisim ucretsiz mi'],
    ],
  ];
  for (const [language, text, questions] of texts) {
    it(`finds words in other forms, with and without accents: ${language}`, async () => {
      const on = await bench();
      await addAndIndex(on, text, 'text/plain');
      await addAndIndex(
        on,
        'Something else entirely, about bicycles and the sea in winter, for comparison.',
        'text/plain',
      );
      for (const question of questions) {
        const [best] = await find(on, question, language);
        expect(best?.body, question).to.equal(text);
        expect(best?.score, question).to.be.at.least(supportThreshold);
      }
    });
  }

  it('finds a passage in scripts without spaces', async () => {
    const on = await bench();
    await addAndIndex(on, '咖啡机的保修期为三年。送货需要五天。', 'text/plain');
    expect((await find(on, '保修期多久？', 'zh'))[0]?.body).to.include('保修期为三年');
  });
});

describe('searching by meaning', () => {
  const topics = ['warranty', 'delivery', 'price', 'weather'];
  const guarantee = ['guarantee', ...topics];
  /** A model that knows one synonym: what a guarantee is. */
  const knowing: Embedder = {
    model: 'knowing',
    dimensions: topics.length,
    embed: async texts =>
      texts.map(text => {
        const said = guarantee.filter(word => text.toLowerCase().includes(word));
        return topics.map(topic =>
          said.includes(topic) || (topic === 'warranty' && said.includes('guarantee')) ? 1 : 0.05,
        );
      }),
  };
  const failing: Embedder = { ...knowing, embed: () => Promise.reject(new ModelUnavailable()) };

  async function library() {
    const on = await bench({ embedder: knowing });
    for (const topic of topics)
      await addAndIndex(on, `This page is about ${topic} and nothing else.`, 'text/plain', topic);
    return on;
  }

  it('finds what words cannot', async () => {
    const on = await library();
    const [best] = await find(on, 'guarantee');
    expect(best?.title).to.equal('warranty');
    expect(best?.score).to.be.at.least(supportThreshold);
  });

  it('falls back to words when the model fails, and says so in the log', async () => {
    const on = await library();
    on.deps.embedder = failing;
    expect((await find(on, 'delivery page'))[0]?.title).to.equal('delivery');
    expect(on.logged.join()).to.include('a question was searched by its words alone');
  });

  it('stops when whoever asked is gone', async () => {
    const on = await library();
    const gone = new AbortController();
    gone.abort(new Error('gone'));
    const search = searchKnowledge(on.deps, on.tenantId, {
      text: 'price',
      locale: 'en',
      limit: 3,
      signal: gone.signal,
    });
    expect(await search.catch(thrown => thrown.message)).to.equal('gone');
  });
});

describe('searching with a reranking model', () => {
  const asked = { text: 'What about valves? Ask anna@example.com', locale: 'en', limit: 5, signal: never };
  const titles = (found: FoundPassage[]) => found.map(({ title }) => title);

  it('takes its order, keeps the scores, and shows it no personal data of the question', async () => {
    const on = await bench();
    for (const title of ['one', 'two', 'three'])
      await addAndIndex(on, `Valves of kind ${title} are sold here.`, 'text/plain', title);
    const plain = await searchKnowledge(on.deps, on.tenantId, asked);
    const seen: string[] = [];
    const reranker = {
      model: 'judge',
      async rank(question: string, texts: string[]) {
        seen.push(question);
        return texts.map(text => (text.includes('two') ? 2 : text.includes('three') ? 1 : 0));
      },
    };
    const found = await searchKnowledge({ ...on.deps, reranker }, on.tenantId, asked);
    expect(titles(found)).to.deep.equal(['two', 'three', 'one']);
    for (const { title, score } of found)
      expect(score).to.equal(plain.find(passage => passage.title === title)?.score);
    expect(seen[0]).to.include('valves').and.to.not.include('anna@example.com');
  });

  it('finds as before when it fails, and says so in the log', async () => {
    const on = await bench();
    for (const title of ['one', 'two'])
      await addAndIndex(on, `Valves of kind ${title} are sold here.`, 'text/plain', title);
    const reranker = {
      model: 'judge',
      rank: async () => {
        throw new ModelUnavailable();
      },
    };
    const plain = await searchKnowledge(on.deps, on.tenantId, asked);
    expect(await searchKnowledge({ ...on.deps, reranker }, on.tenantId, asked)).to.deep.equal(plain);
    expect(on.logged.join('')).to.include('passages stay in the order of search');
  });
});

describe('citations', () => {
  const text = '# Terms 👍\n\nDelivery takes five days. 🚚 Returns take ten days.';

  it('show the span with what is around it, in UTF-16 offsets, and stay when a new version comes', async () => {
    const on = await bench();
    const id = await addAndIndex(on, text, 'text/markdown', 'Terms');
    const [found] = await find(on, 'delivery days');
    if (!found) throw new Error('nothing was found');
    const start = text.indexOf('Returns');
    const span = { documentId: id, versionId: found.versionId, start, end: start + 7 };
    const read = () => on.db.withTenant(on.tenantId, tx => readCitation(tx, on.tenantId, span, 4));
    expect(await read()).to.deep.equal({
      title: 'Terms',
      versionNumber: 1,
      isCurrentVersion: true,
      deleted: false,
      text: '🚚 Returns tak'.replace(/^/, ' '),
      textStart: start - 4,
      language: 'en',
    });
    const upload = {
      title: 'Terms',
      fileName: 't.md',
      mediaType: 'text/markdown',
      bytes: Buffer.from('# New terms'),
    } as const;
    await replaceDocument(on.deps, on.tenantId, id, upload, { actor: system, idempotencyKey: null });
    await indexDocument(on.deps, on.tenantId, id, never);
    expect(await read()).to.include({ isCurrentVersion: false, versionNumber: 1, deleted: false });
    expect(await on.db.withTenant(on.tenantId, tx => countReadyDocuments(tx, on.tenantId))).to.equal(1);
    await deleteDocument(on.db, on.tenantId, id, system);
    expect(await read()).to.include({ deleted: true, text: '', isCurrentVersion: false });
    expect(await on.db.withTenant(on.tenantId, tx => countReadyDocuments(tx, on.tenantId))).to.equal(0);
  });

  it('of another tenant are missing', async () => {
    const on = await bench();
    const other = await bench();
    const id = await addAndIndex(on, text);
    const [found] = await find(on, 'delivery days');
    const span = { documentId: id, versionId: found?.versionId ?? '', start: 0, end: 5 };
    const read = other.db.withTenant(other.tenantId, tx => readCitation(tx, other.tenantId, span, 4));
    expect(await read.catch(thrown => thrown.code)).to.equal('citation-not-found');
  });
});
