import { expect } from 'chai';
import type { Session } from '../testing/harness.ts';
import { type SharedHarness, sharedHarness } from '../testing/shared-harness.ts';
import { type ActionsKit, actionsKit, type Wire } from './testing.ts';

const leadId = 18834645;

describe('proposals', () => {
  let harness: SharedHarness;
  let kit: ActionsKit;
  let admin: Session;

  before(async function () {
    this.timeout(120_000);
    harness = await sharedHarness();
    kit = actionsKit(harness);
    admin = await harness.session(harness.accounts[0]);
  });

  const lead = async (): Promise<Wire> =>
    (await harness.state(harness.accounts[0])).leads.find(one => one.id === leadId);

  it('write nothing until they are approved, and then exactly what was shown', async () => {
    const before = await lead();
    const choices = await kit.get(admin, `/v1/leads/${leadId}/choices`);
    const stage = choices.stages.find(
      (one: Wire) => one.pipelineId === before.pipeline_id && one.statusId !== before.status_id,
    );
    const proposal = await kit.propose(admin, leadId, 'stage', {
      pipelineId: stage.pipelineId,
      statusId: stage.statusId,
    });
    expect(proposal).to.include({ state: 'open', action: 'stage', leadId });
    expect(proposal.changes[0]).to.include({ field: 'stage', after: `${stage.pipeline} · ${stage.status}` });
    expect((await lead()).status_id).to.equal(before.status_id);

    const approved = await kit.approve(admin, proposal);
    expect(approved.status).to.equal(202);
    const done = await kit.ended(admin, proposal.id, 'done', 'dead');
    expect(done.effect).to.include({ state: 'done', error: null });
    expect((await lead()).status_id).to.equal(stage.statusId);

    const undone = await kit.post(admin, `/v1/proposals/${proposal.id}/undo`);
    expect(undone.status).to.equal(202);
    await kit.ended(admin, proposal.id, 'done');
  });

  it('of notes and tasks add one each', async () => {
    const note = await kit.perform(admin, leadId, 'note', { text: 'Called, wants a quote for 12 machines.' });
    expect(note.effect).to.deep.include({ state: 'done' });
    expect(note.effect.result).to.include({ record: 'note' });
    const task = await kit.perform(admin, leadId, 'task-create', {
      text: 'Send the quote',
      dueAt: '2027-01-05T09:00:00+01:00',
    });
    expect(task.effect).to.deep.include({ state: 'done' });
  });
});
