import { expect } from 'chai';
import { newId } from '../../kernel/index.ts';
import { addTenant } from '../../testing/database.ts';
import { type QualityBench, qualityBench } from '../testing.ts';

describe('golden sets', () => {
  let on: QualityBench;
  let documentId: string;
  before(async function () {
    this.timeout(120_000);
    on = await qualityBench({ Warranty: '# Warranty\n\nThe warranty of the machine lasts 24 months.' });
    documentId = (await on.call('GET', '/v1/documents')).body.documents[0].id;
  });
  after(() => on.close());

  const newSet = async () =>
    (await on.call('POST', '/v1/golden-sets', { body: { name: 'Set' } })).body.id as string;
  const file = (content: string, type = 'application/json') => ({ name: 'q.json', type, content });

  it('begins, shows, changes, lists and deletes a set', async () => {
    const made = await on.call('POST', '/v1/golden-sets', { body: { name: ' Support ' } });
    expect(made.status).to.equal(201);
    expect(made.body).to.include({ name: 'Support', questions: 0, unanswerable: 0, tolerance: 0.02 });
    const at = `/v1/golden-sets/${made.body.id}`;
    expect((await on.call('PATCH', at, { body: { tolerance: 0.1 } })).body).to.include({ tolerance: 0.1 });
    const second = await newSet();
    const page = (await on.call('GET', '/v1/golden-sets?limit=1')).body;
    expect(page.sets[0].id).to.equal(second);
    expect(page.next).to.equal(second);
    const rest = (await on.call('GET', `/v1/golden-sets?limit=100&after=${second}`)).body;
    expect(rest.sets.map((set: { id: string }) => set.id)).to.include(made.body.id);
    expect((await on.call('DELETE', at)).status).to.equal(204);
    expect((await on.call('GET', at)).body.code).to.equal('golden-set-not-found');
  });

  it('makes one set for one Idempotency-Key, and refuses the key for another request', async () => {
    const key = newId();
    const first = await on.call('POST', '/v1/golden-sets', { body: { name: 'Once' }, key });
    const again = await on.call('POST', '/v1/golden-sets', { body: { name: 'Once' }, key });
    expect(again.body.id).to.equal(first.body.id);
    const other = await on.call('POST', '/v1/golden-sets', { body: { name: 'Other' }, key });
    expect([other.status, other.body.code]).to.deep.equal([422, 'quality-key-reused']);
  });

  it('takes a question, and in the same words changes what is expected of it', async () => {
    const path = `/v1/golden-sets/${await newSet()}/questions`;
    const asked = {
      question: 'How long does the warranty last?',
      expected: [{ documentId, quote: '24 months' }],
    };
    const added = await on.call('POST', path, { body: asked });
    expect(added.status).to.equal(201);
    expect(added.body).to.deep.include({ language: 'en', noAnswer: false, expected: asked.expected });
    const same = await on.call('POST', path, {
      body: { ...asked, question: 'how long does the WARRANTY last' },
    });
    expect([same.status, same.body.id]).to.deep.equal([200, added.body.id]);
    const changed = await on.call('POST', path, { body: { question: asked.question, noAnswer: true } });
    expect(changed.body).to.deep.include({ id: added.body.id, noAnswer: true, expected: [] });
    expect((await on.call('GET', path)).body.questions).to.have.length(1);
    expect((await on.call('DELETE', `${path}/${added.body.id}`)).status).to.equal(204);
    expect((await on.call('DELETE', `${path}/${added.body.id}`)).body.code).to.equal(
      'golden-question-not-found',
    );
  });

  it('refuses what says nothing or both about its answer, and documents that are not there', async () => {
    const path = `/v1/golden-sets/${await newSet()}/questions`;
    for (const body of [
      { question: 'What?' },
      { question: 'What?', noAnswer: true, facts: ['a'] },
      { question: ' ', noAnswer: true },
      { question: 'What?', expected: [{}] },
      { question: 'What?', noAnswer: true, language: 'english' },
    ])
      expect((await on.call('POST', path, { body })).status, JSON.stringify(body)).to.equal(422);
    const missing = { question: 'What?', expected: [{ documentId: newId() }] };
    expect((await on.call('POST', path, { body: missing })).body.code).to.equal('document-not-found');
    expect((await on.call('GET', path)).body.questions).to.deep.equal([]);
  });

  it('gives back by export what was imported, as JSON and as a table, without formulas', async () => {
    const [set, copy, table] = [await newSet(), await newSet(), await newSet()];
    const questions = [
      {
        question: '=1+1 is how much?',
        expected: [{ document: 'Warranty', quote: 'lasts "24", months' }, { documentId }],
      },
      { question: 'Сколько длится гарантия?', facts: ['24', 'месяца'] },
      { question: 'Who won?', noAnswer: true },
    ];
    const first = await on.call('POST', `/v1/golden-sets/${set}/import`, {
      file: file(JSON.stringify(questions)),
    });
    expect(first.body).to.deep.equal({ added: 3, changed: 0, unchanged: 0 });
    const json = await on.call('GET', `/v1/golden-sets/${set}/export`);
    const again = { file: file(JSON.stringify(json.body)) };
    expect((await on.call('POST', `/v1/golden-sets/${set}/import`, again)).body.unchanged).to.equal(3);
    expect((await on.call('POST', `/v1/golden-sets/${copy}/import`, again)).body.added).to.equal(3);
    const csv = await on.call('GET', `/v1/golden-sets/${set}/export.csv`);
    expect(csv.headers.get('content-type')).to.include('text/csv');
    for (const line of csv.body.split('\r\n')) expect(line).not.to.match(/^[=+\-@]/);
    await on.call('POST', `/v1/golden-sets/${table}/import`, { file: file(csv.body, 'text/csv') });
    const strip = (body: { questions: Record<string, unknown>[] }) =>
      body.questions.map(({ question, language, expected, facts }) => ({
        question,
        language,
        expected,
        facts,
      }));
    const fromTable = (await on.call('GET', `/v1/golden-sets/${table}/export`)).body;
    expect(strip(fromTable)).to.deep.equal(strip(json.body));
    const set3 = (await on.call('GET', `/v1/golden-sets/${set}`)).body;
    expect(set3).to.deep.include({ questions: 3, unanswerable: 1 });
    expect(set3.languages).to.include('ru');
  });

  it('reads JSON lines as the shipped questions are written', async () => {
    const lines = [
      { id: '1', question: 'How long?', expected: [{ document: 'Warranty', fact: '24 months' }] },
      { id: '2', question: 'Who won?', expected: [] },
    ];
    const content = lines.map(line => JSON.stringify(line)).join('\n');
    const set = await newSet();
    const done = await on.call('POST', `/v1/golden-sets/${set}/import`, { file: file(content) });
    expect(done.body).to.include({ added: 2 });
    const { questions } = (await on.call('GET', `/v1/golden-sets/${set}/questions`)).body;
    expect(questions[0].expected).to.deep.equal([{ document: 'Warranty', quote: '24 months' }]);
    expect(questions[1].noAnswer).to.equal(true);
  });

  it('takes nothing of a file with a fault, and names every faulty row', async () => {
    const set = await newSet();
    const rows = [{ question: 'Fine?', noAnswer: true }, { question: '' }, { question: 'What?' }];
    const refused = await on.call('POST', `/v1/golden-sets/${set}/import`, {
      file: file(JSON.stringify(rows)),
    });
    expect(refused.status).to.equal(422);
    const paths = refused.body.errors.map((fault: { path: string }) => fault.path);
    expect(paths.join()).to.match(/questions\.2.*questions\.3/);
    const foreign = [{ question: 'Whose?', expected: [{ documentId: newId() }] }];
    const unknown = await on.call('POST', `/v1/golden-sets/${set}/import`, {
      file: file(JSON.stringify(foreign)),
    });
    expect(unknown.body.errors[0].path).to.equal('questions.1.documentId');
    const broken = await on.call('POST', `/v1/golden-sets/${set}/import`, { file: file('question\n"open') });
    expect(broken.status).to.equal(422);
    expect((await on.call('GET', `/v1/golden-sets/${set}/questions`)).body.questions).to.deep.equal([]);
  });

  it('lets in no one without login, no rep, and shows nothing of one account to another', async () => {
    const set = await newSet();
    const { body: question } = await on.call('POST', `/v1/golden-sets/${set}/questions`, {
      body: { question: 'Who won?', noAnswer: true },
    });
    const theirs = `admin ${await addTenant(on.knowledge.db)}`;
    const routes: [method: string, path: string, options?: object][] = [
      ['GET', `/v1/golden-sets/${set}`],
      ['PATCH', `/v1/golden-sets/${set}`, { body: { name: 'Theirs' } }],
      ['DELETE', `/v1/golden-sets/${set}`],
      ['GET', `/v1/golden-sets/${set}/questions`],
      ['POST', `/v1/golden-sets/${set}/questions`, { body: { question: 'Theirs?', noAnswer: true } }],
      ['DELETE', `/v1/golden-sets/${set}/questions/${question.id}`],
      ['POST', `/v1/golden-sets/${set}/questions/from-message/${newId()}`, { body: {} }],
      ['POST', `/v1/golden-sets/${set}/import`, { file: file('[{"question":"a","noAnswer":true}]') }],
      ['GET', `/v1/golden-sets/${set}/export`],
      ['GET', `/v1/golden-sets/${set}/export.csv`],
      ['POST', `/v1/golden-sets/${set}/runs`, { body: {} }],
      ['POST', `/v1/golden-sets/${set}/gate`, { body: {} }],
      ['GET', `/v1/golden-sets/${set}/runs`],
    ];
    for (const [method, path, options] of routes) {
      expect((await on.call(method, path, { ...options, as: null })).status, path).to.equal(401);
      expect((await on.call(method, path, { ...options, as: `rep ${on.tenantId}` })).status, path).to.equal(
        403,
      );
      expect((await on.call(method, path, { ...options, as: theirs })).status, path).to.equal(404);
    }
    expect((await on.call('GET', '/v1/golden-sets', { as: theirs })).body.sets).to.deep.equal([]);
    expect((await on.call('GET', `/v1/golden-sets/${set}`)).body).to.include({ name: 'Set', questions: 1 });
  });
});
