import { expect } from 'chai';
import { newId } from '../../kernel/index.ts';
import { indexDocument, searchKnowledge } from '../../knowledge/index.ts';
import { never } from '../../knowledge/testing.ts';
import type { AnswerRequest, Llm } from '../../llm/index.ts';
import { addTenant } from '../../testing/database.ts';
import { modelsOf, type QualityBench, qualityBench } from '../testing.ts';
import { collectGaps } from './collect.ts';

const documents = {
  Delivery: '# Delivery\n\nDelivery within Spain takes five days and is free from 49 euros.',
};

describe('what the knowledge lacks', () => {
  let on: QualityBench;
  beforeEach(async function () {
    this.timeout(120_000);
    on = await qualityBench(documents);
  });
  afterEach(() => on.close());

  /** A question with an answer that cites nothing, unless told. */
  async function ask(
    text: string,
    { daysAgo = 0, cites = false, visibility = 'shared', locale = 'en' } = {},
  ): Promise<string> {
    const [conversation, question, answer, run] = Array.from({ length: 4 }, newId);
    const tenant_id = on.tenantId;
    await on.knowledge.db.withTenant(on.tenantId, async tx => {
      const at = tx.raw('now() - make_interval(days => ?)', [daysAgo]);
      const owner = visibility === 'private' ? 7 : 0;
      await tx('conversations').insert({
        tenant_id,
        id: conversation,
        lead_id: Math.floor(Math.random() * 1e9),
        visibility,
        owner_user_id: owner,
      });
      const message = { tenant_id, conversation_id: conversation, author_name: 'R' };
      await tx('messages').insert({ ...message, id: question, role: 'rep', author_user_id: 7, text });
      await tx('messages').insert({ ...message, id: answer, role: 'assistant', text: 'Well.', run_id: run });
      await tx('runs').insert({
        tenant_id,
        id: run,
        conversation_id: conversation,
        question_id: question,
        answer_id: answer,
        actor_user_id: 7,
        locale,
        model: 'test',
        offline: true,
        process_id: newId(),
        state: 'done',
        ended_at: at,
      });
      if (cites)
        await tx('citations').insert({
          tenant_id,
          id: newId(),
          message_id: answer,
          number: 1,
          kind: 'lead',
          record: 'note',
          record_id: '1',
          title: 'Note',
          quote: 'q',
        });
    });
    return answer as string;
  }
  const rate = (message: string, rating: string, reason: string | null = null) =>
    on.knowledge.db.withTenant(on.tenantId, tx =>
      tx('feedback')
        .insert({
          tenant_id: on.tenantId,
          message_id: message,
          user_id: 7,
          rating,
          reason,
          updated_at: tx.fn.now(),
        })
        .onConflict(['tenant_id', 'message_id', 'user_id'])
        .merge(),
    );
  const gaps = async (query = '') => (await on.call('GET', `/v1/knowledge-gaps${query}`)).body.gaps;
  const gap = async (id: string) => (await on.call('GET', `/v1/knowledge-gaps/${id}`)).body;

  it('groups unanswered questions across wordings, the ones asked most and of late first', async () => {
    await ask('Do you repair grinders of other brands?', { daysAgo: 40 });
    for (const text of [
      'Is there a warranty on refurbished machines?',
      'refurbished machine warranty',
      'What warranty do refurbished machines have',
    ])
      await ask(text);
    const found = await gaps();
    expect(found.map((each: { questions: number }) => each.questions)).to.deep.equal([3, 1]);
    expect(found[0]).to.include({
      question: 'Is there a warranty on refurbished machines?',
      language: 'en',
      state: 'open',
    });
    expect(found[0].weight).to.be.within(2.9, 3);
    expect(found[1].weight).to.be.within(0.1, 0.2);
    const page = (await on.call('GET', '/v1/knowledge-gaps?limit=1')).body;
    const next = (await on.call('GET', `/v1/knowledge-gaps?limit=1&cursor=${page.next}`)).body;
    expect(next.gaps[0].question).to.include('grinders');
    expect(next.next).to.equal(null);
    expect((await gap(found[0].id)).asked).to.have.length(3);
  });

  it('keeps no phone and no mail address, and nothing of private threads, commands and greetings', async () => {
    await ask('Can ana.lopez@example.com with +34 612 345 678 get a refund in Bitcoin?');
    await ask('Which of my colleagues earns most in Lima?', { visibility: 'private' });
    await ask('/task tomorrow call the important client');
    await ask('Hello!');
    const found = await gaps();
    expect(found).to.have.length(1);
    const { rows } = await on.knowledge.db.withTenant(on.tenantId, tx =>
      tx.raw('select * from gap_questions'),
    );
    expect(JSON.stringify([rows, found])).not.to.match(/ana\.lopez|612/);
  });

  it('takes for a gap neither what cites the lead, nor what the knowledge does hold, unless it got a thumb down', async () => {
    await ask('What is the next step with this client?', { cites: true });
    const held = await ask('How long does delivery within Spain take?');
    expect(await gaps()).to.deep.equal([]);
    await rate(held, 'down', 'tone');
    expect(await gaps()).to.deep.equal([]);
    await rate(held, 'down', 'wrong');
    const [found] = await gaps();
    expect((await gap(found.id)).asked[0]).to.include({ reason: 'thumbed-down' });
    await rate(held, 'up');
    expect(await gaps(), 'a thumb that was turned').to.deep.equal([]);
  });

  it('counts a question once, however often and by however many it is looked at', async () => {
    await ask('Do you rent out espresso machines for weddings?');
    await Promise.all([1, 2, 3].map(() => collectGaps(on.quality, on.tenantId, never)));
    const [found] = await gaps();
    expect(found.questions).to.equal(1);
  });

  it('becomes an article that a person completes and accepts; then it is answered, and the gap closed', async () => {
    const asked = 'Do you rent out espresso machines for weddings?';
    await ask(asked);
    await ask('renting an espresso machine for a wedding');
    const [{ id, questions }] = await gaps();
    expect(questions).to.equal(2);
    const drafted = await on.call('POST', `/v1/knowledge-gaps/${id}/draft`);
    expect(drafted.status).to.equal(201);
    const again = await on.call('POST', `/v1/knowledge-gaps/${id}/draft`);
    expect([again.status, again.body.draftId]).to.deep.equal([200, drafted.body.draftId]);
    const { drafts } = (await on.call('GET', '/v1/question-drafts')).body;
    expect(drafts[0]).to.include({
      id: drafted.body.draftId,
      kind: 'article',
      gapId: id,
      writtenBy: 'template',
      needsEditing: true,
    });
    expect(drafts[0].answer).to.include('- renting an espresso machine for a wedding');
    const at = `/v1/question-drafts/${drafted.body.draftId}`;
    const unfinished = await on.call('POST', `${at}/accept`, { body: {} });
    expect([unfinished.status, unfinished.body.code]).to.deep.equal([409, 'draft-unfinished']);
    const answer = 'Yes: we rent out two-group machines for weddings from 120 euros a day.';
    const edited = await on.call('PATCH', at, { body: { answer } });
    expect(edited.body).to.include({ answer, needsEditing: false, state: 'open' });
    const accepted = await on.call('POST', `${at}/accept`, { body: {} });
    expect(accepted.status).to.equal(200);
    const { deps, tenantId } = on.knowledge;
    await indexDocument(deps, tenantId, accepted.body.documentId, never);
    const [best] = await searchKnowledge(deps, tenantId, {
      text: asked,
      locale: 'en',
      limit: 1,
      signal: never,
    });
    expect(best?.body).to.include('120 euros a day');
    expect(best?.score).to.be.at.least(await on.quality.thresholds.of(tenantId));
    expect(await gap(id)).to.include({ state: 'closed', documentId: accepted.body.documentId });
    expect(await gaps()).to.deep.equal([]);
    expect((await on.call('PATCH', at, { body: { answer } })).body.code).to.equal('not-in-that-state');
  });

  it('comes back when it keeps being asked all the same, and gets a new draft', async () => {
    const first = await ask('Do you rent out espresso machines for weddings?');
    const [{ id }] = await gaps();
    const { draftId } = (await on.call('POST', `/v1/knowledge-gaps/${id}/draft`)).body;
    await on.call('POST', `/v1/question-drafts/${draftId}/accept`, { body: { answer: 'Ask in the shop.' } });
    expect(first).to.be.a('string');
    await ask('Can I rent espresso machines for a wedding?');
    expect(await gaps(), 'once may be somebody who asked before the article').to.deep.equal([]);
    await ask('rent espresso machines wedding');
    const [back] = await gaps();
    expect(back).to.include({ id, state: 'open', reopened: 1, questions: 3, draftId: null });
    const second = (await on.call('POST', `/v1/knowledge-gaps/${id}/draft`)).body;
    expect(second.draftId).not.to.equal(draftId);
    await on.call('POST', `/v1/question-drafts/${second.draftId}/refuse`);
    expect((await gaps())[0].id, 'refused, it stays open').to.equal(id);
    expect((await on.call('POST', `/v1/knowledge-gaps/${id}/draft`)).status).to.equal(201);
  });

  it('is put away by a person and stays away, until a person opens it again', async () => {
    await ask('Who will win the next football championship in Spain?');
    const [{ id }] = await gaps();
    expect((await on.call('POST', `/v1/knowledge-gaps/${id}/dismiss`)).body.state).to.equal('dismissed');
    for (const text of [
      'who wins the next football championship in Spain',
      'next football championship Spain winner',
    ])
      await ask(text);
    expect(await gaps()).to.deep.equal([]);
    expect(await gaps('?state=dismissed')).to.have.length(1);
    expect((await on.call('POST', `/v1/knowledge-gaps/${id}/reopen`)).body.state).to.equal('open');
    for (const query of ['?state=nonsense', '?cursor=nonsense', '?limit=0'])
      expect((await on.call('GET', `/v1/knowledge-gaps${query}`)).status).to.equal(422);
  });

  it('lets a model write the article from the nearest passages, and sees what it leaves for a person', async () => {
    const requests: AnswerRequest[] = [];
    const llm: Llm = {
      kind: 'online',
      name: 'scripted',
      estimateCostMicros: () => 500,
      estimateTokens: () => 0,
      async *answer(request) {
        requests.push(request);
        yield { type: 'text', text: written.shift() ?? '' };
        const usage = { inputTokens: 10, outputTokens: 5, costMicros: 40, reported: true };
        yield { type: 'done', finish: 'stop', calls: [], usage };
      },
    };
    const article = 'Delivery to Andorra [TODO: how long] is free from 49 euros [1].';
    const written = ['Delivery is free.', JSON.stringify({ article, missing: ['how long'] })];
    Object.assign(on.quality, { model: { ...on.quality.model, models: modelsOf(llm) } });
    await ask('How long does shipping to Andorra by drone last on holidays?');
    const [{ id }] = await gaps();
    const { draftId } = (await on.call('POST', `/v1/knowledge-gaps/${id}/draft`)).body;
    const { drafts } = (await on.call('GET', '/v1/question-drafts')).body;
    const draft = drafts.find((each: { id: string }) => each.id === draftId);
    expect(draft).to.include({ writtenBy: 'scripted', needsEditing: true });
    expect(draft.answer).to.equal('Delivery to Andorra [TODO: how long] is free from 49 euros.');
    expect(requests[0]?.question).to.include('Andorra');
    expect(requests[1]?.question, 'told what was wrong with the first one').to.include('no JSON object');
    const spent = await on.knowledge.db.withTenant(on.tenantId, tx =>
      tx('usage_entries').where({ purpose: 'draft-article' }).first(),
    );
    expect(Number(spent.settled_micros ?? spent.cost_micros)).to.equal(40);
  });

  it('is its own account’s, and for administrators alone', async () => {
    await ask('Do you rent out espresso machines for weddings?');
    const [{ id }] = await gaps();
    const theirs = `admin ${await addTenant(on.knowledge.db)}`;
    expect((await on.call('GET', '/v1/knowledge-gaps', { as: theirs })).body.gaps).to.deep.equal([]);
    for (const [method, path] of [
      ['GET', `/v1/knowledge-gaps/${id}`],
      ['POST', `/v1/knowledge-gaps/${id}/draft`],
      ['POST', `/v1/knowledge-gaps/${id}/dismiss`],
      ['POST', `/v1/knowledge-gaps/${id}/reopen`],
    ] as const) {
      expect((await on.call(method, path, { as: null })).status).to.equal(401);
      expect((await on.call(method, path, { as: `rep ${on.tenantId}` })).status).to.equal(403);
      expect((await on.call(method, path, { as: theirs })).body.code).to.equal('knowledge-gap-not-found');
    }
    expect((await on.call('GET', '/v1/knowledge-gaps', { as: null })).status).to.equal(401);
    expect((await on.call('GET', '/v1/knowledge-gaps', { as: `rep ${on.tenantId}` })).status).to.equal(403);
    expect(await gap(id)).to.include({ state: 'open', draftId: null });
  });
});
