import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { CardBrowser } from '../server/testing/e2e/card-browser.ts';
import { leadOf, moveAsPerson, otherStages } from '../server/testing/e2e/proposal-steps.ts';
import type { Harness } from '../server/testing/harness.ts';

type Options = { harness: Harness; browser: CardBrowser; folder: string };

/** The panel with proposals: waiting in both colours, then one in conflict, then one undone. */
export async function pictureProposals({ harness, browser, folder }: Options): Promise<void> {
  const [account] = harness.accounts;
  const leadId = Number(account.leadCardUrl.split('/').pop());
  const session = await harness.session(account);
  const lead = await leadOf(harness, account, leadId);
  const [stage] = await otherStages(harness, account, lead);
  if (!stage) throw new Error('The pipeline has more than one stage.');
  const { pipelineId, statusId } = stage;
  const answer = await harness.fetch(session, `/v1/leads/${leadId}/proposals`, {
    method: 'POST',
    headers: { 'idempotency-key': randomUUID() },
    body: JSON.stringify({
      actions: [
        { action: 'stage', arguments: { pipelineId, statusId } },
        {
          action: 'note',
          arguments: { text: 'Dana wants the water softener in the offer, and delivery within the week.' },
        },
        {
          action: 'task-create',
          arguments: {
            text: 'Call Dana about the delivery date',
            dueAt: new Date(Date.now() + 86_400_000).toISOString(),
          },
        },
      ],
    }),
  });
  if (answer.status !== 201) throw new Error(`Not proposed: ${await answer.text()}`);

  const shoot = async (page: Page, name: string) => {
    // The pointer would leave a button in its hovered colours.
    await page.mouse.move(0, 0);
    await page.locator('.card-widgets__widget-cardwise').screenshot({ path: join(folder, `${name}.png`) });
  };
  const dark = await browser.open(account, { dark: true });
  await dark.page.locator('#theme-toggle').click();
  await dark.page.locator('.proposal').nth(2).waitFor();
  await shoot(dark.page, 'proposal-dark');
  await dark.close();

  const { page, close } = await browser.open(account);
  await page.locator('.proposal').nth(2).waitFor();
  await shoot(page, 'proposal-light');
  const card = page.getByRole('article', { name: 'Change the stage' });
  await moveAsPerson(harness, account, page, lead, statusId);
  await card.focus();
  await page.keyboard.press('a');
  const renew = card.getByRole('button', { name: 'Use the new value and propose again' });
  await renew.waitFor();
  await shoot(page, 'conflict-light');
  await renew.click();
  await renew.waitFor({ state: 'detached' });
  await page.keyboard.press('a');
  await card.getByText('Done.').waitFor();
  await page.keyboard.press('u');
  await card.getByText('Undone.').waitFor();
  await shoot(page, 'undo-light');
  await close();
}
