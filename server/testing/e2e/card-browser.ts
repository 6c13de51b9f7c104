import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { buildWidget } from '../../../widget/build/build-widget.ts';
import { launchBrowser } from '../../../widget/testing/browser.ts';
import type { Harness } from '../harness.ts';
import type { SandboxAccount } from '../sandbox-process.ts';

/** A lead card in a real browser, with the built archive in it and every request of the page on record. */
export interface OpenCard {
  page: Page;
  /** Addresses the page asked for, of whatever kind. */
  requests: string[];
  /** What the page threw. */
  errors: string[];
  close(): Promise<void>;
}

export interface CardBrowser {
  open(
    account: SandboxAccount,
    options?: { leadId?: number; width?: number; dark?: boolean },
  ): Promise<OpenCard>;
  close(): Promise<void>;
}

/** Builds the widget for this server, uploads it to both accounts as a developer would, and starts a browser. */
export async function openCardBrowser(harness: Harness): Promise<CardBrowser> {
  const outDir = await mkdtemp(join(tmpdir(), 'cardwise-widget-'));
  await buildWidget({ apiOrigin: harness.url, outDir });
  const archive = await readFile(join(outDir, 'widget.zip'));
  await rm(outDir, { recursive: true });
  for (const account of harness.accounts) {
    const answer = await harness.sandbox.control(
      account,
      'PUT',
      `/integrations/${harness.clientId}/archive`,
      archive,
    );
    if (!answer.ok) throw new Error(`The archive was refused: ${await answer.text()}`);
  }
  const browser: Browser = await launchBrowser();
  const contexts: BrowserContext[] = [];
  return {
    async open(account, { leadId, width = 1280, dark = false } = {}) {
      const context = await browser.newContext({
        viewport: { width, height: 900 },
        colorScheme: dark ? 'dark' : 'light',
      });
      contexts.push(context);
      const page = await context.newPage();
      const requests: string[] = [];
      const errors: string[] = [];
      page.on('request', request => requests.push(request.url()));
      page.on('pageerror', error => errors.push(error.message));
      await page.goto(leadId ? `${account.origin}/leads/detail/${leadId}` : account.leadCardUrl);
      return { page, requests, errors, close: () => context.close() };
    },
    async close() {
      for (const context of contexts) await context.close();
      await browser.close();
    },
  };
}

/** Types a question into the panel and sends it, as a rep would. */
export async function askInCard(page: Page, question: string): Promise<void> {
  const box = page.locator('#question');
  await box.fill(question);
  // Until the thread is there, nothing can be sent.
  await page.locator('button.send:enabled').waitFor();
  await box.press('Enter');
}
