import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { closeTestDatabase } from '../server/testing/database.ts';
import { askInCard, openCardBrowser } from '../server/testing/e2e/card-browser.ts';
import { startHarness } from '../server/testing/harness.ts';
import { modelStep, startModelServer } from '../server/testing/model-server.ts';
import { pictureMemory } from './picture-memory.ts';
import { pictureProposals } from './picture-proposals.ts';

/**
 * `npm run screenshots [-- <folder>] [--all]`: the lead card as a rep sees it, light and dark, for the README, and the
 * panel with proposals: waiting, in conflict, undone; with
 * `--all` also before the first question, its panel alone, a source that is open, and at a phone's width a draft and what is
 * remembered.
 */
const [given] = process.argv.slice(2).filter(word => word !== '--all');
const all = process.argv.includes('--all');
const folder = given ?? fileURLToPath(new URL('../docs/images/', import.meta.url));
const documents = fileURLToPath(new URL('../server/testing/fixtures/knowledge/coffee/', import.meta.url));

const question = 'How long does delivery take, and when does the warranty begin?';

/** The scripted answer, with the numbers under which this very question found its sources. */
function answerTo(prompt: string): string[] {
  const blocks = [...prompt.matchAll(/<<< source (\d+) \w+\n([\s\S]*?)\n>>> source/g)];
  const numberOf = (words: string) => {
    const block = blocks.find(([, , text]) => text?.includes(words));
    if (!block) throw new Error(`The question found nothing that says "${words}".`);
    return block[1];
  };
  return [
    'You can answer Dana on both points:\n\n',
    `- **Delivery in Spain and Portugal takes 3 to 5 working days**, in the rest of the EU 6 to 9 [${numberOf('3 to 5 working days')}].\n`,
    `- **The warranty begins on the day of delivery**; for the Forte models when a technician puts the machine into operation [${numberOf('The warranty begins on the day of delivery')}].\n\n`,
    `She also wants to know whether the softener is included, so answer that in the same message [${numberOf('water softener included')}].`,
  ];
}

await mkdir(folder, { recursive: true });
const model = await startModelServer();
const harness = await startHarness({ env: { OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'scripted' } });
const [account] = harness.accounts;
for (const [name, title, type] of [
  ['prices-and-delivery.md', 'Prices and delivery.md', 'text/markdown'],
  ['warranty-and-service.pdf', 'Warranty and service.pdf', 'application/pdf'],
  ['faq.html', 'Frequently asked questions.html', 'text/html'],
] as const) {
  await harness.addDocument(account, title, await readFile(join(documents, name)), type);
}
const session = await harness.session(account);
const [lead] = (await harness.state(account)).leads;
// Asked once in the rep's private thread, which the pictures do not show, to learn the sources' numbers.
model.script(modelStep.reply('Seen.'));
await harness.ask(session, lead.id, question, { visibility: 'private' });
const prompt = model.calls[0]?.body as { messages: { content: string }[] } | undefined;
const answer = answerTo(prompt?.messages.at(-1)?.content ?? '');
const browser = await openCardBrowser(harness);
for (const dark of [false, true]) {
  const look = dark ? 'dark' : 'light';
  const card = await browser.open(account, { dark });
  const { page } = card;
  await page.locator('.chip').first().waitFor();
  if (dark) await page.locator('#theme-toggle').click();
  if (all && !dark) await page.screenshot({ path: join(folder, `lead-card-${look}-empty.png`) });
  if (!dark) {
    model.script(modelStep.reply(answer));
    await askInCard(page, question);
  }
  await page.locator('article.answer .cite').first().waitFor();
  await page.locator('article.answer.live').waitFor({ state: 'detached' });
  await page.screenshot({ path: join(folder, `lead-card-${look}.png`) });
  if (all) {
    const panel = page.locator('.card-widgets__widget-cardwise');
    await panel.screenshot({ path: join(folder, `panel-${look}.png`) });
    await page.locator('article.answer .source').first().click();
    await page.locator('.reader mark').waitFor();
    await panel.screenshot({ path: join(folder, `source-${look}.png`) });
  }
  await card.close();
}
await pictureProposals({ harness, browser, folder });
if (all) await pictureMemory({ harness, browser, model, folder });
await browser.close();
await harness.close();
await model.close();
await closeTestDatabase();
