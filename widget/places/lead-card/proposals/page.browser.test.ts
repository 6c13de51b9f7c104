import { expect } from 'chai';
import type { Page } from 'playwright-core';
import type { ProposalView } from '../../../api/proposal-types.ts';
import { approved, change, done, effect, proposal } from '../../../testing/fake-proposals.ts';
import { ask, enter, leadCardSuite } from '../../../testing/lead-card-page.ts';
import { COUNTERS, leftovers, READABILITY } from '../../../testing/page-scripts.ts';
import { enterWith } from '../../../testing/proposals-page.ts';
import { hostileTexts } from '../../../ui/markdown/hostile-texts.ts';

const files = (requested: string[]) =>
  requested.filter(path => path.endsWith('.js') && path.includes('/upl/'));
const settled = (page: Page) => page.waitForFunction('left.timers.size === 0', undefined, { timeout: 1_000 });

const note = (text: string, more: Partial<ProposalView> = {}) =>
  proposal('note', [change('text', 'text', null, text)], more);
const price = (more: Partial<ProposalView> = {}) =>
  proposal('price', [change('price', 'money', 12_000, 14_500)], more);

/** One card in each state. */
const gallery = (): ProposalView[] => [
  note('Asked twice when the refund will arrive. '.repeat(12), { groupId: 'g' }),
  price({ groupId: 'g' }),
  price({ conflict: { at: '', differences: [change('price', 'money', 12_000, 13_200)] } }),
  note('Mine', { state: 'draft' }),
  price(approved({ effect: effect('queued') })),
  price(
    approved({ effect: effect('failed', { nextAttemptAt: new Date(Date.now() + 3_600_000).toISOString() }) }),
  ),
  price(approved({ effect: done() })),
  price(
    approved({ effect: effect('dead', { error: { code: 'kommo-rejected', detail: 'price: too large' } }) }),
  ),
  price(approved({ effect: effect('unknown') })),
  price({ state: 'refused', refusedReason: 'Too early' }),
  price({ state: 'expired' }),
];

describe('Proposals on the page', () => {
  const { open } = leadCardSuite();

  it('load their file with the first of them, once, and not before', async () => {
    const { page, api, server } = await open({ lead: 1 });
    await page.getByRole('button', { name: 'next step' }).waitFor();
    expect(files(server.requested)).to.have.length(1);
    api.proposals.add(price({ leadId: 2 }), price({ leadId: 3 }));
    await enter(page, 2);
    await page.locator('.proposal').waitFor();
    await enter(page, 3);
    await page.locator('.proposal').waitFor();
    expect(files(server.requested)).to.deep.equal([
      '/upl/cardwise/widget/script.js',
      '/upl/cardwise/widget/proposals.js',
    ]);
  });

  it('say when their file cannot be loaded, keep what was wanted, and leave the rest at work', async () => {
    const { page, api } = await open({ lead: 0 });
    await page.route(/proposals\.js/, route => route.abort());
    await enterWith(page, api, []);
    await page.getByRole('button', { name: 'Save as note' }).click();
    await page.getByText('The proposed actions could not be loaded.').waitFor();
    await ask(page, 'Still there?');
    await page.locator('.thread').getByText('Yes.').waitFor();
    await page.unroute(/proposals\.js/);
    await page.getByRole('button', { name: 'Try again' }).click();
    const field = page.getByRole('region', { name: 'New action' }).getByLabel('Text');
    await field.waitFor();
    expect(await field.inputValue()).to.include('The refund is on its way');
  });

  it('say when the list cannot be loaded, and load it again', async () => {
    const { page, api } = await open({ lead: 0 });
    api.proposals.add(price());
    api.refuse(/GET .*proposals/, 500, 'internal');
    await enter(page, 2);
    await page.getByText('The proposed actions could not be loaded.').waitFor();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('.proposal').waitFor();
  });

  it('leave nothing behind when the card is left in the middle of everything', async () => {
    const { page, api } = await open({ lead: 0, before: page => page.addInitScript(COUNTERS) });
    await enterWith(page, api, gallery());
    await page.evaluate(() => window.preview?.leave());
    await settled(page);
    const before = await page.evaluate(leftovers);
    await enter(page, 2);
    await page.locator('.proposal').first().waitFor();
    await page.locator('.proposal').first().focus();
    await page.keyboard.press('e');
    await page.locator('.form').waitFor();
    await page.evaluate(() => window.preview?.leave());
    await settled(page);
    expect(await page.evaluate(leftovers)).to.deep.equal(before);
  });

  it('show hostile text in every field as text: no element, no request, no script of it', async () => {
    const { page, api } = await open({ lead: 0 });
    const asked: string[] = [];
    page.on('request', request => asked.push(new URL(request.url()).hostname));
    const all = hostileTexts.join('\n');
    const hostile = proposal(
      'email',
      [change('text', 'text', all, all), change(all, 'choice', all, all, all)],
      {
        target: { kind: 'contact', id: all, name: all },
        proposedBy: { kind: 'agent', name: all },
        conflict: { at: all, differences: [change(all, 'text', all, all, all)] },
        arguments: { to: all, subject: all, text: all },
      },
    );
    const url = 'javascript:window.hit=1';
    const performed = proposal('field', [change('field:1', 'choice', all, all, all)], {
      ...approved({
        effect: effect('dead', {
          error: { code: all, detail: all },
          result: { record: 'lead', recordId: all, url },
        }),
      }),
      approvedBy: { id: 1, name: all },
    });
    await enterWith(page, api, [hostile, performed, price({ state: 'refused', refusedReason: all })]);
    await page.locator('.proposal').first().getByRole('button', { name: 'Edit' }).click();
    await page.locator('.form').waitFor();
    expect(await page.evaluate('window.hit')).to.equal(undefined);
    const tags = await page
      .locator('.proposals')
      .evaluate(box => [...new Set([...box.querySelectorAll('*')].map(({ localName }) => localName))]);
    expect(tags).to.not.include.members(['img', 'script', 'iframe', 'a']);
    expect(new Set(asked)).to.deep.equal(new Set(['127.0.0.1']));
  });

  for (const dark of [false, true]) {
    it(`can be read and pressed by all in ${dark ? 'dark' : 'light'} colours`, async () => {
      const { page, api } = await open({ lead: 0, query: dark ? 'dark=1' : '' });
      await enterWith(page, api, gallery());
      await page.locator('.proposal').first().focus();
      await page.keyboard.press('e');
      await page.locator('.form').waitFor();
      expect(await page.evaluate(READABILITY)).to.deep.equal([]);
      await page.getByRole('button', { name: 'New action' }).click();
      await page.locator('.pick').first().waitFor();
      expect(await page.evaluate(READABILITY)).to.deep.equal([]);
    });
  }

  it('fit the panel at 360 and 280 pixels in every language', async () => {
    for (const lang of ['en', 'es', 'pt', 'ru']) {
      for (const width of [280, 360]) {
        const { page, api } = await open({ lead: 0, query: `width=${width}&lang=${lang}` });
        await enterWith(page, api, [...gallery(), note('x'.repeat(200), { approvedBy: null })]);
        await page.locator('.proposal').nth(1).focus();
        await page.keyboard.press('r');
        await page.locator('.form').waitFor();
        await page.locator('.composer .tool').click();
        await page.locator('.pick').nth(1).click();
        await page.locator('.making select').first().waitFor();
        for (const box of ['.thread', '.making', '.tray']) {
          const wider = await page.locator(box).evaluate(e => e.scrollWidth - e.clientWidth);
          expect(wider, `${box} ${lang} ${width}`).to.equal(0);
        }
        const cut = await page
          .locator('.proposal button, .making button')
          .evaluateAll(all => all.filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.textContent));
        expect(cut, `${lang} ${width}`).to.deep.equal([]);
        await page.context().close();
        api.proposals.views.clear();
      }
    }
  });
});
