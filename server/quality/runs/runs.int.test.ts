import { expect } from 'chai';
import { newId } from '../../kernel/index.ts';
import { addAndIndex, never } from '../../knowledge/testing.ts';
import { addTenant } from '../../testing/database.ts';
import { candidateOf, scopeOfCandidate } from '../candidate.ts';
import { evalRunsSweep } from '../jobs.ts';
import { type QualityBench, qualityBench } from '../testing.ts';
import { gate } from './gate.ts';
import { performRun } from './perform-run.ts';
import { hasGatingSets, judgeCandidate } from './publish-gate.ts';

const actor = { kind: 'admin', id: 'tests' } as const;
const documents = {
  Warranty: '# Warranty\n\nThe warranty of every espresso machine lasts 24 months from delivery.',
  Envío: '# Envío\n\nLos pedidos se envían gratis a partir de 49 euros.',
  Descaling: '# Descaling\n\nDescale the boiler after 310 litres of water with citric acid.',
};
const questions = [
  {
    question: 'How long does the warranty last?',
    language: 'en',
    expected: [{ document: 'Warranty', quote: '24 months' }],
  },
  { question: 'When should I descale the boiler?', language: 'en', expected: [{ document: 'Descaling' }] },
  {
    question: '¿Desde cuánto son gratis los envíos?',
    language: 'es',
    expected: [{ quote: 'a partir de 49 euros' }],
  },
  { question: 'Who painted the Sistine Chapel?', language: 'en', noAnswer: true },
];

describe('runs over golden sets', () => {
  let on: QualityBench;
  let set: string;
  before(async function () {
    this.timeout(120_000);
    on = await qualityBench(documents);
  });
  after(() => on.close());
  beforeEach(async () => {
    set = (await on.call('POST', '/v1/golden-sets', { body: { name: 'Set' } })).body.id;
    for (const body of questions) await on.call('POST', `/v1/golden-sets/${set}/questions`, { body });
  });

  async function run(body: object = {}): Promise<string> {
    const begun = await on.call('POST', `/v1/golden-sets/${set}/runs`, { body });
    expect(begun.status).to.equal(202);
    return begun.body.id;
  }
  const view = async (id: string) => (await on.call('GET', `/v1/eval-runs/${id}`)).body;

  it('gives recall, nDCG, MRR and abstention, overall, by language and by question', async () => {
    const id = await run();
    expect(on.knowledge.jobs.at(-1)).to.deep.equal({
      name: 'quality.eval-run',
      key: id,
      payload: { tenantId: on.tenantId, runId: id },
    });
    expect(await view(id)).to.include({ state: 'queued', figures: null, change: null, gate: null });
    await performRun(on.quality, on.tenantId, id, never);
    const done = await view(id);
    expect(done.state).to.equal('done');
    expect(done.progress).to.deep.equal({ done: 4, total: 4 });
    expect(done.figures.overall).to.deep.equal({
      questions: 4,
      answerable: 3,
      ndcg10: 1,
      recall1: 1,
      recall3: 1,
      recall5: 1,
      recall10: 1,
      mrr: 1,
      abstention: { precision: 1, recall: 1, wronglyRefused: 0 },
      factsHeld: null,
    });
    expect(done.figures.languages.es).to.include({ questions: 1, recall5: 1 });
    const { results } = (await on.call('GET', `/v1/eval-runs/${id}/results`)).body;
    expect(results.map((result: { outcome: string }) => result.outcome)).to.deep.equal([
      'found',
      'found',
      'found',
      'rightly-refused',
    ]);
    expect(results[0].found[0]).to.include({ title: 'Warranty', answers: true });
    const only = (await on.call('GET', `/v1/eval-runs/${id}/results?outcome=rightly-refused`)).body;
    expect(only.results).to.have.length(1);
    const page = (await on.call('GET', `/v1/eval-runs/${id}/results?limit=3`)).body;
    expect(page.next).to.equal(3);
    expect((await on.call('GET', `/v1/eval-runs/${id}/results?from=3`)).body.results).to.have.length(1);
  });

  it('gives the same figures twice, and shows what changed since the last run', async () => {
    const first = await run();
    await performRun(on.quality, on.tenantId, first, never);
    const second = await run();
    await performRun(on.quality, on.tenantId, second, never);
    const [before, after] = [await view(first), await view(second)];
    expect(after.figures).to.deep.equal(before.figures);
    expect(after.change).to.include({ baselineId: first, questions: 4, recall5: 0, ndcg10: 0 });
    const listed = (await on.call('GET', `/v1/golden-sets/${set}/runs?limit=1`)).body;
    expect(listed.runs[0].id).to.equal(second);
    expect(listed.next).to.equal(second);
  });

  it('killed halfway, goes on where it was and asks each question once', async () => {
    const asked: string[] = [];
    let killAt = 2;
    let reach = () => {};
    const reached = new Promise<void>(resolve => {
      reach = resolve;
    });
    const quality = {
      ...on.quality,
      async search(...[tenantId, question]: Parameters<typeof on.quality.search>) {
        if (asked.length === killAt) {
          // What a kill leaves behind: a running row whose worker is silent, and no error that anybody handled.
          reach();
          await new Promise(() => {});
        }
        asked.push(question.question);
        return on.quality.search(tenantId, question);
      },
    };
    const id = await run();
    void performRun(quality, on.tenantId, id, never);
    await reached;
    killAt = Number.POSITIVE_INFINITY;
    await performRun(quality, on.tenantId, id, never);
    expect((await view(id)).state, 'another worker does not take what a living one holds').to.equal(
      'running',
    );
    await evalRunsSweep({ ...quality, listTenants: async () => [on.tenantId], soleProcess: true }).run(never);
    expect(on.knowledge.jobs.at(-1)).to.include({ name: 'quality.eval-run', key: id });
    await performRun(quality, on.tenantId, id, never);
    const done = await view(id);
    expect(done).to.deep.include({ state: 'done', progress: { done: 4, total: 4 } });
    expect(asked.sort()).to.deep.equal(questions.map(({ question }) => question).sort());
    await performRun(quality, on.tenantId, id, never);
    expect(asked).to.have.length(4);
  });

  it('makes one run for one Idempotency-Key', async () => {
    const key = newId();
    const path = `/v1/golden-sets/${set}/runs`;
    const first = await on.call('POST', path, { body: {}, key });
    expect((await on.call('POST', path, { body: {}, key })).body.id).to.equal(first.body.id);
    const other = await on.call('POST', path, { body: { withAnswers: true }, key });
    expect([other.status, other.body.code]).to.deep.equal([422, 'quality-key-reused']);
  });

  it('refuses to run an empty set, and stops a run that is cancelled', async () => {
    const empty = (await on.call('POST', '/v1/golden-sets', { body: { name: 'Empty' } })).body.id;
    const refused = await on.call('POST', `/v1/golden-sets/${empty}/runs`, { body: {} });
    expect([refused.status, refused.body.code]).to.deep.equal([409, 'golden-set-empty']);
    expect(
      (await on.call('POST', `/v1/golden-sets/${set}/runs`, { body: { withAnswers: 1 } })).status,
    ).to.equal(422);
    const id = await run();
    expect((await on.call('POST', `/v1/eval-runs/${id}/cancel`)).body.state).to.equal('cancelled');
    await performRun(on.quality, on.tenantId, id, never);
    expect(await view(id)).to.deep.include({ state: 'cancelled', progress: { done: 0, total: 4 } });
  });

  it('asks the agent as well where told, and says which facts its answers lack', async () => {
    const quality = {
      ...on.quality,
      answer: async (_: unknown, { question }: { question: string }) =>
        question.includes('warranty')
          ? { text: 'It lasts 24 months [1].', refused: false }
          : { text: 'I do not know.', refused: true },
    };
    for (const facts of [['24 months'], ['24 months', 'delivery']])
      await on.call('POST', `/v1/golden-sets/${set}/questions`, {
        body: { question: `What of the warranty, ${facts.length}?`, facts },
      });
    const id = await run({ withAnswers: true });
    await performRun(quality, on.tenantId, id, never);
    const { figures } = await view(id);
    expect(figures.overall.factsHeld).to.equal(0.5);
    expect(figures.overall.abstention).to.include({ recall: 1 });
    const { results } = (await on.call('GET', `/v1/eval-runs/${id}/results`)).body;
    expect(results.at(-1)).to.deep.include({ answer: 'It lasts 24 months [1].', factsMissing: ['delivery'] });
  });

  it('passes a gate that nothing fell below, and holds back what fell by more than the set tolerates', async () => {
    const ask = (quality = on.quality) =>
      gate(quality, on.tenantId, {
        setId: set,
        candidate: { version: '7' },
        actor,
        idempotencyKey: null,
        signal: never,
      });
    const first = await ask();
    expect(first).to.deep.include({ passed: true, change: null, regressions: [] });
    const worse = await ask({ ...on.quality, search: async () => [] });
    expect(worse.passed).to.equal(false);
    expect(worse.regressions.map(({ figure }) => figure)).to.include.members([
      'recall5',
      'ndcg10',
      'wrongly-refused',
    ]);
    const kept = await view(worse.runId);
    expect(kept.gate).to.deep.include({ passed: false, tolerance: 0.02 });
    expect(kept.candidate).to.deep.equal({ version: '7' });
    const again = await ask();
    expect(again.passed, 'it is held against the last that passed, not against the bad one').to.equal(true);
    expect(again.change?.baselineId).to.equal(first.runId);
    await on.call('PATCH', `/v1/golden-sets/${set}`, { body: { tolerance: 1 } });
    expect((await ask({ ...on.quality, search: async () => [] })).passed).to.equal(true);
  });

  it('holds a new hard question against nobody: what both runs asked is compared', async () => {
    await gate(on.quality, on.tenantId, {
      setId: set,
      candidate: null,
      actor,
      idempotencyKey: null,
      signal: never,
    });
    const hard = { question: 'What of the flux capacitor?', expected: [{ document: 'Nowhere' }] };
    await on.call('POST', `/v1/golden-sets/${set}/questions`, { body: hard });
    const begun = await on.call('POST', `/v1/golden-sets/${set}/gate`, { body: {} });
    await performRun(on.quality, on.tenantId, begun.body.id, never);
    const verdict = await view(begun.body.id);
    expect(verdict.gate.passed).to.equal(true);
    expect(verdict.change.questions).to.equal(4);
    expect(verdict.figures.overall.recall5).to.equal(0.75);
  });

  it('finds the answer of a new version of a document by most of its words', async () => {
    const place = {
      quote: 'Clean the grinder every fortnight with a dry brush and never with water from the tap',
    };
    await on.call('POST', `/v1/golden-sets/${set}/questions`, {
      body: { question: 'How is the grinder cleaned?', expected: [place] },
    });
    const text = '# Grinder\n\nClean the grinder every fortnight with a dry brush and never with water.';
    await addAndIndex(on.knowledge, text, 'text/markdown', 'Grinder');
    const id = await run();
    await performRun(on.quality, on.tenantId, id, never);
    const { results } = (await on.call('GET', `/v1/eval-runs/${id}/results`)).body;
    expect(results.at(-1)).to.include({ outcome: 'found', rank: 1 });
  });

  it('stands before a publish where a set says so, and lets through what no set speaks against', async () => {
    const judge = (quality = on.quality) =>
      judgeCandidate(quality, on.tenantId, candidateOf(newId(), 3, { sources: [], tags: ['a'] }), never);
    expect(await hasGatingSets(on.quality, on.tenantId)).to.equal(false);
    expect(await judge()).to.deep.equal({ passed: true, report: { sets: [] } });
    const changed = await on.call('PATCH', `/v1/golden-sets/${set}`, { body: { gatesPublish: true } });
    expect(changed.body.gatesPublish).to.equal(true);
    expect(await hasGatingSets(on.quality, on.tenantId)).to.equal(true);
    const asked: unknown[] = [];
    const watched = {
      ...on.quality,
      search: (...[tenantId, question]: Parameters<typeof on.quality.search>) => {
        asked.push(scopeOfCandidate(question.candidate));
        return on.quality.search(tenantId, question);
      },
    };
    expect((await judge(watched)).passed).to.equal(true);
    expect(asked[0], 'the version is tried within its own sources').to.deep.equal({
      sourceIds: [],
      tags: ['a'],
    });
    const refused = await judge({ ...on.quality, search: async () => [] });
    expect(refused.passed).to.equal(false);
    expect(JSON.stringify(refused.report)).to.include('recall5');
    await on.call('PATCH', `/v1/golden-sets/${set}`, { body: { gatesPublish: false } });
  });

  it('shows a run to its own account alone, and to administrators alone', async () => {
    const id = await run();
    const theirs = `admin ${await addTenant(on.knowledge.db)}`;
    for (const [method, path] of [
      ['GET', `/v1/eval-runs/${id}`],
      ['GET', `/v1/eval-runs/${id}/results`],
      ['POST', `/v1/eval-runs/${id}/cancel`],
    ] as const) {
      expect((await on.call(method, path, { as: null })).status, path).to.equal(401);
      expect((await on.call(method, path, { as: `rep ${on.tenantId}` })).status, path).to.equal(403);
      expect((await on.call(method, path, { as: theirs })).body.code, path).to.equal('eval-run-not-found');
      expect((await on.call(method, path.replace(id, 'nonsense'))).status, path).to.equal(422);
    }
  });
});
