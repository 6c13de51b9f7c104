import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { askInCard, type CardBrowser } from '../server/testing/e2e/card-browser.ts';
import type { Harness } from '../server/testing/harness.ts';
import { type ModelServer, modelStep } from '../server/testing/model-server.ts';

type Options = { harness: Harness; browser: CardBrowser; model: ModelServer; folder: string };

/** At the width of a phone, light and dark: a draft with what the rules found in it, and what is remembered. */
export async function pictureMemory({ harness, browser, model, folder }: Options): Promise<void> {
  const [account] = harness.accounts;
  const leadId = Number(account.leadCardUrl.split('/').pop());
  const session = await harness.session(account);
  for (const [text, about] of [
    ['Decides together with her brother', 'contact'],
    ['Delivery only between eight and ten, because of the yard', 'lead'],
  ]) {
    const answer = await harness.fetch(session, `/v1/leads/${leadId}/memory`, {
      method: 'POST',
      headers: { 'idempotency-key': randomUUID() },
      body: JSON.stringify({ text, about }),
    });
    if (answer.status !== 201) throw new Error(`Not remembered: ${await answer.text()}`);
  }
  for (const dark of [false, true]) {
    const look = dark ? 'dark' : 'light';
    const { page, close } = await browser.open(account, { dark, width: 360 });
    await page.locator('#question').waitFor();
    if (dark) await page.locator('#theme-toggle').click();
    if (!dark) {
      model.script(
        modelStep.calls([
          {
            name: 'prepare_message',
            arguments: {
              text: 'Hello Dana! Two machines are 4 800 € a year. I will send you the contract tomorrow.',
              sources: [],
            },
          },
          {
            name: 'remember',
            arguments: { fact: 'The client compares us with Espresso Nord.', about: 'lead' },
          },
        ]),
        modelStep.reply('The message is ready for you to check.'),
      );
      await askInCard(page, 'Draft an answer for her.');
      await page.locator('.thread').getByText('The message is ready for you to check.').waitFor();
    }
    const card = page.getByRole('article', { name: 'Send a message to the client' });
    await card.waitFor();
    await card.scrollIntoViewIfNeeded();
    const panel = page.locator('.card-widgets__widget-cardwise');
    await page.mouse.move(0, 0);
    await panel.screenshot({ path: join(folder, `wording-${look}.png`) });
    await page.getByRole('button', { name: 'New action' }).click();
    await panel.screenshot({ path: join(folder, `menu-${look}.png`) });
    await page.getByRole('button', { name: 'What is remembered' }).click();
    await page.getByText('Decides together with her brother').waitFor();
    await page.mouse.move(0, 0);
    await panel.screenshot({ path: join(folder, `memory-${look}.png`) });
    await close();
  }
}
