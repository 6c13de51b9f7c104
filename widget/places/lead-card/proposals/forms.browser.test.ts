import { expect } from 'chai';
import type { ProposalView } from '../../../api/proposal-types.ts';
import { change, choices, proposal } from '../../../testing/fake-proposals.ts';
import { gate, leadCardSuite } from '../../../testing/lead-card-page.ts';
import { enterWith, focusedCard } from '../../../testing/proposals-page.ts';

describe('Forms of proposals', () => {
  const { open } = leadCardSuite();
  const openWith = async (...views: ProposalView[]) => {
    const opened = await open({ lead: 0 });
    await enterWith(opened.page, opened.api, views);
    const sent = () => opened.api.callsTo('PATCH', /^\/proposals\//).map(({ body }) => body);
    return { ...opened, sent };
  };
  const edit = async (view: ProposalView) => {
    const opened = await openWith(view);
    await opened.page.locator('.proposal').focus();
    await opened.page.keyboard.press('e');
    await opened.page
      .getByRole('button', { name: 'Save changes' })
      .and(opened.page.locator(':enabled'))
      .waitFor();
    const save = async () => {
      await opened.page.getByRole('button', { name: 'Save changes' }).click();
      await opened.page.locator('.form').waitFor({ state: 'detached' });
      return (opened.sent()[0] as { arguments: unknown }).arguments;
    };
    return { ...opened, save };
  };
  const of = (action: ProposalView['action'], args: object) =>
    proposal(action, [change('text', 'text', null, 'x')], { id: 'p', arguments: { ...args } });

  it('change a task: text, time on the clock of the account, type, person', async () => {
    const { page, save } = await edit(of('task-create', { text: 'Call', dueAt: '2026-11-25T12:00:00.000Z' }));
    await page.getByLabel('Text').fill('Call Dana');
    // The account is in São Paulo, three hours behind.
    expect(await page.getByLabel('Due').inputValue()).to.equal('2026-11-25T09:00');
    await page.getByLabel('Due').fill('2026-11-26T15:30');
    await page.getByLabel('Type').selectOption('Meeting');
    await page.getByLabel('Responsible').selectOption('Ivan Petrov');
    expect(await save()).to.deep.equal({
      text: 'Call Dana',
      dueAt: '2026-11-26T18:30:00.000Z',
      taskTypeId: 2,
      responsibleUserId: 9100002,
    });
    expect(await focusedCard(page)).to.equal('p');
  });

  it('choose a stage by pipeline, with the reason of a loss', async () => {
    const { page, save } = await edit(of('stage', { pipelineId: 20, statusId: 200 }));
    const stage = page.getByRole('combobox', { name: 'Stage' });
    expect(
      await stage.locator('optgroup').evaluateAll(all => all.map(e => e.getAttribute('label'))),
    ).to.deep.equal(['Sales', 'Service']);
    await stage.selectOption('10 143');
    await page.getByLabel('Loss reason').selectOption('Too expensive');
    expect(await save()).to.deep.equal({ pipelineId: 10, statusId: 143, lossReasonId: 900 });
  });

  it('change a price', async () => {
    const price = await edit(of('price', { price: 100 }));
    await price.page.getByRole('spinbutton', { name: 'Price' }).fill('250');
    expect(await price.save()).to.deep.equal({ price: 250 });
  });

  it('take tags by name, separated by commas', async () => {
    const { page, save } = await edit(of('tags', { add: ['vip'], remove: [] }));
    await page.getByLabel('Add tags').fill('vip, spring , vip,');
    await page.getByLabel('Remove tags').fill('cold');
    expect(await save()).to.deep.equal({ add: ['vip', 'spring'], remove: ['cold'] });
  });

  it('change an email, and refuse an address that is none', async () => {
    const { page, save, sent } = await edit(
      of('email', { to: 'dana@example.com', subject: 'Offer', text: 'Hi' }),
    );
    await page.getByLabel('To', { exact: true }).fill('nobody');
    await page.getByRole('button', { name: 'Save changes' }).click();
    expect(sent()).to.deep.equal([]);
    await page.getByLabel('To', { exact: true }).fill('eva@example.com');
    await page.getByLabel('Subject').fill('Your offer');
    expect(await save()).to.deep.equal({ to: 'eva@example.com', subject: 'Your offer', text: 'Hi' });
  });

  for (const [name, fieldId, given, fill, expected] of [
    ['one of several', 51, { enumIds: [1] }, 'select', { enumIds: [2] }],
    ['yes or no', 52, null, 'yes', true],
    ['some of several', 53, { enumIds: [7] }, 'check', { enumIds: [7, 8] }],
    ['a day', 55, '2026-11-25', 'day', '2026-11-26'],
    ['a time', 54, '2026-11-25T12:00:00.000Z', 'time', '2026-11-26T18:30:00.000Z'],
  ] as const) {
    it(`fill a field of the account by its type: ${name}`, async () => {
      const { page, save } = await edit(of('field', { fieldId, value: given }));
      const label = choices.fields.find(({ id }) => id === fieldId)?.name ?? '';
      if (fill === 'select') await page.getByLabel(label).selectOption('Blue');
      if (fill === 'yes') await page.getByLabel(label).selectOption('Yes');
      if (fill === 'check') await page.getByLabel('Filter').check();
      if (fill === 'day') {
        expect(await page.getByLabel(label).inputValue()).to.equal('2026-11-25');
        await page.getByLabel(label).fill('2026-11-26');
      }
      if (fill === 'time') await page.getByLabel(label).fill('2026-11-26T15:30');
      expect(await save()).to.deep.equal({ fieldId, value: expected });
    });
  }

  it('save as a draft, which waits until it is approved', async () => {
    const { page, api, sent } = await edit(of('note', { text: 'x' }));
    await page.getByLabel('Text').fill('y');
    await page.getByRole('button', { name: 'Save as draft' }).click();
    await page.locator('.proposal .tag').getByText('Draft').waitFor();
    expect(sent()).to.deep.equal([{ arguments: { text: 'y' }, draft: true }]);
    await page.keyboard.press('a');
    await page.locator('.proposal').getByText('Approved. It is waiting').waitFor();
    expect(api.proposals.taken).to.deep.equal(['change p', 'approve p']);
  });

  it('keep what is typed when they are closed, or the card, and forget it when it is given up', async () => {
    const { page, api } = await edit(of('note', { text: 'x' }));
    const reopen = async () => {
      await page.locator('.proposal').focus();
      await page.keyboard.press('e');
      return page.getByLabel('Text');
    };
    await page.getByLabel('Text').fill('half a sentence');
    await page.keyboard.press('Escape');
    expect(await (await reopen()).inputValue()).to.equal('half a sentence');
    await page.evaluate(() => window.preview?.leave());
    await page.evaluate(() => window.preview?.enter(2));
    await page.locator('.proposal').waitFor();
    expect(await (await reopen()).inputValue()).to.equal('half a sentence');
    await page.getByRole('button', { name: 'Cancel' }).click();
    expect(await (await reopen()).inputValue()).to.equal('x');
    expect(api.callsTo('PATCH', /./)).to.have.length(0);
  });

  it('keep what is typed when it cannot be sent', async () => {
    const { page, api } = await edit(of('note', { text: 'x' }));
    api.refuse(/PATCH/, 502);
    await page.getByLabel('Text').fill('y');
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByText('Something went wrong on our side. Your decision is kept.').waitFor();
    expect(await page.getByLabel('Text').inputValue()).to.equal('y');
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.locator('.form').waitFor({ state: 'detached' });
    const keys = api.callsTo('PATCH', /./).map(({ headers }) => headers['idempotency-key']);
    expect(new Set(keys)).to.have.property('size', 1);
  });

  it('say when the choices cannot be loaded, and load them again', async () => {
    const { page, api } = await openWith(of('stage', {}));
    api.refuse(/GET .*choices/, 500, 'internal');
    await page.locator('.proposal').getByRole('button', { name: 'Edit' }).click();
    await page.locator('.form').getByText('Something went wrong').waitFor();
    await page.locator('.form').getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('combobox', { name: 'Stage' }).waitFor();
  });

  it('make a note from the menu beside the composer, which the key then approves', async () => {
    const { page, api } = await openWith();
    await page.getByRole('button', { name: 'New action' }).click();
    await page.locator('.pick').first().waitFor();
    await page.keyboard.press('Enter');
    await page.getByLabel('Text').fill('Wants the softener');
    await page.keyboard.press('Control+Enter');
    await page.getByRole('article', { name: 'Add a note' }).waitFor();
    await page.waitForFunction(() =>
      Boolean(document.activeElement?.shadowRoot?.activeElement?.matches('.proposal')),
    );
    await page.keyboard.press('a');
    await page.locator('.proposal').getByText('Approved. It is waiting').waitFor();
    expect(api.callsTo('POST', /leads\/2\/proposals$/)[0]?.body).to.deep.equal({
      actions: [{ action: 'note', arguments: { text: 'Wants the softener' } }],
    });
    expect(api.proposals.taken[0]).to.equal('create 1');
  });

  it('save an answer as a note, below what is typed there already', async () => {
    const { page } = await openWith();
    await page.getByRole('button', { name: 'New action' }).click();
    await page.getByRole('button', { name: 'Add a note' }).click();
    await page.getByLabel('Text').fill('My own words');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Save as note' }).click();
    const field = page.getByRole('region', { name: 'New action' }).getByLabel('Text');
    await field.waitFor();
    expect(await field.inputValue()).to.match(/^My own words\n\nThe refund is on its way/);
    expect(await field.inputValue()).to.not.match(/\[\d\]/);
  });

  it('propose once, however often the button is pressed', async () => {
    const { page, api } = await openWith();
    await page.getByRole('button', { name: 'Save as note' }).click();
    const hold = gate();
    api.hold = { match: /POST .*proposals/, until: hold.opened };
    await page.getByRole('button', { name: 'Propose' }).dblclick();
    hold.open();
    await page.getByRole('article', { name: 'Add a note' }).waitFor();
    expect(api.proposals.views).to.have.property('size', 1);
  });
});
