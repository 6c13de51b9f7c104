import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { type Harness, type Session, startHarness, until } from '../testing/harness.ts';
import { type ActionsKit, actionsKit, kommoPage, type Wire, writesSince } from './testing.ts';

const leadId = 18834645;
const olga = 9100001;

const partTypes = ['legal_entity', 'payer', 'supplier', 'items', 'linked_entity', 'chained_list', 'file'];

describe('effects', () => {
  const fieldOf: Record<string, number> = {};
  let harness: Harness;
  let kit: ActionsKit;
  let admin: Session;
  let page: Awaited<ReturnType<typeof kommoPage>>;
  let wake = () => {};
  let reach: (point: string) => Promise<void> | void = () => {};

  before(async function () {
    this.timeout(120_000);
    harness = await startHarness({
      // Those that hang, as those of a dead process, take none of the others' places.
      env: { EFFECTS_AT_ONCE: '12' },
      effects: { claimMs: 60_000, sendWithinMs: 500, settleMs: 1_000, retryMs: 50 },
      reach: point => reach(point),
    });
    const [account] = harness.accounts;
    kit = actionsKit(harness);
    admin = await harness.session(account, olga);
    page = await kommoPage(harness.sandbox, account, olga);
    // Before anything reads what the account is made of, which is remembered for a minute.
    const fields = partTypes.map(type => ({ name: `A ${type}`, type }));
    for (const { id, type } of (await page('POST', '/leads/custom_fields', fields))._embedded.custom_fields)
      fieldOf[type] = id;
  });
  after(() => harness?.close());
  afterEach(async () => {
    reach = () => {};
    wake();
    await harness.sandbox.control(harness.accounts[0], 'DELETE', '/faults');
  });

  const fault = (kind: string, path: string, more: object = {}) =>
    harness.sandbox.control(harness.accounts[0], 'POST', '/faults', {
      kind,
      match: { method: 'POST', path: `/api/v4${path}` },
      times: 1,
      ...more,
    });
  const notesWith = async (text: string): Promise<Wire[]> =>
    (await page('GET', `/leads/${leadId}/notes?limit=250&order[id]=desc`))._embedded.notes.filter(
      (note: Wire) => note.params.text === text,
    );
  const stuck = async (state: string) =>
    (await kit.get(admin, `/v1/effects?state=${state}`)).effects.map((one: Wire) => one.id);

  it('are found again when the answer to the write is lost, and not written twice', async () => {
    for (const [action, args, path] of [
      ['note', { text: `Lost answer ${randomUUID()}` }, `/leads/${leadId}/notes`],
      ['task-create', { text: `Lost answer ${randomUUID()}`, dueAt: '2027-02-02T10:00:00Z' }, '/tasks'],
    ] as const) {
      await fault('lost-response', path);
      const { last } = await writesSince(harness.sandbox, harness.accounts[0], 0);
      const done = await kit.perform(admin, leadId, action, args);
      expect(done.effect, action).to.include({ state: 'done', attempts: 1 });
      const { writes } = await writesSince(harness.sandbox, harness.accounts[0], last);
      expect(writes).to.deep.equal([`POST ${path}`]);
    }
  });

  it('are sent again when the request was lost, once it can no longer land', async () => {
    const text = `Lost request ${randomUUID()}`;
    await fault('lost-request', `/leads/${leadId}/notes`);
    const done = await kit.perform(admin, leadId, 'note', { text });
    expect(done.effect.state).to.equal('done');
    expect(done.effect.attempts).to.be.greaterThan(1);
    expect(await notesWith(text)).to.have.length(1);
  });

  it('with equal words are told apart when both answers are lost', async () => {
    const text = `Twice the same ${randomUUID()}`;
    await fault('lost-response', `/leads/${leadId}/notes`, { times: 2 });
    const two = await Promise.all([1, 2].map(() => kit.perform(admin, leadId, 'note', { text })));
    const ids = two.map(view => view.effect.result.recordId);
    expect(new Set(ids).size).to.equal(2);
    expect((await notesWith(text)).map(note => String(note.id)).sort()).to.deep.equal(ids.sort());
  });

  it('that make equal tasks are told apart when both answers are lost', async () => {
    const args = { text: `Twice the same ${randomUUID()}`, dueAt: '2027-02-02T10:00:00Z' };
    await fault('lost-response', '/tasks', { times: 2 });
    const two = await Promise.all([1, 2].map(() => kit.perform(admin, leadId, 'task-create', args)));
    expect(new Set(two.map(view => view.effect.result.recordId)).size).to.equal(2);
  });

  it('whose record somebody edits before it is read back wait for a person and make no second one', async () => {
    for (const [action, args, path] of [
      ['note', { text: `Edited ${randomUUID()}` }, `/leads/${leadId}/notes`],
      ['task-create', { text: `Moved ${randomUUID()}`, dueAt: '2027-02-02T10:00:00Z' }, '/tasks'],
    ] as const) {
      const { last } = await writesSince(harness.sandbox, harness.accounts[0], 0);
      reach = async point => {
        if (point !== 'effect.in-doubt') return;
        if (action === 'note') {
          const [made] = await notesWith(args.text);
          await page('PATCH', `/leads/${leadId}/notes/${made.id}`, {
            note_type: 'common',
            params: { text: 'In my own words' },
          });
        } else {
          const of = `filter[entity_type]=leads&filter[entity_id][]=${leadId}&order[id]=desc`;
          const { _embedded } = await page('GET', `/tasks?limit=250&${of}`);
          const made = _embedded.tasks.find((task: Wire) => task.text === args.text);
          await page('PATCH', `/tasks/${made.id}`, { complete_till: made.complete_till + 3600 });
        }
      };
      await fault('lost-response', path);
      const view = await kit.perform(admin, leadId, action, args);
      expect(view.effect, action).to.include({ state: 'unknown' });
      const { writes } = await writesSince(harness.sandbox, harness.accounts[0], last);
      expect(writes.filter(one => one === `POST ${path}`)).to.have.length(1);
    }
  });

  it('of a worker that was slow are left to the one that took over', async () => {
    const text = `Slow worker ${randomUUID()}`;
    const proposal = await kit.propose(admin, leadId, 'note', { text });
    const asleep = new Promise<void>(resolve => {
      wake = resolve;
    });
    let reached = 0;
    reach = point => {
      if (point !== 'effect.before-send') return;
      reached += 1;
      return reached === 1 ? asleep : undefined;
    };
    await kit.approve(admin, proposal);
    await until(() => reached === 1);
    // As when the claim of a worker that is not heard of runs out.
    await forWorkers({ claimed_until: new Date(0) });
    await harness.app.sweepNow();
    await until(async () => {
      await forWorkers({ next_attempt_at: new Date(0), claimed_until: new Date(0) }, 'failed');
      await harness.app.sweepNow();
      return (await kit.get(admin, `/v1/proposals/${proposal.id}`)).effect.state === 'done';
    });
    wake();
    await harness.app.sweepNow();
    expect(await notesWith(text)).to.have.length(1);

    async function forWorkers(change: object, state = 'performing'): Promise<void> {
      const { tid } = JSON.parse(Buffer.from(admin.token.split('.')[1] ?? '', 'base64url').toString());
      await harness.app.db.withTenant(tid, tx =>
        tx('effects').where({ proposal_id: proposal.id, state }).update(change),
      );
    }
  });

  it('write nothing over a change that came after the approval', async () => {
    const { price } = await page('GET', `/leads/${leadId}`);
    const proposal = await kit.propose(admin, leadId, 'price', { price: price + 50 });
    reach = async point => {
      if (point === 'effect.after-claim') await page('PATCH', `/leads/${leadId}`, { price: price + 1 });
    };
    await kit.approve(admin, proposal);
    const view = await kit.ended(admin, proposal.id, 'dead', 'done');
    expect(view.effect.error).to.include({ code: 'record-changed' });
    expect((await page('GET', `/leads/${leadId}`)).price).to.equal(price + 1);
    await page('PATCH', `/leads/${leadId}`, { price });
  });

  describe('that meet a person’s change on its way to Kommo', () => {
    /** Before our write is sent, or before theirs is put back, a person changes the lead. */
    const changedAt = (points: Record<string, object>) => {
      reach = async point => {
        const change = points[point];
        delete points[point];
        if (change) await page('PATCH', `/leads/${leadId}`, change);
      };
    };
    const lead = () => page('GET', `/leads/${leadId}`);

    it('leave it as the person wants it, and show the difference', async function () {
      this.timeout(60_000);
      const before = await lead();
      const { stages, users } = await kit.get(admin, `/v1/leads/${leadId}/choices`);
      const [ours, theirs] = stages.filter(
        (one: Wire) =>
          one.pipelineId === before.pipeline_id && ![142, 143, before.status_id].includes(one.statusId),
      );
      const [me, other] = users.filter((one: Wire) => one.id !== before.responsible_user_id);
      const { pipelineId, statusId } = ours;
      const cases: [action: string, args: object, field: string, theirs: Wire][] = [
        ['price', { price: before.price + 50 }, 'price', before.price + 1],
        ['stage', { pipelineId, statusId }, 'status_id', theirs.statusId],
        ['responsible', { userId: me.id }, 'responsible_user_id', other.id],
      ];
      for (const lost of [false, true])
        for (const [action, args, field, value] of cases) {
          changedAt({ 'effect.before-send': { [field]: value } });
          if (lost)
            await fault('lost-response', `/leads/${leadId}`, {
              match: { method: 'PATCH', path: `/api/v4/leads/${leadId}` },
            });
          const view = await kit.perform(admin, leadId, action, args);
          const what = `${action}: ${JSON.stringify(view.effect)}`;
          expect(view.effect.state, what).to.equal('dead');
          expect(view.effect.error.code, what).to.equal('record-changed');
          expect((await lead())[field], what).to.equal(value);
          const [difference] = view.conflict.differences;
          expect(difference.before, what).to.equal(view.changes[0].before);
          expect(difference.after, what).not.to.equal(difference.before);
          await page('PATCH', `/leads/${leadId}`, { [field]: before[field] });
        }
    });

    it('leave the last of several changes, also one made while theirs is put back', async () => {
      const { price } = await lead();
      changedAt({
        'effect.before-send': { price: price + 1 },
        'effect.before-put-back': { price: price + 2 },
      });
      const view = await kit.perform(admin, leadId, 'price', { price: price + 50 });
      expect(view.effect.error).to.include({ code: 'record-changed' });
      expect((await lead()).price).to.equal(price + 2);
      await page('PATCH', `/leads/${leadId}`, { price });
    });

    it('are done where a person changed something else, or wanted the same', async () => {
      const { price } = await lead();
      changedAt({ 'effect.before-send': { name: 'Renamed meanwhile' } });
      expect((await kit.perform(admin, leadId, 'price', { price: price + 60 })).effect.state).to.equal(
        'done',
      );
      changedAt({ 'effect.before-send': { price: price + 70 } });
      expect((await kit.perform(admin, leadId, 'price', { price: price + 70 })).effect.state).to.equal(
        'done',
      );
      expect((await lead()).price).to.equal(price + 70);
      await page('PATCH', `/leads/${leadId}`, { price });
    });
  });

  it('of one lead that all crashed before they were sent are all done in the end', async function () {
    this.timeout(60_000);
    const before = await page('GET', `/leads/${leadId}`);
    const { stages, users, fields } = await kit.get(admin, `/v1/leads/${leadId}/choices`);
    const { pipelineId, statusId } = stages.find(
      (one: Wire) =>
        one.pipelineId === before.pipeline_id && ![142, 143, before.status_id].includes(one.statusId),
    );
    const fieldId = fields.find((one: Wire) => one.type === 'text').id;
    const userId = users.find((one: Wire) => one.id !== before.responsible_user_id).id;
    const wanted: [string, object][] = [
      ['price', { price: before.price + 80 }],
      ['stage', { pipelineId, statusId }],
      ['responsible', { userId }],
      ['tags', { add: ['after a crash'], remove: [] }],
      ['field', { fieldId, value: randomUUID() }],
    ];
    const proposals = await Promise.all(
      wanted.map(([action, args]) => kit.propose(admin, leadId, action, args)),
    );
    const dead = new Promise<void>(resolve => {
      wake = resolve;
    });
    let crowd = 0;
    reach = point => {
      if (point !== 'effect.before-send' || crowd === wanted.length) return;
      crowd += 1;
      return dead;
    };
    for (const proposal of proposals) await kit.approve(admin, proposal);
    await until(() => crowd === wanted.length);
    const ids = proposals.map(({ id }) => id);
    const { tid } = JSON.parse(Buffer.from(admin.token.split('.')[1] ?? '', 'base64url').toString());
    const hurry = () =>
      harness.app.db.withTenant(tid, tx =>
        tx('effects')
          .whereIn('proposal_id', ids)
          .whereIn('state', ['performing', 'failed'])
          .update({ next_attempt_at: new Date(0), claimed_until: new Date(0) }),
      );
    await hurry();
    await harness.app.sweepNow();
    for (const { id, action } of proposals) {
      let view: Wire;
      await until(async () => {
        // A queue takes no second job under the key of one that hangs: the sweep goes around it.
        await harness.app.sweepNow();
        view = await kit.get(admin, `/v1/proposals/${id}`);
        return ['done', 'dead', 'unknown'].includes(view.effect.state);
      }, 30_000);
      expect(view.effect.state, `${action}: ${JSON.stringify(view.effect)}`).to.equal('done');
    }
  });

  it('that Kommo refuses are dead, listed, and replayed with one call', async () => {
    const text = `Refused first ${randomUUID()}`;
    await fault('status', `/leads/${leadId}/notes`, { status: 402 });
    const view = await kit.perform(admin, leadId, 'note', { text });
    expect(view.effect.state, JSON.stringify(view.effect)).to.equal('dead');
    expect(await stuck('dead')).to.include(view.effect.id);
    expect(await notesWith(text)).to.have.length(0);
    const replayed = await kit.post(admin, `/v1/effects/${view.effect.id}/replay`);
    expect(replayed.status).to.equal(202);
    await kit.ended(admin, view.id, 'done');
    expect(await notesWith(text)).to.have.length(1);
    const again = await kit.post(admin, `/v1/effects/${view.effect.id}/replay`);
    expect(again.body).to.include({ status: 409, code: 'effect-not-stuck' });
  });

  it('that fail for a passing reason are tried again by themselves', async () => {
    const text = `Too many requests ${randomUUID()}`;
    await fault('status', `/leads/${leadId}/notes`, { status: 429, times: 2 });
    const view = await kit.perform(admin, leadId, 'note', { text });
    expect(view.effect.state).to.equal('done');
    expect(await notesWith(text)).to.have.length(1);
  });

  it('leave a whole audit log behind, without the words of anybody', async () => {
    const text = `Canary ${randomUUID()}`;
    await kit.perform(admin, leadId, 'note', { text });
    expect(await kit.get(admin, '/v1/audit/verify')).to.deep.include({ ok: true, broken: null });
    const { lines } = await kit.get(admin, '/v1/audit');
    const events = lines.map((line: Wire) => line.event);
    expect(events).to.include.members(['action.proposed', 'action.approved', 'action.performed']);
    expect(JSON.stringify(lines)).not.to.contain('Canary');
  });

  it('go by every type of field that is a record of several parts, and back', async function () {
    this.timeout(90_000);
    const party = { name: 'Harbor Roast LLC', vat_id: '7701234567', address: '1 Pier' };
    const uuid = randomUUID();
    const item = {
      description: 'Grinder',
      unit_price: 480,
      quantity: 2,
      discount: { type: 'percentage', value: 5 },
    };
    const types: [type: string, entries: object[], shown: string][] = [
      ['legal_entity', [{ ...party, entity_type: 2 }], 'Harbor Roast LLC'],
      ['payer', [{ ...party, entity_type: 'companies', entity_id: 5 }], 'Harbor Roast LLC'],
      ['supplier', [party], 'Harbor Roast LLC'],
      [
        'items',
        [item, { description: 'Cups', unit_price: 3, quantity: 100 }],
        'Grinder × 2 à 480, Cups × 100 à 3',
      ],
      ['linked_entity', [{ name: 'Dana', entity_id: 7, entity_type: 'contacts' }], 'Dana'],
      ['chained_list', [{ catalog_id: 3, catalog_element_id: 9 }], '#9'],
      ['file', [{ file_uuid: uuid, file_name: 'offer.pdf', file_size: 10 }], 'offer.pdf'],
    ];
    for (const [type, entries, shown] of types) {
      const fieldId = fieldOf[type];
      const done = await kit.perform(admin, leadId, 'field', { fieldId, value: { entries } });
      expect(done.effect.state, `${type}: ${JSON.stringify(done.effect)}`).to.equal('done');
      expect(done.changes[0], type).to.include({ before: null, after: shown });
      const held = async () =>
        (await page('GET', `/leads/${leadId}`)).custom_fields_values.find(
          (one: Wire) => one.field_id === fieldId,
        );
      const values = (await held()).values.map((one: Wire) =>
        type === 'chained_list'
          ? { catalog_id: one.catalog_id, catalog_element_id: one.catalog_element_id }
          : one.value,
      );
      expect(values, type).to.deep.equal(entries);
      await kit.undone(admin, done.id);
      expect(await held(), type).to.equal(undefined);
    }
    const fieldId = fieldOf.legal_entity;
    const wrong = [{ action: 'field', arguments: { fieldId, value: { entries: [{ nickname: 'x' }] } } }];
    const refused = await kit.post(admin, `/v1/leads/${leadId}/proposals`, { actions: wrong });
    expect(refused.status).to.equal(422);
    expect(refused.body.errors.map((one: Wire) => one.path)).to.include(
      'actions.0.arguments.value.entries.0.name',
    );
  });

  it('go by every kind of change, and back', async function () {
    this.timeout(90_000);
    const { fields, users } = await kit.get(admin, `/v1/leads/${leadId}/choices`);
    const before = await page('GET', `/leads/${leadId}?with=contacts`);
    const of = (type: string) => fields.find((one: Wire) => one.type === type);
    const task = await kit.perform(admin, leadId, 'task-create', {
      text: 'Send the quote',
      dueAt: '2027-01-05T09:00:00+01:00',
    });
    const taskId = Number(task.effect.result.recordId);
    const changes: [action: string, args: object][] = [
      ['responsible', { userId: users.find((one: Wire) => one.id !== before.responsible_user_id).id }],
      ['tags', { add: ['hot'], remove: [] }],
      ['field', { fieldId: of('text').id, value: 'Twelve seats' }],
      ['field', { fieldId: of('numeric').id, value: 5200 }],
      ['field', { fieldId: of('date').id, value: '2027-03-31' }],
      ['field', { fieldId: of('checkbox').id, value: true }],
      ['field', { fieldId: of('select').id, value: { enumIds: [of('select').enums[1].id] } }],
      ['field', { fieldId: of('text').id, value: null }],
      ['task-reschedule', { taskId, dueAt: '2027-01-06T09:00:00Z' }],
      ['task-complete', { taskId, result: 'Sent.' }],
    ];
    for (const [action, args] of changes) {
      const done = await kit.perform(admin, leadId, action, args);
      const what = `${action} ${JSON.stringify(args)}: ${JSON.stringify(done.effect)}`;
      expect(done.effect.state, what).to.equal('done');
      await kit.undone(admin, done.id);
    }
    await kit.undone(admin, task.id);
    expect(await page('GET', `/tasks/${taskId}`)).to.deep.include({ is_completed: true });
    const after = await page('GET', `/leads/${leadId}?with=contacts`);
    for (const key of ['responsible_user_id', 'price', 'status_id'])
      expect(after[key], key).to.equal(before[key]);
    const values = (lead: Wire) =>
      Object.fromEntries(
        (lead.custom_fields_values ?? []).map((one: Wire) => [
          one.field_id,
          String(Number(one.values[0].value) || one.values[0].value),
        ]),
      );
    expect({ ...values(after), [of('checkbox').id]: '0' }).to.deep.equal({
      ...values(before),
      [of('checkbox').id]: '0',
    });
  }).timeout(120_000);
});
