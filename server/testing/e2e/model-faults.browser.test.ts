import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { type Harness, startHarness, until } from '../harness.ts';
import { type ModelServer, modelStep, startModelServer } from '../model-server.ts';
import { askInCard, type CardBrowser, type OpenCard, openCardBrowser } from './card-browser.ts';

describe('the lead card with a model that misbehaves', () => {
  let model: ModelServer;
  let harness: Harness;
  let browser: CardBrowser;
  let card: OpenCard;
  let page: Page;

  before(async function () {
    this.timeout(180_000);
    model = await startModelServer();
    const env = { OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-scripted', MODEL_TIMEOUT_MS: '4000' };
    harness = await startHarness({ env });
    browser = await openCardBrowser(harness);
    await harness.addDocument(
      harness.accounts[0],
      'delivery.md',
      'Delivery takes nine working days from the day of payment.',
      'text/markdown',
    );
    card = await browser.open(harness.accounts[0]);
    page = card.page;
    await page.locator('#question').waitFor();
  });
  afterEach(() => model.expectDone());
  after(async () => {
    await browser?.close();
    await harness?.close();
    await model?.close();
  });

  const lastAnswer = () => page.locator('article.answer').last();
  const retry = () => lastAnswer().getByRole('button', { name: 'Try again' });

  it('shows the words as they come and the citation when it is there', async () => {
    let release = () => {};
    const gate = new Promise<void>(open => {
      release = open;
    });
    model.script(modelStep.reply(['Delivery takes ', gate, 'nine working days [1].']));
    await askInCard(page, 'How long does delivery take?');
    await page.getByText('Delivery takes').last().waitFor();
    expect(await lastAnswer().innerText()).to.not.contain('nine working days');
    release();
    await lastAnswer().locator('.cite').waitFor();
    expect(await lastAnswer().innerText()).to.contain('nine working days');
  });

  const faults = [
    {
      name: 'a stream cut midway',
      step: () => modelStep.cut(['The first half']),
      sentence: /stopped in the middle/,
      kept: 'The first half',
    },
    { name: 'too many requests', step: () => modelStep.rateLimited('3'), sentence: /busy/, kept: null },
    { name: 'a server error', step: () => modelStep.serverError(), sentence: /not answering/, kept: null },
    {
      name: 'an answer that is no JSON',
      step: () => modelStep.invalidJson(),
      sentence: /could not be read/,
      kept: null,
    },
    {
      name: 'a model that says nothing',
      step: () => modelStep.neverAnswers(),
      sentence: /not answering/,
      kept: null,
    },
    {
      name: 'a model that falls silent midway',
      step: () => modelStep.reply(['The first half', new Promise(() => {})]),
      sentence: /not answering/,
      kept: 'The first half',
    },
  ];
  for (const { name, step, sentence, kept } of faults) {
    it(`after ${name}: a sentence, a retry, and what was kept`, async () => {
      model.script(step(), modelStep.reply('The whole answer at the second try.'));
      const question = `A question that meets ${name}.`;
      await askInCard(page, question);
      await retry().waitFor();
      const shown = await lastAnswer().innerText();
      expect(shown).to.match(sentence);
      if (kept !== null) expect(shown).to.contain(kept);
      await page.getByText(question).first().waitFor();
      await retry().click();
      await page.getByText('The whole answer at the second try.').last().waitFor();
      await page.reload();
      await page.getByText('The whole answer at the second try.').last().waitFor();
      expect(await page.getByText(question).count()).to.equal(1);
    });
  }

  it('stops within a second when the rep stops it, and keeps what was said', async () => {
    const before = model.calls.length;
    model.script(modelStep.reply(['Words before the stop. ', new Promise(() => {}), 'never said']));
    await askInCard(page, 'Tell me something long.');
    await lastAnswer().getByText('Words before the stop.').waitFor();
    const asked = Date.now();
    await page.keyboard.press('Escape');
    await model.calls[before]?.abandoned;
    expect(Date.now() - asked).to.be.lessThan(1000);
    await retry().waitFor();
    expect(await lastAnswer().innerText())
      .to.contain('Words before the stop.')
      .and.to.match(/stopped/i);
  });

  it('cancels the run when the rep goes to another card, and never shows its words there', async () => {
    const before = model.calls.length;
    model.script(modelStep.reply(['Words for the first lead only. ', new Promise(() => {})]));
    await askInCard(page, 'Keep talking.');
    await lastAnswer().getByText('Words for the first lead only.').waitFor();
    await page.locator('a.lead-link:not([aria-current])').first().click();
    await model.calls[before]?.abandoned;
    await page.locator('#question').waitFor();
    await page.locator('.empty, article').first().waitFor();
    expect(await page.getByText('Words for the first lead only.').count()).to.equal(0);
    expect(await page.locator('.card-widgets__widget-cardwise').count()).to.equal(1);
    expect(card.errors).to.deep.equal([]);
  });

  it('goes on where it was after the connection was lost and came back', async () => {
    let release = () => {};
    const gate = new Promise<void>(open => {
      release = open;
    });
    model.script(modelStep.reply(['Before the gap, ', gate, 'and after it.']));
    await askInCard(page, 'Survive a gap.');
    await lastAnswer().getByText('Before the gap,').waitFor();
    const calls = model.calls.length;
    harness.cutConnections();
    release();
    await lastAnswer().getByText('Before the gap, and after it.').waitFor();
    await until(() => model.calls.length === calls);
  });
});
