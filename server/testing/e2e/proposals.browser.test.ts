import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { type Harness, startHarness } from '../harness.ts';
import type { SandboxAccount } from '../sandbox-process.ts';
import { type CardBrowser, openCardBrowser } from './card-browser.ts';
import { beginAction, chooseStage, type Lead, leadOf, moveAsPerson } from './proposal-steps.ts';

describe('proposals in the lead card, on the built archive', () => {
  let harness: Harness;
  let browser: CardBrowser;
  let account: SandboxAccount;
  let leadId = 0;

  before(async function () {
    this.timeout(180_000);
    harness = await startHarness();
    browser = await openCardBrowser(harness);
    account = harness.accounts[0];
    leadId = Number(account.leadCardUrl.split('/').pop());
  });
  after(async () => {
    await browser?.close();
    await harness?.close();
  });

  const lead = (): Promise<Lead> => leadOf(harness, account, leadId);
  const card = (page: Page, title: string) => page.getByRole('article', { name: title }).last();

  it('are made by hand, approved with one key, seen in the CRM, and undone', async function () {
    this.timeout(90_000);
    const opened = await browser.open(account);
    const { page } = opened;
    const before = await lead();
    await beginAction(page, 'Change the stage');
    const wanted = await chooseStage(harness, account, page, before);
    const proposal = card(page, 'Change the stage');
    await proposal.getByRole('button', { name: 'Approve' }).waitFor();
    expect((await lead()).status_id).to.equal(before.status_id);

    await page.keyboard.press('a');
    await proposal.getByText('Done.').waitFor({ timeout: 30_000 });
    expect((await lead()).status_id).to.equal(wanted.statusId);
    const link = await proposal.getByRole('link', { name: 'Open in the CRM' }).getAttribute('href');
    expect(link).to.equal(`${account.origin}/leads/detail/${leadId}`);

    await page.keyboard.press('u');
    await proposal.getByText('Undone. The earlier value is back.').waitFor({ timeout: 30_000 });
    expect((await lead()).status_id).to.equal(before.status_id);
    expect(opened.errors).to.deep.equal([]);
    await opened.close();
  });

  it('write a note of an answer, once, and say why it stays', async function () {
    this.timeout(90_000);
    const opened = await browser.open(account);
    const { page } = opened;
    await beginAction(page, 'Add a note');
    const text = `Wants the softener in the offer, ${Date.now()}`;
    await page.getByRole('region', { name: 'New action' }).getByLabel('Text').fill(text);
    await page.getByRole('button', { name: 'Propose' }).click();
    const proposal = card(page, 'Add a note');
    await proposal.getByRole('button', { name: 'Approve' }).dblclick();
    await proposal.getByText('It cannot be undone here').waitFor({ timeout: 30_000 });
    const notes = await page.evaluate(async id => {
      const answer = await fetch(`/api/v4/leads/${id}/notes?limit=250`);
      return ((await answer.json()) as { _embedded: { notes: { params: { text?: string } }[] } })._embedded
        .notes;
    }, leadId);
    expect(notes.filter(({ params }) => params.text?.includes(text))).to.have.length(1);
    await opened.close();
  });

  it('are a conflict when somebody edits the record in between, and go on from what it holds now', async function () {
    this.timeout(90_000);
    const opened = await browser.open(account);
    const { page } = opened;
    const before = await lead();
    await beginAction(page, 'Change the stage');
    const wanted = await chooseStage(harness, account, page, before);
    const proposal = card(page, 'Change the stage');
    await proposal.getByRole('button', { name: 'Approve' }).waitFor();
    const moved = await moveAsPerson(harness, account, page, before, wanted.statusId);

    await page.keyboard.press('a');
    await proposal.getByText('The record was changed after this was proposed.').waitFor();
    await proposal.getByText(moved.status, { exact: false }).first().waitFor();
    expect((await lead()).status_id).to.equal(moved.statusId);

    await proposal.getByRole('button', { name: 'Use the new value and propose again' }).click();
    // The conflict shows the new value as well: only without it is this the proposal made anew.
    await proposal.getByText('The record was changed after this was proposed.').waitFor({ state: 'hidden' });
    await proposal.locator('del').getByText(moved.status).waitFor();
    await page.keyboard.press('a');
    await proposal.getByText('Done.').waitFor({ timeout: 30_000 });
    expect((await lead()).status_id).to.equal(wanted.statusId);
    await opened.close();
  });

  it('are all there when the card is opened again', async function () {
    this.timeout(60_000);
    const opened = await browser.open(account);
    await opened.page.locator('.proposal').nth(2).waitFor();
    const files = opened.requests.filter(url => /\/upl\/.*\.js/.test(url)).map(url => url.split('/').pop());
    expect(files[0]).to.equal('script.js');
    expect(files[1]).to.match(/^proposals\.js\?v=[0-9a-f]{8}$/);
    expect(files).to.have.length(2);
    await opened.close();
  });
});
