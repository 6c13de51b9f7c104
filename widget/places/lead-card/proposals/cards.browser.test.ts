import { expect } from 'chai';
import { approved, change, done, effect, proposal } from '../../../testing/fake-proposals.ts';
import { ask, enter, gate, leadCardSuite, until } from '../../../testing/lead-card-page.ts';
import { enterWith, focusedCard } from '../../../testing/proposals-page.ts';

const stage = (id = 'stage', more: Parameters<typeof proposal>[2] = {}) =>
  proposal('stage', [change('stage', 'stage', 'Sales · Negotiation', 'Sales · Offer sent')], { id, ...more });
const price = (id = 'price', more: Parameters<typeof proposal>[2] = {}) =>
  proposal('price', [change('price', 'money', 12_000, 14_500)], { id, ...more });

describe('Proposals in the lead card', () => {
  const { open } = leadCardSuite();
  const openWith = async (...views: ReturnType<typeof proposal>[]) => {
    const opened = await open({ lead: 0 });
    await enterWith(opened.page, opened.api, views);
    return { ...opened, taken: opened.api.proposals.taken };
  };

  it('come live with the answer, before and after, and stay under it', async () => {
    const { page, api } = await open();
    const hold = gate();
    const view = stage('live', { leadId: 1 });
    api.proposals.add(view);
    api.script = () => [{ say: 'I would move it on.' }, { propose: view }, { hold: hold.opened }];
    await ask(page, 'What next?');
    const card = page.getByRole('article', { name: 'Change the stage' });
    await card.waitFor();
    expect(await card.locator('del').textContent()).to.equal('Sales · Negotiation');
    expect(await card.locator('ins').textContent()).to.equal('Sales · Offer sent');
    hold.open();
    await page.getByRole('button', { name: 'Copy' }).waitFor();
    expect(await page.locator('.proposal').count()).to.equal(1);
    await page.getByRole('status').filter({ hasText: '1 action waits for your approval.' }).waitFor();
  });

  it('are approved with one key, show the progress the API tells, the result with its link, and are undone', async () => {
    const { page, api, taken } = await openWith(stage());
    await page.locator('.proposal').focus();
    await page.keyboard.press('a');
    await page.locator('.proposal').getByText('Approved. It is waiting for its turn.').waitFor();
    expect(api.callsTo('POST', /approve$/)[0]?.body).to.have.property('digest');
    api.proposals.update('stage', { effect: effect('performing') });
    await page.locator('.proposal').getByText('Being done now.').waitFor();
    const nextAttemptAt = new Date(Date.now() + 60_000).toISOString();
    const error = { code: 'kommo-unavailable', detail: 'x' };
    api.proposals.update('stage', { effect: effect('failed', { nextAttemptAt, error }) });
    await page.locator('.proposal').getByText('It did not get through yet. The next attempt is at').waitFor();
    api.proposals.update('stage', { effect: done() });
    await page.locator('.proposal').getByText('Done. Approved by Olga Brandt').waitFor();
    const link = page.getByRole('link', { name: 'Open in the CRM' });
    expect(await link.getAttribute('href')).to.equal('https://northwind.kommo.com/leads/detail/2');
    expect(await link.getAttribute('rel')).to.include('noopener');
    expect(await focusedCard(page)).to.equal('stage');
    await page.keyboard.press('u');
    await page.locator('.proposal').getByText('Being undone…').waitFor();
    const { undo } = api.proposals.update('stage', {});
    api.proposals.update('stage', { undo: { ...undo, possible: false, why: 'undone', state: 'done' } });
    await page.locator('.proposal').getByText('Undone. The earlier value is back.').waitFor();
    expect(taken).to.deep.equal(['approve stage', 'undo stage']);
  });

  it('of a message say in words what the rules found in it: claims, promises left out, tasks that keep them', async () => {
    const { page, api } = await openWith(
      proposal('message', [change('text', 'text', null, 'It costs 4800.')], {
        id: 'message',
        state: 'draft',
        wording: {
          unsupported: [{ kind: 'price', text: '4800' }],
          leftOut: ['We will surprise you.'],
          tasks: ['task-1', 'task-2'],
        },
      }),
    );
    const note = page.locator('[data-id=message]').getByRole('note');
    expect(await note.locator('p').allTextContents()).to.deep.equal([
      'No source carries the price “4800”.',
      'That is why it is a draft for you to check.',
      'Left out, because nobody can say when it would be due: “We will surprise you.”',
      '2 tasks go with it, so that what it promises is kept.',
    ]);
    api.proposals.update('message', approved());
    await page.locator('[data-id=message]').focus();
    await page.keyboard.press('a');
    await note.waitFor({ state: 'detached' });
  });

  it('stop asking once everything has ended', async () => {
    const { page, api } = await openWith(stage('stage', approved({ effect: effect('performing') })));
    await page.locator('.proposal').getByText('Being done now.').waitFor();
    api.proposals.update('stage', { effect: done() });
    await page.locator('.proposal').getByText('Done.').waitFor();
    const asked = api.callsTo('GET', /^\/proposals\//).length;
    await page.clock.install();
    await page.clock.runFor(60_000);
    expect(api.callsTo('GET', /^\/proposals\//)).to.have.length(asked);
  });

  for (const way of ['the button', 'the key']) {
    it(`send one request however fast ${way} is pressed`, async () => {
      const { page, api, taken } = await openWith(stage(), price());
      const hold = gate();
      api.hold = { match: /POST .*approve/, until: hold.opened };
      if (way === 'the button') {
        const button = page.locator('[data-id=stage]').getByRole('button', { name: 'Approve' });
        await button.dblclick();
      } else {
        await page.locator('[data-id=stage]').focus();
        await page.keyboard.press('a');
        await page.keyboard.press('a');
      }
      await page.getByText('Sending…').waitFor();
      hold.open();
      await page.locator('.proposal').getByText('Approved. It is waiting').waitFor();
      await page.keyboard.press('a');
      await page.waitForFunction(
        () => document.activeElement?.shadowRoot?.activeElement?.getAttribute('data-id') === 'price',
      );
      expect(taken).to.deep.equal(['approve stage']);
      expect(api.callsTo('POST', /approve$/)).to.have.length(1);
    });
  }

  it('take no letter that is typed, nor one with a modifier, and bring a hidden card into sight first', async () => {
    const { page, taken, api } = await openWith(stage());
    const field = page.getByLabel('Your question');
    await field.pressSequentially('a real question');
    await page.locator('.proposal').focus();
    await page.keyboard.press('Control+a');
    await page.locator('.thread').evaluate(element => element.scrollTo(0, 0));
    await page.locator('.waiting').waitFor();
    await page.locator('.thread').focus();
    await page.keyboard.press('a');
    await page.waitForFunction(
      () => document.activeElement?.shadowRoot?.activeElement?.getAttribute('data-id') === 'stage',
    );
    expect(taken).to.deep.equal([]);
    expect(api.callsTo('POST', /approve/)).to.have.length(0);
    await page.keyboard.press('a');
    await page.locator('.proposal').getByText('Approved. It is waiting').waitFor();
    expect(await field.inputValue()).to.equal('a real question');
  });

  it('are reached from the empty composer and left and entered with arrows', async () => {
    const { page } = await openWith(stage(), price());
    await page.getByLabel('Your question').focus();
    await page.keyboard.press('ArrowUp');
    const focus = (id: string) =>
      page.waitForFunction(
        wanted => document.activeElement?.shadowRoot?.activeElement?.getAttribute('data-id') === wanted,
        id,
      );
    await focus('stage');
    await page.keyboard.press('ArrowDown');
    await focus('price');
    const hints = await page.locator('.key').allTextContents();
    expect(hints).to.deep.equal(['A', 'E', 'R']);
    expect(await page.locator('[data-id=price] .key').count()).to.equal(3);
    await page.keyboard.press('ArrowUp');
    await focus('stage');
  });

  it('show a changed record as a conflict with the difference, and are proposed again on the new value', async () => {
    const { page, api, taken } = await openWith(price());
    api.proposals.changed.set('price', [change('price', 'money', 12_000, 13_200)]);
    await page.locator('.proposal').focus();
    await page.keyboard.press('a');
    await page
      .getByText('The record was changed after this was proposed. Nothing was written.')
      .first()
      .waitFor();
    await page.getByText('Price: it was “12,000”, now it is “13,200”.').waitFor();
    expect(taken).to.deep.equal([]);
    await page.keyboard.press('a');
    expect(api.callsTo('POST', /approve$/)).to.have.length(1);
    await page.getByRole('button', { name: 'Use the new value and propose again' }).click();
    await page.locator('del').getByText('13,200').waitFor();
    expect(await focusedCard(page)).to.equal('price');
    await page.keyboard.press('a');
    await page.locator('.proposal').getByText('Approved. It is waiting').waitFor();
    expect(taken).to.deep.equal(['change price', 'approve price']);
  });

  it('whose write met a person’s change show what the record holds instead', async () => {
    const { page, api } = await openWith(price());
    const differences = [change('price', 'money', 12_000, 13_300)];
    const error = { code: 'record-changed', detail: 'x' };
    const conflict = { at: new Date().toISOString(), differences };
    await page.locator('.proposal').focus();
    await page.keyboard.press('a');
    await page.locator('.proposal').getByText('Approved. It is waiting').waitFor();
    api.proposals.update('price', { conflict, effect: effect('dead', { error }) });
    await page.locator('.proposal').getByText('it was “12,000”, now it is “13,300”').waitFor();
    expect(await page.getByRole('button', { name: 'Use the new value' }).count()).to.equal(0);
  });

  it('are approved together, each with an outcome of its own', async () => {
    const group = { groupId: 'g' };
    const { page, api, taken } = await openWith(stage('stage', group), price('price', group));
    api.proposals.changed.set('price', [change('price', 'money', 12_000, 13_200)]);
    await page.getByRole('region', { name: '2 proposed actions' }).waitFor();
    await page.getByRole('button', { name: 'Approve all' }).click();
    await page.locator('[data-id=stage]').getByText('Approved. It is waiting').waitFor();
    await page.locator('[data-id=price]').getByText('now it is “13,200”').waitFor();
    expect(taken).to.deep.equal(['approve stage']);
    expect(api.callsTo('POST', /approve$/)).to.have.length(1);
    expect(await page.getByRole('button', { name: 'Approve all' }).count()).to.equal(0);
  });

  it('show a long text beside the one it replaces, and are approved with a key only once it is unfolded', async () => {
    const [before, after] = ['Old line. ', 'New line. '].map(line => line.repeat(40).trim());
    const { page, taken } = await openWith(
      proposal('note', [change('text', 'text', before ?? '', after ?? '')], { id: 'long' }),
    );
    const [old, fresh] = [page.locator('[data-id=long] del'), page.locator('[data-id=long] ins')];
    expect(await old.textContent()).to.equal(before);
    expect(await fresh.textContent()).to.equal(after);
    expect(await page.locator('[data-id=long] .folded').count()).to.equal(2);
    await page.locator('.proposal').focus();
    await page.keyboard.press('a');
    await page.getByRole('button', { name: 'Show less' }).waitFor();
    expect(await page.locator('[data-id=long] .folded').count()).to.equal(0);
    expect(taken).to.deep.equal([]);
    await page.keyboard.press('a');
    await page.locator('.proposal').getByText('Approved. It is waiting').waitFor();
    expect(taken).to.deep.equal(['approve long']);
  });

  it('are not decided by keys while the menu of new actions is open', async () => {
    const { page, api, taken } = await openWith(stage());
    await page.getByRole('button', { name: 'New action' }).click();
    await page.waitForFunction(() => document.activeElement?.shadowRoot?.activeElement?.matches('.pick'));
    for (const key of ['a', 'r', 'e']) await page.keyboard.press(key);
    expect(await page.locator('.form').count()).to.equal(0);
    expect(await page.getByRole('button', { name: 'Approve' }).isEnabled()).to.equal(true);
    await page.keyboard.press('Escape');
    await page.locator('.proposal').focus();
    await page.keyboard.press('a');
    await page.locator('.proposal').getByText('Approved. It is waiting').waitFor();
    expect(taken).to.deep.equal(['approve stage']);
    expect(api.callsTo('POST', /proposals\//)).to.have.length(1);
  });

  it('are gone through with one key, past what was done and could be undone', async () => {
    const { page, api, taken } = await openWith(stage(), price());
    await page.locator('[data-id=stage]').focus();
    await page.keyboard.press('a');
    await until('it is taken', () => taken.length === 1);
    api.proposals.update('stage', { effect: done() });
    await page.locator('[data-id=stage]').getByRole('button', { name: 'Undo' }).waitFor();
    expect(await focusedCard(page)).to.equal('stage');
    await page.keyboard.press('a');
    await page.waitForFunction(
      () => document.activeElement?.shadowRoot?.activeElement?.getAttribute('data-id') === 'price',
    );
    expect(taken).to.deep.equal(['approve stage']);
    await page.keyboard.press('a');
    await until('the next is taken', () => taken.length === 2);
    expect(taken).to.deep.equal(['approve stage', 'approve price']);
  });

  it('are brought into sight first where their head is cut off', async () => {
    const { page, taken } = await openWith(stage());
    await page.locator('.thread').evaluate(thread => {
      // Room below, so that the card can be moved up beyond the edge.
      const room = document.createElement('div');
      room.style.cssText = 'flex: none; height: 1000px';
      thread.append(room);
      const card = thread.querySelector('.proposal');
      if (!card) throw new Error('There is no card.');
      thread.scrollBy(0, card.getBoundingClientRect().top - thread.getBoundingClientRect().top + 20);
    });
    await page.locator('.thread').focus();
    await page.keyboard.press('a');
    await page.waitForFunction(
      () => document.activeElement?.shadowRoot?.activeElement?.getAttribute('data-id') === 'stage',
    );
    expect(await page.getByRole('button', { name: 'Approve' }).isEnabled()).to.equal(true);
    expect(taken).to.deep.equal([]);
  });

  it('keep the reason that is typed when its form is closed, and forget it when it is given up', async () => {
    const { page, api } = await openWith(stage());
    const reopen = async () => {
      await page.locator('.proposal').focus();
      await page.keyboard.press('r');
      return page.getByLabel('Why not?');
    };
    await (await reopen()).fill('too ear');
    await page.keyboard.press('Escape');
    expect(await (await reopen()).inputValue()).to.equal('too ear');
    await page.getByRole('button', { name: 'Cancel' }).click();
    expect(await (await reopen()).inputValue()).to.equal('');
    expect(api.callsTo('POST', /refuse/)).to.have.length(0);
  });

  it('are refused with a reason, and keep it', async () => {
    const { page, api } = await openWith(stage());
    await page.locator('.proposal').focus();
    await page.keyboard.press('r');
    await page.getByLabel('Why not?').fill('too early, a little');
    await page.keyboard.press('Enter');
    await page.locator('.proposal').getByText('Refused: too early, a little').waitFor();
    expect(api.callsTo('POST', /refuse$/)[0]?.body).to.deep.equal({ reason: 'too early, a little' });
    expect(await page.getByRole('button', { name: 'Approve' }).count()).to.equal(0);
  });

  it('lose nothing when the connection is gone: the same decision goes out again, under the same key', async () => {
    const { page, api, taken } = await openWith(stage());
    api.refuse(/POST .*approve/, 0, undefined, { times: 3 });
    await page.locator('.proposal').focus();
    await page.keyboard.press('a');
    await page.getByText('Cardwise cannot be reached. Your decision is kept.').waitFor();
    expect(taken).to.deep.equal([]);
    expect(await page.locator('.outcome').count()).to.equal(0);
    api.accept();
    await page.locator('.proposal').getByRole('button', { name: 'Try again' }).click();
    await page.locator('.proposal').getByText('Approved. It is waiting').waitFor();
    const keys = api.callsTo('POST', /approve$/).map(({ headers }) => headers['idempotency-key']);
    expect(keys).to.have.length.above(1);
    expect(new Set(keys)).to.have.property('size', 1);
  });

  it('say what somebody else has decided in the meantime', async () => {
    const { page, api } = await openWith(stage());
    api.proposals.update('stage', { state: 'refused', refusedReason: 'No' });
    await page.locator('.proposal').focus();
    await page.keyboard.press('a');
    await page.getByText('Somebody has already decided about this.').waitFor();
    await page.locator('.proposal').getByText('Refused: No').waitFor();
  });

  it('survive the card being closed and opened, decisions on their way included', async () => {
    const { page, api, taken } = await openWith(stage());
    const hold = gate();
    api.hold = { match: /POST .*approve/, until: hold.opened };
    await page.locator('.proposal').focus();
    await page.keyboard.press('a');
    await until('it is sent', () => api.callsTo('POST', /approve$/).length === 1);
    await page.evaluate(() => window.preview?.leave());
    hold.open();
    await until('it is taken', () => taken.length === 1);
    api.proposals.update('stage', { effect: effect('performing') });
    await enter(page, 2);
    await page.locator('.proposal').getByText('Being done now.').waitFor();
    api.proposals.update('stage', { effect: done() });
    await page.locator('.proposal').getByText('Done. Approved by').waitFor();
  });

  it('say why they cannot be undone, and what to do when nobody knows', async () => {
    const { page } = await openWith(
      proposal('note', [change('text', 'text', null, 'Asked twice')], {
        ...approved({ effect: done() }),
        undo: { way: 'none', possible: false, why: 'notes-cannot-be-deleted', state: null },
      }),
      price('lost', approved({ effect: effect('unknown') })),
      price(
        'dead',
        approved({
          effect: effect('dead', { error: { code: 'kommo-rejected', detail: 'price: too large' } }),
        }),
      ),
    );
    await page.getByText('It cannot be undone here: notes are deleted in the CRM itself.').waitFor();
    await page.locator('.proposal').getByText('It is not known whether this was done.').waitFor();
    await page.getByText('Look at the record in the CRM before you do it again.').waitFor();
    await page.locator('.proposal').getByText('All attempts failed. Nothing was changed.').waitFor();
    await page.getByText('price: too large').waitFor();
  });

  it('turn into expired ones when the API says so, and are proposed again', async () => {
    const { page, api } = await openWith(
      stage('stage', { expiresAt: new Date(Date.now() + 500).toISOString() }),
    );
    api.proposals.update('stage', { state: 'expired' });
    await page.locator('.proposal').getByText('Expired without a decision').waitFor();
    await page.getByRole('button', { name: 'Propose again' }).click();
    await page.getByRole('button', { name: 'Approve' }).waitFor();
    expect(api.callsTo('POST', /leads\/2\/proposals$/)[0]?.body).to.deep.equal({
      actions: [{ action: 'stage', arguments: {} }],
    });
  });
});
