import { join } from 'node:path';
import { expect } from 'chai';
import { DateTime } from 'luxon';
import type { Page } from 'playwright-core';
import { type Harness, startHarness, until } from '../harness.ts';
import { type ModelServer, modelStep, startModelServer } from '../model-server.ts';
import type { SandboxAccount } from '../sandbox-process.ts';
import { askInCard, type CardBrowser, openCardBrowser } from './card-browser.ts';
import { type Lead, leadOf, otherStages, type Stage } from './proposal-steps.ts';

/** `CARD_PICTURES=<folder>`: leaves a picture of each moment there. */
const pictures = process.env.CARD_PICTURES;
const zone = 'America/New_York';

describe('three things asked for at once, in the lead card', () => {
  let model: ModelServer;
  let harness: Harness;
  let browser: CardBrowser;
  let account: SandboxAccount;
  let asItWas: Lead;
  let wanted: Stage;

  before(async function () {
    this.timeout(180_000);
    model = await startModelServer();
    harness = await startHarness({ env: { OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-scripted' } });
    browser = await openCardBrowser(harness);
    account = harness.accounts[0];
    asItWas = await leadOf(harness, account, Number(account.leadCardUrl.split('/').pop()));
    const [stage] = await otherStages(harness, account, asItWas);
    if (!stage) throw new Error('The pipeline has more than one stage.');
    wanted = stage;
  });
  afterEach(() => model.expectDone());
  after(async () => {
    await browser?.close();
    await harness?.close();
    await model?.close();
  });

  const lead = () => leadOf(harness, account, asItWas.id);
  const card = (page: Page, title: string) => page.getByRole('article', { name: title }).last();
  async function shoot(page: Page, name: string): Promise<void> {
    if (!pictures) return;
    await page.mouse.move(0, 0);
    const panel = page.locator('.card-widgets__widget-cardwise');
    await panel.screenshot({ path: join(pictures, `${name}.png`) });
  }
  async function tasks(): Promise<{ text: string; complete_till: number; entity_id: number }[]> {
    const answer = await harness.sandbox.control(account, 'GET', '/records/tasks');
    return ((await answer.json()) as { tasks: { text: string; complete_till: number; entity_id: number }[] })
      .tasks;
  }

  it('come as a summary and two proposals, with the steps shown; both are carried out, and one is undone', async function () {
    this.timeout(120_000);
    const { page, errors, close } = await browser.open(account, { width: 360 });
    const tomorrow = DateTime.now().setZone(zone).plus({ days: 1 }).set({ hour: 10, minute: 0, second: 0 });
    const text = 'Call Dana about the softener';
    let release = () => {};
    const held = new Promise<void>(resolve => {
      release = resolve;
    });
    model.script(
      modelStep.calls([
        { name: 'prepare_stage', arguments: { stage: wanted.status } },
        { name: 'prepare_task', arguments: { text, due: tomorrow.toFormat("yyyy-MM-dd'T'HH:mm") } },
      ]),
      modelStep.reply([
        'Dana compares two machines and wants the softener in the offer [1]. ',
        held,
        'The move and the call are ready for you to approve.',
      ]),
    );
    await askInCard(page, `Summarise this, move it to ${wanted.status}, and call tomorrow at ten.`);

    // While the answer is still being written, what was done for it can be looked at.
    const steps = page.locator('.steps');
    await steps.getByText('2 steps').waitFor();
    expect(await steps.locator('li').first().isVisible(), 'collapsed').to.equal(false);
    await steps.getByText('2 steps').click();
    expect(await steps.locator('li').allInnerTexts()).to.deep.equal([
      'Prepared: Change the stage',
      'Prepared: Create a task',
    ]);
    await page.locator('article.answer.live').waitFor();
    await shoot(page, 'three-things-steps-360');
    release();
    await page.locator('article.answer').getByText('ready for you to approve').waitFor();
    await page.locator('article.answer.live').waitFor({ state: 'detached' });
    await page.locator('article.answer .cite').first().waitFor();

    await page.getByText('2 proposed actions').waitFor();
    expect((await lead()).status_id, 'nothing is done yet').to.equal(asItWas.status_id);
    await shoot(page, 'three-things-proposals-360');
    await page.getByRole('button', { name: 'Approve all' }).click();
    for (const title of ['Change the stage', 'Create a task'])
      await card(page, title).getByText('Done.').waitFor({ timeout: 30_000 });
    expect((await lead()).status_id).to.equal(wanted.statusId);
    const made = (await tasks()).filter(task => task.text === text);
    expect(made.map(task => ({ due: task.complete_till, of: task.entity_id }))).to.deep.equal([
      { due: Math.floor(tomorrow.toSeconds()), of: asItWas.id },
    ]);
    await shoot(page, 'three-things-done-360');

    await card(page, 'Change the stage').getByRole('button', { name: 'Undo' }).click();
    await card(page, 'Change the stage').getByText('Undone.', { exact: false }).waitFor({ timeout: 30_000 });
    expect((await lead()).status_id, 'the stage is back').to.equal(asItWas.status_id);
    expect(
      (await tasks()).filter(task => task.text === text),
      'the task stays',
    ).to.have.length(1);
    await shoot(page, 'three-things-undone-360');
    expect(errors).to.deep.equal([]);
    await close();
  });

  it('are all there in dark when the card is opened again, the steps in one line', async function () {
    this.timeout(60_000);
    const { page, errors, close } = await browser.open(account, { width: 360, dark: true });
    await page.locator('#theme-toggle').click();
    const steps = page.locator('.steps');
    await steps.getByText('2 steps').waitFor();
    expect(await steps.locator('li').first().isVisible()).to.equal(false);
    await until(async () => (await page.locator('.proposal').count()) === 2);
    await shoot(page, 'three-things-dark-360');
    await steps.getByText('2 steps').click();
    await steps.getByText('Prepared: Create a task').waitFor();
    await shoot(page, 'three-things-dark-steps-360');
    expect(errors).to.deep.equal([]);
    await close();
  });
});
