import { expect } from 'chai';
import { never } from '../../knowledge/testing.ts';
import { addTenant } from '../../testing/database.ts';
import { qualityJobs } from '../jobs.ts';
import { type QualityBench, qualityBench } from '../testing.ts';

const path = '/v1/support-threshold';

describe('the threshold of an account', () => {
  let on: QualityBench;
  before(async function () {
    this.timeout(120_000);
    on = await qualityBench(
      { Terms: '# Terms\n\nDelivery takes five days.' },
      {
        // The score is what the question says it is.
        search: async (_, { question }) => {
          const score = Number(question.split(' ').at(-1)) / 100;
          return [
            {
              documentId: '00000000-0000-4000-8000-000000000000',
              title: 'T',
              start: 0,
              end: 1,
              body: 'fact',
              score,
            },
          ];
        },
      },
    );
  });
  after(() => on.close());

  async function runSet(answerable: number[], unanswerable: number[]): Promise<void> {
    const set = (await on.call('POST', '/v1/golden-sets', { body: { name: 'Set' } })).body.id;
    const questions = [
      ...answerable.map(score => ({ question: `Known ${score}`, facts: ['fact'] })),
      ...unanswerable.map(score => ({ question: `Unknown ${score}`, noAnswer: true })),
    ];
    const file = { name: 'q.json', type: 'application/json', content: JSON.stringify(questions) };
    await on.call('POST', `/v1/golden-sets/${set}/import`, { file });
    const run = (await on.call('POST', `/v1/golden-sets/${set}/runs`, { body: {} })).body.id;
    await qualityJobs(on.quality)[0]?.handler({ tenantId: on.tenantId, runId: run }, never);
    expect((await on.call('GET', `/v1/eval-runs/${run}`)).body.state).to.equal('done');
  }
  const range = (count: number, from: number) => Array.from({ length: count }, (_, at) => from + at);

  it('is the default until enough is known', async () => {
    await runSet(range(5, 70), range(2, 20));
    const { body } = await on.call('GET', path);
    expect(body).to.deep.include({ threshold: 0.4, from: 'default', learned: null, chosen: null });
    const refused = await on.call('POST', `${path}/learn`);
    expect([refused.status, refused.body.code]).to.deep.equal([409, 'too-few-labels']);
    expect(refused.body.have).to.include({ answerable: 5, unanswerable: 2 });
    expect(refused.body.need).to.deep.equal({ answerable: 20, unanswerable: 5 });
  });

  it('is learned from a run, says what from, and decides what supports an answer', async () => {
    await runSet(range(25, 65), range(15, 45));
    const { body } = await on.call('GET', path);
    expect(body.from).to.equal('learned');
    expect(body.threshold).to.be.within(0.6, 0.65);
    expect(body.learned).to.include({
      answerable: 30,
      unanswerable: 17,
      thumbs: 0,
      isStale: false,
      balancedAccuracy: 1,
    });
    const search = (await on.call('GET', '/v1/knowledge/search?q=delivery')).body;
    expect(search.supportThreshold).to.equal(body.threshold);
    expect(await on.quality.thresholds.of(on.tenantId)).to.equal(body.threshold);
  });

  it('is what an administrator chose, until that is taken back', async () => {
    const chosen = await on.call('PUT', path, { body: { threshold: 0.7 } });
    expect(chosen.body).to.include({ threshold: 0.7, from: 'chosen' });
    expect(chosen.body.chosen).to.include({ by: 'admin:tests' });
    expect(await on.quality.thresholds.of(on.tenantId)).to.equal(0.7);
    expect((await on.call('POST', `${path}/learn`)).body.from).to.equal('chosen');
    expect((await on.call('DELETE', path)).body.from).to.equal('learned');
    for (const threshold of [-0.1, 1.1, '0.5', null])
      expect((await on.call('PUT', path, { body: { threshold } })).status).to.equal(422);
  });

  it('is set aside when scores come to mean something else', async () => {
    await on.knowledge.db.withTenant(on.tenantId, tx =>
      tx('support_thresholds').update({
        learned_from: tx.raw(`learned_from || '{"meaning": "of another model"}'`),
      }),
    );
    const { body } = await on.call('GET', path);
    expect([body.from, body.threshold, body.learned.isStale]).to.deep.equal(['default', 0.4, true]);
  });

  it('is the own account’s and for administrators alone', async () => {
    await on.call('PUT', path, { body: { threshold: 0.7 } });
    const theirs = `admin ${await addTenant(on.knowledge.db)}`;
    expect((await on.call('GET', path, { as: theirs })).body).to.include({ threshold: 0.4, from: 'default' });
    for (const [method, at, options] of [
      ['GET', path, {}],
      ['PUT', path, { body: { threshold: 0 } }],
      ['DELETE', path, {}],
      ['POST', `${path}/learn`, {}],
    ] as const) {
      expect((await on.call(method, at, { ...options, as: null })).status).to.equal(401);
      expect((await on.call(method, at, { ...options, as: `rep ${on.tenantId}` })).status).to.equal(403);
    }
    expect((await on.call('POST', `${path}/learn`, { as: theirs })).status).to.equal(409);
    expect((await on.call('GET', path)).body.threshold).to.equal(0.7);
  });
});
