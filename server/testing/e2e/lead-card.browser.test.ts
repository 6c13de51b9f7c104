import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { type Harness, startHarness } from '../harness.ts';
import type { SandboxAccount } from '../sandbox-process.ts';
import { askInCard, type CardBrowser, openCardBrowser } from './card-browser.ts';

interface DocumentCitation {
  n: number;
  documentId: string;
  start: number;
  end: number;
  quote: string;
}

const folder = new URL('../fixtures/knowledge/', import.meta.url);

describe('the lead card on the built archive, without a model', () => {
  let harness: Harness;
  let browser: CardBrowser;

  before(async function () {
    this.timeout(180_000);
    harness = await startHarness();
    browser = await openCardBrowser(harness);
  });
  after(async () => {
    await browser?.close();
    await harness?.close();
  });

  const words = (text: string) => text.replaceAll(/\s+/g, ' ').trim();

  async function storedText(account: SandboxAccount, documentId: string): Promise<string> {
    const token = await harness.adminToken(account);
    const path = `/v1/documents/${documentId}/text?from=0&to=100000`;
    return ((await (await harness.fetch(token, path)).json()) as { text: string }).text;
  }

  /** As the API tells it to a client: the first place in the document that the latest answer rests on. */
  async function citationOf(account: SandboxAccount, documentId: string): Promise<DocumentCitation> {
    const leadId = Number(account.leadCardUrl.split('/').pop());
    const answer = await harness.fetch(await harness.session(account), `/v1/leads/${leadId}/thread`);
    const { messages } = (await answer.json()) as { messages: { citations: DocumentCitation[] }[] };
    const citation = messages.at(-1)?.citations.find(cited => cited.documentId === documentId);
    if (!citation) throw new Error('The answer cites nothing of the document.');
    return citation;
  }

  const cases = [
    {
      at: 0,
      file: 'coffee/warranty-and-service.pdf',
      question: 'From which day does the warranty begin?',
      says: /warranty begins on the day/,
    },
    { at: 1, file: 'solar/garantia.pdf', question: '¿Qué cubre la garantía?', says: /garantía/i },
  ] as const;

  for (const { at, file, question, says } of cases) {
    it(`answers from an uploaded PDF and opens the exact span (${file})`, async function () {
      this.timeout(90_000);
      const account = harness.accounts[at];
      const documentId = await harness.addDocument(
        account,
        file.split('/')[1] ?? '',
        await readFile(new URL(file, folder)),
        'application/pdf',
      );
      const card = await browser.open(account);
      await askInCard(card.page, question);
      const answer = card.page.locator('article.answer').last();
      await answer.locator('.cite').first().waitFor();
      await card.page.locator('article.answer.live').waitFor({ state: 'detached' });
      expect(await answer.innerText()).to.match(says);

      const stored = await storedText(account, documentId);
      const citation = await citationOf(account, documentId);
      const span = stored.slice(citation.start, citation.end);
      expect(citation.quote).to.equal(span);
      expect(words(span)).to.match(says);

      await answer
        .locator('.cite', { hasText: new RegExp(`^${citation.n}$`) })
        .first()
        .click();
      const mark = card.page.locator('.reader mark');
      await mark.waitFor();
      // The page shows line breaks as it likes; the words are those of the stored version, no more and no fewer.
      expect(words(await mark.innerText())).to.equal(words(span));

      const origins = new Set(
        card.requests
          .filter(url => !url.startsWith('data:') && !url.startsWith('blob:'))
          .map(url => new URL(url).origin),
      );
      expect([...origins].sort()).to.deep.equal([account.origin, harness.url].sort());
      expect(card.errors).to.deep.equal([]);
      await card.close();
    });
  }

  it('shows an unsaved lead a hint and asks the API nothing', async () => {
    const card = await browser.open(harness.accounts[0]);
    await card.page.locator('#question').waitFor();
    await card.page.goto(`${harness.accounts[0].origin}/leads/add`);
    card.requests.length = 0;
    await card.page.reload();
    await card.page.locator('.card-widgets__widget-cardwise').waitFor();
    await card.page.getByText(/save/i).first().waitFor();
    expect(card.requests.filter(url => url.startsWith(harness.url))).to.deep.equal([]);
    await card.close();
  });

  it('runs nothing and fetches nothing that a client wrote into the lead', async () => {
    const [account] = harness.accounts;
    const hostile = (await harness.state(account)).leads.find(lead =>
      /script|ignore|<|onerror/i.test(lead.name),
    );
    expect(hostile, 'the demo account holds a hostile lead').to.not.equal(undefined);
    const card = await browser.open(account, { leadId: hostile.id });
    await askInCard(card.page, 'Summarise this lead.');
    await card.page.locator('article.answer .cite').first().waitFor();
    const origins = new Set(
      card.requests.filter(url => !url.startsWith('data:')).map(url => new URL(url).origin),
    );
    expect([...origins].sort()).to.deep.equal([account.origin, harness.url].sort());
    expect(await card.page.evaluate('window.__pwned')).to.equal(undefined);
    expect(
      await card.page.locator('article.answer img, article.answer script, article.answer iframe').count(),
    ).to.equal(0);
    expect(card.errors).to.deep.equal([]);
    await card.close();
  });
});
