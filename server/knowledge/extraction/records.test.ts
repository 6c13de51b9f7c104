import { expect } from 'chai';
import { readDocument } from './read-document.ts';

const read = (content: string | Buffer, type: string) => readDocument(Buffer.from(content), type, () => {});

describe('reading CSV', () => {
  it('gives each row its headers, whatever separates the cells and however they are encoded', async () => {
    const wanted = 'Модель: Уно | Цена: 649,00';
    for (const content of [
      'Модель;Цена\nУно;649,00\n',
      '\ufeffМодель,Цена\r\nУно,"649,00"\r\n',
      'Модель\tЦена\nУно\t649,00',
    ])
      expect((await read(content, 'text/csv')).text).to.equal(wanted);
    const windows = Buffer.from([0xcc, 0xee, 0xe4, 0xe5, 0xeb, 0xfc, 0x3b, 0xd6, 0xe5, 0xed, 0xe0, 0x0a]);
    const row = Buffer.from([0xd3, 0xed, 0xee, 0x3b, 0x36, 0x34, 0x39, 0x2c, 0x30, 0x30]);
    expect((await read(Buffer.concat([windows, row]), 'text/csv')).text).to.equal(wanted);
  });

  it('keeps lines inside quotes in their cell, and formulas as text', async () => {
    const { text } = await read(
      'Name,Note\nUno,"First\nsecond"\nDuo,"=HYPERLINK(""http://x"")"\n',
      'text/csv',
    );
    expect(text).to.equal('Name: Uno | Note: First second\nName: Duo | Note: =HYPERLINK("http://x")');
  });

  it('says so when a quote never ends', async () => {
    const thrown = await read(`a,b\n"${'x'.repeat(1_100_000)}`, 'text/csv').catch(error => error);
    expect(thrown.code).to.equal('document-unreadable');
  });
});

describe('reading questions and answers', () => {
  it('makes each pair a passage that holds both', async () => {
    const pairs = [
      { question: 'How long is delivery?', answer: 'Five days.\nIslands take ten.' },
      { question: 'Is there a warranty?', answer: 'Yes, 24 months.' },
    ];
    const csv =
      'question,answer\nHow long is delivery?,"Five days.\nIslands take ten."\nIs there a warranty?,"Yes, 24 months."';
    for (const document of [
      await read(JSON.stringify(pairs), 'application/json'),
      await read(JSON.stringify({ faq: pairs }), 'application/json'),
      await read(
        JSON.stringify(Object.fromEntries(pairs.map(pair => [pair.question, pair.answer]))),
        'application/json',
      ),
      await read(csv, 'text/csv'),
    ]) {
      expect(document.passages.map(({ start, end }) => document.text.slice(start, end))).to.deep.equal([
        'How long is delivery?\nFive days.\nIslands take ten.',
        'Is there a warranty?\nYes, 24 months.',
      ]);
    }
  });

  it('knows the columns by their names in several languages', async () => {
    const { passages } = await read('Pregunta;Respuesta\n¿Envían a las islas?;Sí\n', 'text/csv');
    expect(passages).to.have.length(1);
    const russian = await read('Вопрос;Ответ\nЕсть гарантия?;Да\nА доставка?;Тоже\n', 'text/csv');
    expect(russian.passages).to.have.length(2);
  });

  it('reads other records as lines with their names, and refuses JSON that has none', async () => {
    const records = [{ model: 'Uno', price: 649, tags: ['new', 'small'], size: { w: 1, h: 2 }, gone: null }];
    expect((await read(JSON.stringify(records), 'application/json')).text).to.equal(
      'model: Uno | price: 649 | tags: new, small | size: w 1, h 2',
    );
    for (const content of ['[1,2]', '{"a":', '"text"', '[]', '{"a":1}'])
      expect((await read(content, 'application/json').catch(error => error)).code).to.equal(
        'document-unreadable',
      );
  });
});

describe('long tables', () => {
  it('give every passage the headers of its rows', async () => {
    const rows = Array.from({ length: 120 }, (_, index) => `| Model ${index} | ${index} kg | in stock |`);
    const source = `# Weights\n\n| Model | Weight | State |\n| --- | --- | --- |\n${rows.join('\n')}\n\nEnd.`;
    const markdown = await read(source, 'text/markdown');
    expect(markdown.text).to.equal(source);
    expect(markdown.passages.length).to.be.greaterThan(3);
    const [first, ...rest] = markdown.passages.map(({ heading }) => heading);
    expect(first).to.equal('');
    for (const heading of rest) expect(heading).to.equal('Weights > Model | Weight | State');
    const page = `<table><tr><th>Model</th><th>Weight</th></tr>${Array.from({ length: 200 }, (_, n) => `<tr><td>M${n}</td><td>${n} kg</td></tr>`).join('')}</table>`;
    const html = await read(page, 'text/html');
    for (const { start, end } of html.passages)
      for (const line of html.text.slice(start, end).split('\n'))
        expect(line).to.match(/^Model: M\d+ \| Weight: \d+ kg$/);
  });

  it('of a page that only lays out are read as the page', async () => {
    const { text } = await read(
      '<table><tr><td><h2>Menu</h2><p>Soup</p></td><td><p>Wine</p></td></tr></table>',
      'text/html',
    );
    expect(text).to.match(/^Menu\n/);
    expect(text).to.include('Soup').and.to.include('Wine');
  });
});
