import type { Page } from 'playwright-core';
import type { ProposalView } from '../api/proposal-types.ts';
import { conversation } from './demo.ts';
import type { FakeApi } from './fake-api.ts';
import { enter } from './lead-card-page.ts';

/** Puts proposals under the last answer of lead 2 and enters its card. */
export async function enterWith(page: Page, api: FakeApi, proposals: ProposalView[]): Promise<void> {
  const thread = conversation();
  api.threads.set(2, thread);
  const messageId = thread.at(-1)?.id ?? null;
  api.proposals.add(...proposals.map(view => ({ ...view, messageId })));
  await enter(page, 2);
  if (proposals.length) await page.locator('.proposal').first().waitFor();
}

/** The id of the card that has focus. */
export const focusedCard = (page: Page): Promise<string | null> =>
  page.evaluate(
    () =>
      document.activeElement?.shadowRoot?.activeElement?.closest('.proposal')?.getAttribute('data-id') ??
      null,
  );
