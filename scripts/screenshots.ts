import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { closeTestDatabase } from '../server/testing/database.ts';
import { askInCard, openCardBrowser } from '../server/testing/e2e/card-browser.ts';
import { startHarness } from '../server/testing/harness.ts';
import { modelStep, startModelServer } from '../server/testing/model-server.ts';

/** `npm run screenshots [folder]`: the lead card as a rep sees it, at card width and whole, light and dark. */
const folder = process.argv[2] ?? fileURLToPath(new URL('../docs/images/', import.meta.url));
const documents = fileURLToPath(new URL('../server/testing/fixtures/knowledge/coffee/', import.meta.url));

const question = 'Dana asks about delivery and warranty. What can I tell her?';
const answer = [
  'You can answer Dana on both points:\n\n',
  '- **Delivery:** machines in stock leave within a few working days of the payment [1].\n',
  '- **Warranty:** it begins on the day of delivery, and for the Forte models on the day of installation [2].\n\n',
  'Her open question is whether the water softener is included, so settle that in the same message.',
];

await mkdir(folder, { recursive: true });
const model = await startModelServer();
const harness = await startHarness({ env: { OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'scripted' } });
const [account] = harness.accounts;
for (const [name, type] of [
  ['prices-and-delivery.md', 'text/markdown'],
  ['warranty-and-service.pdf', 'application/pdf'],
  ['faq.html', 'text/html'],
] as const) {
  await harness.addDocument(account, name, await readFile(join(documents, name)), type);
}
const browser = await openCardBrowser(harness);
for (const dark of [false, true]) {
  const look = dark ? 'dark' : 'light';
  const card = await browser.open(account, { dark });
  const { page } = card;
  await page.locator('.chip').first().waitFor();
  if (dark) await page.locator('#theme-toggle').click();
  await page.screenshot({ path: join(folder, `lead-card-${look}-empty.png`) });
  if (!dark) {
    model.script(modelStep.reply(answer));
    await askInCard(page, question);
  }
  await page.locator('article.answer .cite').first().waitFor();
  await page.locator('article.answer.live').waitFor({ state: 'detached' });
  await page.screenshot({ path: join(folder, `lead-card-${look}.png`) });
  await page
    .locator('.card-widgets__widget-cardwise')
    .screenshot({ path: join(folder, `panel-${look}.png`) });
  await page.locator('article.answer .source').first().click();
  await page.locator('.reader mark').waitFor();
  await page
    .locator('.card-widgets__widget-cardwise')
    .screenshot({ path: join(folder, `source-${look}.png`) });
  await card.close();
}
await browser.close();
await harness.close();
await model.close();
await closeTestDatabase();
