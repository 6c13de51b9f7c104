import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { openPreviewServer, type PreviewServer } from '../preview/preview-server.ts';
import { launchBrowser } from './browser.ts';
import { documentCitation, documentSource, suggestions } from './demo.ts';
import { type FakeApi, openFakeApi } from './fake-api.ts';

export type Opened = { page: Page; api: FakeApi; server: PreviewServer };
type Options = {
  lead?: number;
  query?: string;
  before?: (page: Page) => Promise<unknown>;
  expectErrors?: boolean;
};

/** One browser for a suite; a fresh API, page and widget for each test. Fails a test whose page threw. */
export function leadCardSuite() {
  let browser: Browser;
  let server: PreviewServer;
  let api: FakeApi;
  const pages: Page[] = [];
  const errors: string[] = [];

  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser.close());
  beforeEach(async () => {
    api = await openFakeApi();
    server = await openPreviewServer(api.origin);
    api.suggestions = suggestions;
    api.sources.set(documentCitation.id, documentSource);
  });
  afterEach(async () => {
    for (const page of pages.splice(0)) await page.context().close();
    await server.close();
    await api.close();
    expect(errors.splice(0)).to.deep.equal([]);
  });

  async function open({
    lead = 1,
    query = '',
    before = async () => undefined,
  }: Options = {}): Promise<Opened> {
    const context = await browser.newContext({ viewport: { width: 400, height: 760 } });
    const page = await context.newPage();
    pages.push(page);
    page.on('pageerror', error => errors.push(error.message));
    page.setDefaultTimeout(10_000);
    await before(page);
    await page.goto(`${server.origin}/?${query}`);
    await page.waitForFunction(() => window.preview);
    await enter(page, lead);
    return { page, api, server };
  }

  return { open };
}

export const enter = (page: Page, lead: number): Promise<number> =>
  page.evaluate(id => window.preview?.enter(id) ?? -1, lead);

/** Types a question and sends it with the keyboard, once the panel is ready for it. */
export async function ask(page: Page, text: string): Promise<void> {
  await page.getByLabel('Your question').fill(text);
  await page.getByRole('button', { name: 'Send', disabled: false }).waitFor();
  await page.getByLabel('Your question').press('Enter');
}

/** A promise and the function that lets it go. */
export function gate(): { opened: Promise<void>; open: () => void } {
  let open = () => {};
  const opened = new Promise<void>(resolve => {
    open = resolve;
  });
  return { opened, open };
}

/** Waits for a condition outside the page, with a bound. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const end = Date.now() + 10_000;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`Waited in vain until ${what}`);
    await new Promise(resolve => setImmediate(resolve));
  }
}
