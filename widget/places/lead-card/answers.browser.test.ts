import { expect } from 'chai';
import { conversation, fullAnswer } from '../../testing/demo.ts';
import { ask, gate, leadCardSuite, until } from '../../testing/lead-card-page.ts';

describe('Answers in the lead card', () => {
  const { open } = leadCardSuite();

  for (const clipboard of [true, false]) {
    it(`copies an answer without its marks ${clipboard ? 'with' : 'without'} a clipboard object`, async () => {
      const { page, api } = await open({
        lead: 0,
        before: page => page.addInitScript(fakeClipboard(clipboard)),
      });
      api.threads.set(2, conversation());
      await page.evaluate(() => window.preview?.enter(2));
      await page.getByRole('button', { name: 'Copy' }).click();
      await page.getByText('Copied').waitFor();
      const [text] = await page.evaluate(() => (window as unknown as { written: string[] }).written);
      expect(text).to.equal(fullAnswer.replace(/ \[\d\]/g, ''));
      expect(await page.locator('body > textarea').count()).to.equal(0);
    });
  }

  it('takes a rating, a reason with it, and takes it back when it cannot be saved', async () => {
    const { page, api } = await open({ lead: 0 });
    api.threads.set(2, conversation());
    await page.evaluate(() => window.preview?.enter(2));
    const up = page.getByRole('button', { name: 'Good answer' });
    await up.click();
    await page.getByText('Thank you, noted.').waitFor();
    expect(await up.getAttribute('aria-pressed')).to.equal('true');
    expect(api.callsTo('PUT', /feedback$/)[0]?.body).to.deep.equal({ rating: 'up' });
    await up.click();
    await until('the rating is withdrawn', () => api.callsTo('DELETE', /feedback$/).length === 1);

    await page.getByRole('button', { name: 'Bad answer' }).click();
    await page.getByLabel('It is out of date').check();
    await page.getByLabel('Comment').fill('Prices of 2024');
    await page.getByRole('button', { name: 'Send feedback' }).click();
    await until('the reason is sent', () => api.callsTo('PUT', /feedback$/).length === 2);
    expect(api.callsTo('PUT', /feedback$/)[1]?.body).to.deep.equal({
      rating: 'down',
      reason: 'outdated',
      comment: 'Prices of 2024',
    });

    api.refuse(/PUT .*feedback/, 500, 'internal');
    await up.click();
    await page.getByText('Your feedback could not be saved.').waitFor();
    expect(await up.getAttribute('aria-pressed')).to.equal('false');
  });

  it('loads earlier messages and keeps the place of the reader', async () => {
    const { page, api } = await open({ lead: 0 });
    api.threads.set(2, [...conversation(), ...conversation()]);
    api.earlier = conversation().map(message => ({
      ...message,
      author: { ...message.author, name: 'Ivan Petrov', id: 5 },
    }));
    await page.evaluate(() => window.preview?.enter(2));
    const first = page.locator('.question').first();
    await page.getByRole('button', { name: 'Show earlier messages' }).scrollIntoViewIfNeeded();
    await first.evaluate(element => element.setAttribute('data-first', ''));
    const top = () =>
      page.locator('[data-first]').evaluate(element => Math.round(element.getBoundingClientRect().top));
    const before = await top();
    await page.getByRole('button', { name: 'Show earlier messages' }).click();
    await page.getByText('Ivan Petrov').first().waitFor();
    expect(Math.abs((await top()) - before)).to.be.below(60);
    expect(api.callsTo('GET', /thread$/)[1]?.query).to.include(`before=${api.threads.get(2)?.[0]?.id}`);
  });

  it('reads out finished sentences once, not every word', async () => {
    const { page, api } = await open();
    const hold = gate();
    api.script = () => [{ say: 'One is' }, { say: ' done. Two' }, { hold: hold.opened }, { say: ' too.' }];
    await ask(page, '?');
    const log = page.getByRole('log');
    await log.getByText('One is done.').waitFor();
    expect(await log.textContent()).to.equal('One is done.');
    hold.open();
    await log.getByText('Two too.').waitFor();
    expect(await log.locator('p').allTextContents()).to.deep.equal(['One is done.', 'Two too.']);
  });
});

/** As source: what the loader adds to functions does not exist in the page. */
const fakeClipboard = (present: boolean): string => `
  window.written = [];
  const fake = { writeText: async text => void written.push(text) };
  Object.defineProperty(navigator, 'clipboard', { value: ${present} ? fake : undefined });
  document.execCommand = () => written.push(document.activeElement.value) > 0;`;
