import { expect } from 'chai';
import { conversation, deletedCitation, leadCitation, slowAnswer, wholeAnswer } from '../../testing/demo.ts';
import { answer, FakeRun, question } from '../../testing/fake-run.ts';
import { ask, gate, leadCardSuite } from '../../testing/lead-card-page.ts';

describe('Asking in the lead card', () => {
  const { open } = leadCardSuite();

  it('shows the question at once, the steps, the answer as it comes, and its sources', async () => {
    const { page, api } = await open();
    const hold = gate();
    const reading = gate();
    api.script = () => [{ step: 'reading-lead' }, { hold: reading.opened }, ...slowAnswer(hold.opened)];
    const posted = gate();
    api.hold = { match: /POST .*messages/, until: posted.opened };
    await ask(page, 'When is the refund?');
    await page.getByText('Sending').waitFor();
    expect(await page.locator('.bubble').textContent()).to.equal('When is the refund?');
    expect(await page.getByLabel('Your question').inputValue()).to.equal('');
    posted.open();
    await page.getByText('Reading the lead').waitFor();
    reading.open();
    await page.getByText('of the goods').waitFor();
    hold.open();
    await page.getByRole('heading', { name: 'Sources' }).waitFor();
    expect(await page.locator('.prose').textContent()).to.match(/^The refund .* warehouse\s?1\s?\.$/s);
    expect(await page.getByRole('button', { name: 'Stop' }).count()).to.equal(0);
    const [call] = api.callsTo('POST', /messages$/);
    expect(call?.body).to.deep.equal({ text: 'When is the refund?', locale: 'en' });
    expect(call?.headers['idempotency-key']).to.match(/^[0-9a-f-]{36}$/);
  });

  it('works from question to source and back with the keyboard alone', async () => {
    const { page, api } = await open();
    api.script = () => wholeAnswer();
    await page.getByRole('button', { name: suggestions(0) }).waitFor();
    await page.locator('#elsewhere').focus();
    const focused = () =>
      page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.textContent ?? '');
    await page.keyboard.press('Tab');
    for (let step = 0; step < 5 && !(await focused()).includes(suggestions(0)); step += 1)
      await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Sources' }).waitFor();
    await page.getByRole('button', { name: 'Open source 1' }).first().focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Terms of sale 2026' }).waitFor();
    await page.locator('mark').waitFor();
    const inside = () =>
      page.evaluate(() =>
        Boolean(document.activeElement?.shadowRoot?.activeElement?.closest('[role=dialog]')),
      );
    for (const key of ['Tab', 'Tab', 'Tab', 'Shift+Tab', 'Shift+Tab']) {
      expect(await inside(), key).to.equal(true);
      await page.keyboard.press(key);
    }
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    const label = await page.evaluate(() =>
      document.activeElement?.shadowRoot?.activeElement?.getAttribute('aria-label'),
    );
    expect(label).to.equal('Open source 1: Terms of sale 2026');
  });

  it('marks the quoted words in the document and scrolls to them, not the page around', async () => {
    const { page, api } = await open({ lead: 0 });
    api.threads.set(2, conversation());
    await page.evaluate(() => {
      window.preview?.leave();
      return window.preview?.enter(2);
    });
    await page.getByRole('button', { name: 'Open source 1' }).first().click();
    const mark = page.locator('mark');
    await mark.waitFor();
    expect(await mark.textContent()).to.equal(
      'Refunds are paid back to the original means of payment within 5 working days',
    );
    expect(await page.getByText('Version 4').count()).to.equal(1);
    const seen = await mark.evaluate(element => {
      const page = element.closest('.page')?.getBoundingClientRect();
      const own = element.getBoundingClientRect();
      return Boolean(page && own.top >= page.top && own.bottom <= page.bottom);
    });
    expect(seen).to.equal(true);
    expect(await page.evaluate(() => window.scrollY)).to.equal(0);
  });

  it("shows a record's quote without asking for it, and says so when a document is gone", async () => {
    const { page, api } = await open({ lead: 0 });
    api.sources.set('cite-3', { ...sourceGone, id: 'cite-3' });
    api.threads.set(2, [
      question('?'),
      answer('As noted [2], and once [3].', { citations: [leadCitation, deletedCitation] }),
    ]);
    await page.evaluate(() => window.preview?.enter(2));
    await page.getByRole('button', { name: 'Open source 2' }).click();
    await page.getByRole('dialog', { name: 'Note by Olga Brandt' }).getByText('Client asked twice').waitFor();
    expect(await page.getByRole('dialog').textContent()).to.include('November 20, 2026');
    expect(api.callsTo('GET', /citations/)).to.have.length(0);
    await page.getByRole('button', { name: 'Back to the conversation' }).click();
    await page.getByRole('button', { name: 'Open source 3: Old price list (deleted)' }).click();
    await page.getByText('This document was deleted').waitFor();
  });

  for (const way of ['the button', 'Escape']) {
    it(`stops with ${way}, keeps what was written, and tries again`, async () => {
      const { page, api } = await open();
      const never = gate();
      api.script = () => slowAnswer(never.opened);
      await ask(page, 'Refund?');
      await page.getByText('of the goods').waitFor();
      if (way === 'Escape') await page.keyboard.press('Escape');
      else await page.getByRole('button', { name: 'Stop' }).click();
      await page.getByText('Stopped. What was written so far is kept.').waitFor();
      expect(api.callsTo('POST', /cancel$/)).to.have.length(1);
      expect(await page.locator('.prose').textContent()).to.include('of the goods');
      api.script = () => wholeAnswer();
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByRole('heading', { name: 'Sources' }).waitFor();
      expect(await page.locator('.question').count()).to.equal(1);
      expect(await page.locator('.answer').count()).to.equal(1);
    });
  }

  it('makes a new line with Shift+Enter and leaves Enter to an input method', async () => {
    const { page, api } = await open();
    const field = page.getByLabel('Your question');
    await field.fill('one');
    await field.press('Shift+Enter');
    await field.pressSequentially('two');
    expect(await field.inputValue()).to.equal('one\ntwo');
    await field.dispatchEvent('keydown', { key: 'Enter', isComposing: true });
    expect(api.callsTo('POST', /messages$/)).to.have.length(0);
  });

  it('counts down to the limit and does not send what is over it', async () => {
    const { page, api } = await open();
    const field = page.getByLabel('Your question');
    await field.fill('x'.repeat(3_999));
    await page.getByText('1 character left').waitFor();
    await field.fill('x'.repeat(4_002));
    await page.getByText('2 characters too many').waitFor();
    await field.press('Enter');
    expect(await page.getByRole('button', { name: 'Send' }).isDisabled()).to.equal(true);
    expect(api.callsTo('POST', /messages$/)).to.have.length(0);
  });

  it('joins an answer that is being written elsewhere, and leaves it to its owner', async () => {
    const { page, api } = await open({ lead: 0 });
    const hold = gate();
    const run = new FakeRun(question('Refund?'));
    api.runs.set(run.id, run);
    api.activeRunId = run.id;
    void run.play(slowAnswer(hold.opened));
    await page.evaluate(() => window.preview?.enter(2));
    await page.locator('.live .prose').getByText('of the goods').waitFor();
    await page.evaluate(() => window.preview?.leave());
    await page.evaluate(() => window.preview?.enter(2));
    hold.open();
    await page.getByRole('heading', { name: 'Sources' }).waitFor();
    expect(await page.locator('.question').count()).to.equal(1);
    expect(api.callsTo('POST', /cancel$/)).to.have.length(0);
  });
});

const suggestions = (at: number) => ['What is the next step with this client?'][at] ?? '';

const sourceGone = {
  kind: 'document' as const,
  deleted: true,
  document: { id: 'doc-3', title: 'Old price list', versionNumber: 1, isCurrentVersion: false },
  text: '',
  textStart: 0,
  start: 5,
  end: 9,
  quote: 'gone',
  language: null,
};
