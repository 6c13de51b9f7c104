import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { conversation } from '../../../testing/demo.ts';
import { fact } from '../../../testing/fake-memory.ts';
import { enter, leadCardSuite } from '../../../testing/lead-card-page.ts';

const focused = (page: Page) =>
  page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.className ?? null);

describe('What is remembered', () => {
  const { open } = leadCardSuite();
  const thread = conversation();
  async function openWith(...facts: ReturnType<typeof fact>[]) {
    const opened = await open({ lead: 0 });
    opened.api.threads.set(2, thread);
    opened.api.facts.push(...facts);
    await enter(opened.page, 2);
    return opened;
  }
  async function show(page: Page) {
    await page.getByRole('button', { name: 'New action' }).click();
    await page.getByRole('button', { name: 'What is remembered' }).click();
    return page.getByRole('region', { name: 'What is remembered' });
  }

  it('is shown with the question it came from, corrected in place, and forgotten', async () => {
    const [question] = thread;
    const { page, api } = await openWith(
      fact('Decides with her brother', { messageId: question?.id ?? null, origin: 'model' }),
      fact('Prefers mornings', { about: 'contact', isPrivate: true }),
    );
    const panel = await show(page);
    const [first, second] = [panel.getByRole('listitem').nth(0), panel.getByRole('listitem').nth(1)];
    await first.getByText('Decides with her brother').waitFor();
    await first.getByText(`From the question “${question?.text.slice(0, 40)}`).waitFor();
    await second.getByText('About the client').waitFor();
    await second.getByText('Only you see this.').waitFor();
    await first.getByRole('button', { name: 'Edit' }).click();
    await panel.getByRole('textbox').fill('Decides with her sister');
    await panel.getByRole('button', { name: 'Save changes' }).click();
    await first.getByText('Decides with her sister').waitFor();
    expect(api.callsTo('PATCH', /memory/)[0]?.headers['idempotency-key']).to.match(/^[\w-]{36}$/);
    expect(await focused(page)).to.equal('memory');
    await second.getByRole('button', { name: 'Forget' }).click();
    await panel.getByText('Prefers mornings').waitFor({ state: 'detached' });
    expect(api.facts.map(({ text }) => text)).to.deep.equal(['Decides with her sister']);
  });

  it('that is a suggestion is kept with one press', async () => {
    const { page, api } = await openWith(fact('Wants it in May', { isSuggested: true, origin: 'model' }));
    const panel = await show(page);
    await panel.getByText('This is a suggestion.').waitFor();
    await panel.getByRole('button', { name: 'Keep' }).click();
    await panel.getByText('This is a suggestion.').waitFor({ state: 'detached' });
    expect(api.facts[0]).to.include({ text: 'Wants it in May', isSuggested: false });
  });

  it('is forgotten as a whole after a second press alone', async () => {
    const { page, api } = await openWith(fact('One'), fact('Two'));
    const panel = await show(page);
    await panel.getByRole('button', { name: 'Forget all' }).click();
    await panel.getByText('It cannot be brought back.').waitFor();
    expect(api.facts).to.have.length(2);
    await panel.getByRole('button', { name: 'Cancel' }).click();
    await panel.getByRole('button', { name: 'Forget all' }).click();
    await panel.getByRole('button', { name: 'Forget all' }).click();
    await panel.getByText('Nothing is remembered about this lead').waitFor();
    expect(api.callsTo('DELETE', /memory$/)).to.have.length(1);
  });

  it('says what went wrong, keeps what was typed, and is closed with Escape', async () => {
    const { page, api } = await openWith(fact('Prefers mornings'));
    api.refuse(/GET .*memory/, 502, 'kommo-unavailable');
    const panel = await show(page);
    await panel.getByRole('button', { name: 'Try again' }).click();
    await panel.getByText('Prefers mornings').waitFor();
    await panel.getByRole('button', { name: 'Edit' }).click();
    await panel.getByRole('textbox').fill('Prefers evenings');
    api.refuse(/PATCH .*memory/, 500, 'internal');
    await panel.getByRole('button', { name: 'Save changes' }).click();
    await panel.getByRole('alert').waitFor();
    expect(await panel.getByRole('textbox').inputValue()).to.equal('Prefers evenings');
    await panel.getByRole('textbox').press('Escape');
    await panel.getByRole('button', { name: 'Edit' }).focus();
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });
    expect(await page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.id)).to.equal(
      'question',
    );
  });
});
