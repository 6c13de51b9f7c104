import { expect } from 'chai';
import type { Tx } from '../db/index.ts';
import { type Session, until } from '../testing/harness.ts';
import { type SharedHarness, sharedHarness } from '../testing/shared-harness.ts';
import { type ActionsKit, actionsKit, kommoPage, type Wire, writesSince } from './testing.ts';

const leadId = 18834645;
const olga = 9100001;
const priya = 9100002;

describe('proposals', () => {
  let harness: SharedHarness;
  let kit: ActionsKit;
  let admin: Session;
  let page: Awaited<ReturnType<typeof kommoPage>>;

  before(async function () {
    this.timeout(120_000);
    harness = await sharedHarness();
    kit = actionsKit(harness);
    const [account] = harness.accounts;
    admin = await harness.session(account, olga);
    page = await kommoPage(harness.sandbox, account, olga);
  });

  const lead = () => page('GET', `/leads/${leadId}?with=contacts`);
  const lastCall = async () => (await writesSince(harness.sandbox, harness.accounts[0], 0)).last;
  const writes = async (since: number) =>
    (await writesSince(harness.sandbox, harness.accounts[0], since)).writes;

  function inDatabase(work: (tx: Tx) => Promise<unknown>): Promise<unknown> {
    const { tid } = JSON.parse(Buffer.from(admin.token.split('.')[1] ?? '', 'base64url').toString());
    return harness.app.db.withTenant(tid, work);
  }

  /** A stage of the lead's pipeline in which it is not now. */
  async function otherStage(): Promise<{ pipelineId: number; statusId: number; name: string }> {
    const { pipeline_id, status_id } = await lead();
    const { stages } = await kit.get(admin, `/v1/leads/${leadId}/choices`);
    const { pipelineId, statusId, pipeline, status } = stages.find(
      (one: Wire) => one.pipelineId === pipeline_id && ![142, 143, status_id].includes(one.statusId),
    );
    return { pipelineId, statusId, name: `${pipeline} · ${status}` };
  }

  it('write nothing until they are approved, then exactly what was shown, and can be put back', async () => {
    const before = await lead();
    const { name, ...to } = await otherStage();
    const since = await lastCall();
    const proposal = await kit.propose(admin, leadId, 'stage', to);
    expect(proposal).to.include({ state: 'open', action: 'stage', leadId });
    expect(proposal.changes).to.have.length(1);
    expect(proposal.changes[0]).to.include({ field: 'stage', kind: 'stage', after: name });
    expect(await writes(since)).to.deep.equal([]);

    expect((await kit.approve(admin, proposal)).body).to.deep.include({
      state: 'approved',
      approvedBy: { id: olga, name: 'Olga Brandt' },
    });
    const done = await kit.ended(admin, proposal.id, 'done', 'dead');
    expect(done.effect).to.deep.include({ state: 'done', attempts: 1, error: null });
    expect(done.undo).to.deep.equal({ way: 'write-back', possible: true, why: null, state: null });
    expect((await lead()).status_id).to.equal(to.statusId);
    expect(await writes(since)).to.deep.equal([`PATCH /leads/${leadId}`]);

    await kit.undone(admin, proposal.id);
    expect(await lead()).to.include({ status_id: before.status_id, pipeline_id: before.pipeline_id });
    const again = await kit.post(admin, `/v1/proposals/${proposal.id}/undo`);
    expect(again).to.deep.include({ status: 409 });
    expect(again.body).to.include({ code: 'undo-impossible', why: 'undone' });
  });

  it('conflict with what somebody changed in between, show the difference, and write nothing', async () => {
    const price = (await lead()).price;
    const proposal = await kit.propose(admin, leadId, 'price', { price: price + 100 });
    await page('PATCH', `/leads/${leadId}`, { price: price + 7 });
    const since = await lastCall();
    const refused = await kit.approve(admin, proposal);
    expect(refused.status).to.equal(409);
    expect(refused.body).to.include({ code: 'proposal-conflict' });
    expect(refused.body.proposal.conflict.differences).to.deep.equal([
      { field: 'price', label: null, kind: 'money', before: price, after: price + 7 },
    ]);
    expect(await writes(since)).to.deep.equal([]);
    expect((await kit.approve(admin, proposal)).body).to.include({ code: 'proposal-changed' });

    const approved = await kit.approve(admin, refused.body.proposal);
    expect(approved.status).to.equal(202);
    await kit.ended(admin, proposal.id, 'done');
    await kit.undone(admin, proposal.id);
    expect((await lead()).price).to.equal(price + 7);
    await page('PATCH', `/leads/${leadId}`, { price });
  });

  it('do not conflict with changes of what they are not about', async () => {
    const { price } = await lead();
    const note = await kit.propose(admin, leadId, 'note', { text: 'Wants a quote.' });
    const tags = await kit.propose(admin, leadId, 'tags', { add: ['quoted'], remove: [] });
    await page('PATCH', `/leads/${leadId}`, { price: price + 1, tags_to_add: [{ name: 'by a colleague' }] });
    for (const proposal of [note, tags]) {
      expect((await kit.approve(admin, proposal)).status).to.equal(202);
      await kit.ended(admin, proposal.id, 'done');
    }
    await kit.undone(admin, tags.id);
    const names = (await lead())._embedded.tags.map((tag: Wire) => tag.name);
    expect(names).to.include('by a colleague').and.not.to.include('quoted');
    await page('PATCH', `/leads/${leadId}`, { price, tags_to_delete: [{ name: 'by a colleague' }] });
  });

  it('are written once when fifty people approve at the same moment', async function () {
    this.timeout(120_000);
    const proposal = await kit.propose(admin, leadId, 'note', { text: 'Fifty hands, one note.' });
    const since = await lastCall();
    const answers = await Promise.all(Array.from({ length: 50 }, () => kit.approve(admin, proposal)));
    expect(answers.filter(({ status }) => status === 202)).to.have.length(1);
    const others = answers.filter(({ status }) => status !== 202);
    expect(new Set(others.map(({ body }) => body.code))).to.deep.equal(new Set(['proposal-closed']));
    await kit.ended(admin, proposal.id, 'done');
    expect(await writes(since)).to.deep.equal([`POST /leads/${leadId}/notes`]);
  });

  it('answer the same request again as before, and another under its key not at all', async () => {
    const proposal = await kit.propose(admin, leadId, 'note', { text: 'Sent twice by a bad line.' });
    const other = await kit.propose(admin, leadId, 'note', { text: 'Another.' });
    const since = await lastCall();
    const key = crypto.randomUUID();
    const answers = await Promise.all(Array.from({ length: 5 }, () => kit.approve(admin, proposal, key)));
    expect(answers.map(({ status }) => status)).to.deep.equal([202, 202, 202, 202, 202]);
    expect((await kit.approve(admin, other, key)).body).to.include({ code: 'action-key-reused' });
    await kit.ended(admin, proposal.id, 'done');
    expect(await writes(since)).to.deep.equal([`POST /leads/${leadId}/notes`]);
    const once = crypto.randomUUID();
    const actions = [{ action: 'note', arguments: { text: 'Proposed twice by a bad line.' } }];
    const [first, second] = [
      await kit.post(admin, `/v1/leads/${leadId}/proposals`, { actions }, once),
      await kit.post(admin, `/v1/leads/${leadId}/proposals`, { actions }, once),
    ];
    expect(second).to.deep.equal(first);
  });

  it('are answered as before when the request comes again after its record is gone', async () => {
    const made = await page('POST', '/leads', [{ name: 'Soon gone', price: 10 }]);
    const { id } = made._embedded.leads[0];
    const task = { text: 'Call', complete_till: 1_900_000_000, entity_id: id, entity_type: 'leads' };
    const taskId = (await page('POST', '/tasks', [task]))._embedded.tasks[0].id;
    const [key, editKey, undoKey] = ['first', 'second', 'third'].map(word => `${word}-${Date.now()}`);
    const ask = { actions: [{ action: 'task-complete', arguments: { taskId } }] };
    const first = await kit.post(admin, `/v1/leads/${id}/proposals`, ask, key);
    const [proposal] = first.body.proposals;
    const edit = { arguments: { taskId, result: 'Called' }, digest: proposal.digest };
    const change = () => kit.patch(admin, `/v1/proposals/${proposal.id}`, edit, editKey);
    const edited = await change();
    expect(edited.status).to.equal(200);
    expect((await kit.patch(admin, `/v1/proposals/${proposal.id}`, edit)).body.code).to.equal(
      'proposal-changed',
    );
    await kit.approve(admin, edited.body);
    await kit.ended(admin, proposal.id, 'done');
    expect((await change()).status, 'edited again, after it was approved').to.equal(200);
    const undo = () => kit.post(admin, `/v1/proposals/${proposal.id}/undo`, {}, undoKey);
    expect((await undo()).status).to.equal(202);
    await until(async () => (await kit.get(admin, `/v1/proposals/${proposal.id}`)).undo.state === 'done');
    await harness.sandbox.control(harness.accounts[0], 'DELETE', `/records/tasks/${taskId}`);
    expect((await undo()).status, 'undone again').to.equal(202);
    const again = await kit.post(admin, `/v1/leads/${id}/proposals`, ask, key);
    expect(again.status, 'proposed again').to.equal(201);
    expect(again.body.groupId).to.equal(first.body.groupId);
  });

  it('of one group read the lead they are all about once', async () => {
    const actions = Array.from({ length: 20 }, (_, index) => ({
      action: 'price',
      arguments: { price: index },
    }));
    const { last } = await writesSince(harness.sandbox, harness.accounts[0], 0);
    expect((await kit.post(admin, `/v1/leads/${leadId}/proposals`, { actions })).status).to.equal(201);
    const answer = await harness.sandbox.control(harness.accounts[0], 'GET', `/calls?since=${last}`);
    const { calls } = (await answer.json()) as Wire;
    const reads = calls.filter((call: Wire) => call.path === `/api/v4/leads/${leadId}`);
    // Once to see whether the person may see it, once for what all of them are about.
    expect(reads.length).to.be.within(1, 2);
  });

  it('are bound to their digest: one byte of it or of the arguments changed writes nothing', async () => {
    const proposal = await kit.propose(admin, leadId, 'note', { text: 'Exactly these words.' });
    const since = await lastCall();
    const digit = proposal.digest.endsWith('0') ? '1' : '0';
    const forged = { ...proposal, digest: proposal.digest.slice(0, -1) + digit };
    expect((await kit.approve(admin, forged)).body).to.include({ status: 409, code: 'proposal-changed' });
    await inDatabase(tx =>
      tx('proposals')
        .where({ id: proposal.id })
        .update({ arguments: JSON.stringify({ text: 'Exactly these Words.' }) }),
    );
    expect((await kit.approve(admin, proposal)).body).to.include({ status: 409, code: 'proposal-changed' });
    expect(await writes(since)).to.deep.equal([]);
  });

  it('expire, and are no longer listed as open then', async () => {
    const proposal = await kit.propose(admin, leadId, 'note', { text: 'Too late.' });
    const open = async () =>
      (await kit.get(admin, `/v1/leads/${leadId}/proposals`)).proposals.map((one: Wire) => one.id);
    expect(await open()).to.include(proposal.id);
    await inDatabase(tx =>
      tx('proposals')
        .where({ id: proposal.id })
        .update({ expires_at: new Date(Date.now() - 1) }),
    );
    expect(await open()).not.to.include(proposal.id);
    const since = await lastCall();
    expect((await kit.approve(admin, proposal)).body).to.include({ status: 410, code: 'proposal-expired' });
    expect((await kit.get(admin, `/v1/proposals/${proposal.id}`)).state).to.equal('expired');
    expect(await writes(since)).to.deep.equal([]);
  });

  it('can be refused with a reason, edited into another, put aside and taken up', async () => {
    const refused = await kit.propose(admin, leadId, 'note', { text: 'No.' });
    const answer = await kit.post(admin, `/v1/proposals/${refused.id}/refuse`, { reason: 'Wrong client' });
    expect(answer.body).to.include({ state: 'refused', refusedReason: 'Wrong client' });
    expect((await kit.approve(admin, refused)).body).to.include({ code: 'proposal-closed' });

    const proposal = await kit.propose(admin, leadId, 'note', { text: 'First wording.' });
    const edited = await kit.patch(admin, `/v1/proposals/${proposal.id}`, {
      arguments: { text: 'Second wording.' },
      draft: true,
    });
    expect(edited.body).to.include({ state: 'draft' });
    expect(edited.body.changes[0]).to.include({ after: 'Second wording.' });
    expect((await kit.approve(admin, proposal)).body).to.include({ code: 'proposal-changed' });
    const taken = await kit.patch(admin, `/v1/proposals/${proposal.id}`, { draft: false });
    expect(taken.body).to.include({ state: 'open' });
    expect((await kit.approve(admin, taken.body)).status).to.equal(202);
    await kit.ended(admin, proposal.id, 'done');
    const { _embedded } = await page('GET', `/leads/${leadId}/notes?limit=250&order[id]=desc`);
    const notes = _embedded.notes.map((note: Wire) => note.params.text);
    expect(notes).to.include('Second wording.').and.not.to.include('First wording.');
  });

  it('of one answer are approved together; the one in conflict stays open and says so', async () => {
    const { price } = await lead();
    const actions = [
      { action: 'note', arguments: { text: 'Together.' } },
      { action: 'price', arguments: { price: price + 500 } },
    ];
    const made = await kit.post(admin, `/v1/leads/${leadId}/proposals`, { actions });
    const [note, budget] = made.body.proposals;
    await page('PATCH', `/leads/${leadId}`, { price: price + 3 });
    const digests = { [note.id]: note.digest, [budget.id]: budget.digest };
    const answer = await kit.post(admin, `/v1/proposal-groups/${made.body.groupId}/approve`, { digests });
    expect(answer.status).to.equal(202);
    expect(answer.body.proposals.map((one: Wire) => [one.state, one.conflict === null])).to.deep.equal([
      ['approved', true],
      ['open', false],
    ]);
    expect(answer.body.faults).to.deep.equal({ [budget.id]: 'proposal-conflict' });
    await kit.ended(admin, note.id, 'done');
    expect((await lead()).price).to.equal(price + 3);
    await page('PATCH', `/leads/${leadId}`, { price });
  });

  it('are not undone over what somebody did since', async () => {
    const { price } = await lead();
    const done = await kit.perform(admin, leadId, 'price', { price: price + 40 });
    await page('PATCH', `/leads/${leadId}`, { price: price + 41 });
    const since = await lastCall();
    const answer = await kit.post(admin, `/v1/proposals/${done.id}/undo`);
    expect(answer.body).to.include({ status: 409, code: 'undo-conflict' });
    expect(await writes(since)).to.deep.equal([]);
    await page('PATCH', `/leads/${leadId}`, { price });
  });

  it('do not take back what a person had done before them', async () => {
    const { price } = await lead();
    const done = await kit.perform(admin, leadId, 'price', { price });
    expect(done.effect).to.include({ state: 'done' });
    expect(done.undo).to.include({ possible: false, why: 'nothing-changed' });
    const since = await lastCall();
    const answer = await kit.post(admin, `/v1/proposals/${done.id}/undo`);
    expect(answer.body).to.include({ code: 'undo-impossible', why: 'nothing-changed' });
    expect(await writes(since)).to.deep.equal([]);
  });

  it('show that a contact becomes the main one, and put the old one back', async () => {
    const before = (await lead())._embedded.contacts;
    const main = before.find((one: Wire) => one.is_main);
    const { contacts } = (await page('GET', '/contacts?limit=250'))._embedded;
    const { id: contactId } = contacts.find((one: Wire) => !before.some(({ id }: Wire) => id === one.id));
    const done = await kit.perform(admin, leadId, 'link-contact', { contactId, isMain: true });
    expect(done.changes[1]).to.include({ field: 'isMain', kind: 'boolean', before: 0, after: 1 });
    const mainNow = async () => (await lead())._embedded.contacts.find((one: Wire) => one.is_main).id;
    expect(await mainNow()).to.equal(contactId);
    await kit.undone(admin, done.id);
    expect(await mainNow()).to.equal(main.id);
    expect((await lead())._embedded.contacts).to.have.length(before.length);
  });

  it('undone in vain are not undone by an older try once there is a newer one', async () => {
    const { price } = await lead();
    const done = await kit.perform(admin, leadId, 'price', { price: price + 60 });
    await kit.undone(admin, done.id);
    const dead = crypto.randomUUID().replace(/^./, '0');
    await inDatabase(tx =>
      tx.raw(
        `insert into effects (tenant_id, id, proposal_id, lead_id, purpose, action, arguments, seen,
           acting_user_id, locale, state, next_attempt_at, created_at)
         select tenant_id, ?, proposal_id, lead_id, purpose, action, arguments, seen,
           acting_user_id, locale, 'dead', next_attempt_at, created_at
         from effects where proposal_id = ? and purpose = 'undo'`,
        [dead, done.id],
      ),
    );
    const answer = await kit.post(admin, `/v1/effects/${dead}/replay`);
    expect(answer.body).to.include({ status: 409, code: 'effect-not-stuck' });
  });

  it('say what cannot be undone and why', async () => {
    const note = await kit.perform(admin, leadId, 'note', { text: 'Here to stay.' });
    expect(note.undo).to.deep.equal({
      way: 'none',
      possible: false,
      why: 'notes-cannot-be-deleted',
      state: null,
    });
    const answer = await kit.post(admin, `/v1/proposals/${note.id}/undo`);
    expect(answer.body).to.include({ status: 409, code: 'undo-impossible' });
  });

  it('may be approved by a colleague who may change the lead, and by nobody who may not', async () => {
    const [account] = harness.accounts;
    const proposal = await kit.propose(admin, leadId, 'note', { text: 'For a colleague.' });
    const colleague = await harness.session(account, priya);
    const before = (await harness.state(account)).users.find(user => user.id === priya).rights.leads;
    await setRights({ ...before, edit: 'D' });
    const refused = await kit.approve(colleague, proposal);
    expect(refused.body).to.include({ status: 403, code: 'may-not-change' });
    await setRights({ ...before, edit: 'A' });
    expect((await kit.approve(colleague, proposal)).status).to.equal(202);
    const done = await kit.ended(admin, proposal.id, 'done');
    expect(done.approvedBy).to.include({ id: priya });
    const written = await page('GET', `/leads/notes/${done.effect.result.recordId}`);
    expect(written.created_by).to.equal(priya);
    await setRights(before);

    /** In Kommo and in what we last read of it. */
    async function setRights(leads: object): Promise<void> {
      await harness.sandbox.control(account, 'POST', `/users/${priya}`, { rights: { leads } });
      const { tid } = JSON.parse(Buffer.from(admin.token.split('.')[1] ?? '', 'base64url').toString());
      await harness.app.db.withTenant(tid, tx =>
        tx('kommo_users')
          .where({ tenant_id: tid })
          .update({ synced_at: new Date(0) }),
      );
      await harness.app.sweepNow();
    }
  });

  it('name every fault of their arguments by its place', async () => {
    const faults = async (action: string, args: unknown) => {
      const answer = await kit.post(admin, `/v1/leads/${leadId}/proposals`, {
        actions: [{ action, arguments: args }],
      });
      return answer.status === 422 ? answer.body.errors.map((one: Wire) => one.path) : answer.status;
    };
    const at = (name: string) => [`actions.0.arguments.${name}`];
    expect(await faults('note', { text: '  ' })).to.deep.equal(at('text'));
    expect(await faults('task-create', { text: 'x', dueAt: 'tomorrow' })).to.deep.equal(at('dueAt'));
    expect(await faults('stage', { pipelineId: 1, statusId: 142 })).to.deep.equal(at('statusId'));
    expect(await faults('price', { price: -1 })).to.deep.equal(at('price'));
    expect(await faults('field', { fieldId: 5, value: 'x' })).to.deep.equal(at('fieldId'));
    expect(await faults('responsible', { userId: 5 })).to.deep.equal(at('userId'));
    expect(await faults('tags', { add: [], remove: [] })).to.deep.equal(['actions.0.arguments']);
    expect(await faults('task-complete', { taskId: 1 })).to.equal(404);
    expect(await faults('link-contact', { contactId: 1 })).to.equal(404);
    expect(await faults('telepathy', {})).to.deep.equal(['body.actions.0.action']);
  });
});
