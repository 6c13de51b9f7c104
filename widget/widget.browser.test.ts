import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { conversation, slowAnswer, wholeAnswer } from './testing/demo.ts';
import { answer, question } from './testing/fake-run.ts';
import { ask, enter, gate, leadCardSuite, until } from './testing/lead-card-page.ts';
import { COUNTERS, leftovers, READABILITY } from './testing/page-scripts.ts';
import { hostileTexts } from './ui/markdown/hostile-texts.ts';

/** The view library's own timers last 100 ms; ours would last longer than this waits. */
const settled = (page: Page) => page.waitForFunction('left.timers.size === 0', undefined, { timeout: 1_000 });

describe('The widget on the page', () => {
  const { open } = leadCardSuite();

  it('leaves nothing behind when the card is left in the middle of an answer', async () => {
    const { page, api } = await open({ lead: 0, before: page => page.addInitScript(COUNTERS) });
    const never = gate();
    api.script = () => slowAnswer(never.opened);
    await page.evaluate(() => window.preview?.leave());
    await settled(page);
    const before = await page.evaluate(leftovers);
    await enter(page, 1);
    await ask(page, 'Refund?');
    await page.getByText('of the goods').waitFor();
    await page.evaluate(() => window.preview?.leave());
    await until('the run is cancelled', () => api.callsTo('POST', /cancel$/).length === 1);
    await settled(page);
    expect(await page.evaluate(leftovers)).to.deep.equal(before);
  });

  it('cancels a run whose name comes only after the card was left', async () => {
    const { page, api } = await open({ lead: 0, before: page => page.addInitScript(COUNTERS) });
    const hold = gate();
    const never = gate();
    api.script = () => slowAnswer(never.opened);
    await page.evaluate(() => window.preview?.leave());
    await settled(page);
    const before = await page.evaluate(leftovers);
    await enter(page, 1);
    api.hold = { match: /POST .*messages/, until: hold.opened };
    await ask(page, 'Refund?');
    await page.getByText('Sending').waitFor();
    await until('the question is asked', () => api.callsTo('POST', /messages$/).length === 1);
    await page.evaluate(() => window.preview?.leave());
    expect(api.callsTo('POST', /cancel$/)).to.have.length(0);
    hold.open();
    await until('the run is cancelled', () => api.callsTo('POST', /cancel$/).length === 1);
    const [run] = api.runs.values();
    expect(api.callsTo('POST', /cancel$/)[0]?.path).to.equal(`/runs/${run?.id}/cancel`);
    await settled(page);
    expect(await page.evaluate(leftovers)).to.deep.equal(before);
  });

  it('waits three seconds for that name, and no longer', async () => {
    const { page, api } = await open({ before: page => page.clock.install() });
    const given: string[] = [];
    page.on('requestfailed', request => given.push(new URL(request.url()).pathname));
    const never = gate();
    api.hold = { match: /POST .*messages/, until: never.opened };
    await ask(page, 'Refund?');
    await until('the question is asked', () => api.callsTo('POST', /messages$/).length === 1);
    await page.evaluate(() => window.preview?.leave());
    await page.clock.runFor(2_000);
    expect(given).to.deep.equal([]);
    await page.clock.runFor(1_500);
    await until('the request is given up', () => given.length === 1);
    expect(given).to.deep.equal(['/v1/leads/1/messages']);
    never.open();
  });

  it('never shows the answer of one lead in the card of another', async () => {
    const { page, api } = await open();
    const hold = gate();
    api.script = () => slowAnswer(hold.opened);
    await ask(page, 'Refund?');
    await page.getByText('of the goods').waitFor();
    await page.getByLabel('Your question').fill('typed for lead 1');
    await page.evaluate(() => window.preview?.leave());
    await enter(page, 2);
    hold.open();
    await page.getByText('Ask about this lead').first().waitFor();
    await page.getByRole('button', { name: 'next step' }).waitFor();
    expect(await page.getByText('refund is on its way').count()).to.equal(0);
    expect(await page.getByLabel('Your question').inputValue()).to.equal('');
    expect(api.callsTo('POST', /cancel$/)).to.have.length(1);
    await page.evaluate(() => window.preview?.leave());
    await enter(page, 1);
    expect(await page.getByLabel('Your question').inputValue()).to.equal('typed for lead 1');
  });

  it('goes from card to card also where the page forgets to say so', async () => {
    const { page, api } = await open();
    const never = gate();
    api.script = () => slowAnswer(never.opened);
    await ask(page, 'Refund?');
    await page.getByText('of the goods').waitFor();
    await enter(page, 2);
    await page.getByRole('button', { name: 'next step' }).waitFor();
    expect(await page.getByText('refund is on its way').count()).to.equal(0);
    expect(await page.getByLabel('Your question').count()).to.equal(1);
  });

  it('mounts once, however often it is rendered, and keeps what is there', async () => {
    const { page } = await open();
    await page.getByLabel('Your question').fill('draft');
    await page.evaluate(() => Promise.all([window.preview?.renderAgain(), window.preview?.renderAgain()]));
    expect(await page.getByLabel('Your question').count()).to.equal(1);
    expect(await page.getByLabel('Your question').inputValue()).to.equal('draft');
    await page.evaluate(() => [window.preview?.destroyOnly(), window.preview?.destroyOnly()]);
    expect(await page.getByLabel('Your question').count()).to.equal(0);
  });

  it('is loaded with one request', async () => {
    const { page, server } = await open();
    await page.getByRole('button', { name: 'next step' }).waitFor();
    expect(server.requested.filter(path => path.startsWith('/upl/'))).to.deep.equal([
      '/upl/cardwise/widget/script.js',
    ]);
  });

  it("keeps its keys from the page's shortcuts", async () => {
    const { page } = await open({ before: page => page.addInitScript(COUNTERS) });
    await page.getByLabel('Your question').pressSequentially('abc');
    await page.keyboard.press('Escape');
    expect(await page.evaluate('left.keys')).to.equal(0);
  });

  it('lets no fault of its own out into the page', async () => {
    const { page } = await open({ lead: 0 });
    const answers = await page.evaluate<unknown[]>(`(async () => {
      preview.leave();
      window.APP = new Proxy({}, { get() { throw new Error('A page that changed'); } });
      return [await preview.renderAgain(), preview.destroyOnly()];
    })()`);
    expect(answers[0]).to.equal(true);
  });

  it("follows the page's colours", async () => {
    const { page } = await open({ lead: 1 });
    const colour = () =>
      page.getByRole('heading', { name: 'Ask about this lead' }).evaluate(e => getComputedStyle(e).color);
    const light = await colour();
    await page.evaluate(() => window.preview?.setDark(true));
    await page.waitForFunction(before => {
      const root = document.querySelector('#cardwise-lead-card > div')?.shadowRoot;
      const heading = root?.querySelector('h3');
      return heading && getComputedStyle(heading).color !== before;
    }, light);
  });

  it('is styled neither by the page, nor styles it', async () => {
    const { page } = await open();
    const size = await page.locator('#elsewhere').evaluate(e => getComputedStyle(e).fontSize);
    await page.addStyleTag({
      content: 'button { color: rgb(1, 2, 3) !important } #panel { text-transform: uppercase }',
    });
    const send = page.getByRole('button', { name: 'Send' });
    expect(await send.evaluate(e => getComputedStyle(e).color)).to.not.equal('rgb(1, 2, 3)');
    expect(
      await page
        .getByRole('heading')
        .first()
        .evaluate(e => getComputedStyle(e).textTransform),
    ).to.equal('none');
    expect(await page.locator('#elsewhere').evaluate(e => getComputedStyle(e).fontSize)).to.equal(size);
  });

  for (const dark of [false, true]) {
    it(`can be read and pressed by all in ${dark ? 'dark' : 'light'} colours`, async () => {
      const { page, api } = await open({ lead: 0, query: dark ? 'dark=1' : '' });
      const failed = {
        id: 'r',
        status: 'failed' as const,
        error: { code: 'internal', detail: '', retryable: true },
      };
      api.session.model = { kind: 'offline', name: '' };
      api.threads.set(2, [
        ...conversation(),
        question('?'),
        answer('> quoted `code`', { run: failed, offline: true }),
      ]);
      await enter(page, 2);
      await page.getByText('Sources').waitFor();
      await page.getByRole('button', { name: 'Bad answer' }).first().click();
      const faults = await page.evaluate(READABILITY);
      expect(faults).to.deep.equal([]);
    });
  }

  it('fits panels from 280 to 480 pixels', async () => {
    for (const width of [280, 360, 480]) {
      const { page, api } = await open({ lead: 0, query: `width=${width}&lang=ru` });
      api.threads.set(2, [
        ...conversation(),
        answer(`${'x'.repeat(90)}\n\n| a | b |\n|---|---|\n| ${'y '.repeat(40)} | z |`),
      ]);
      await enter(page, 2);
      await page.locator('.answer').nth(1).waitFor();
      const wider = await page
        .locator('.thread')
        .evaluate(element => element.scrollWidth - element.clientWidth);
      expect(wider, String(width)).to.equal(0);
    }
  });

  it('shows hostile text as text: no element, no request, no script of it', async () => {
    const { page, api } = await open({ lead: 0 });
    const asked: string[] = [];
    page.on('request', request => asked.push(new URL(request.url()).hostname));
    api.threads.set(2, [question(hostileTexts.join('\n')), answer(hostileTexts.join('\n\n'))]);
    await enter(page, 2);
    await page.getByRole('button', { name: 'Copy' }).waitFor();
    expect(await page.evaluate('window.hit')).to.equal(undefined);
    const tags = await page
      .locator('.thread')
      .evaluate(thread => [
        ...new Set([...thread.querySelectorAll('.prose *')].map(({ localName }) => localName)),
      ]);
    expect(
      'div p span a code pre ul ol li strong em del br hr table thead tbody tr th td blockquote'.split(' '),
    ).to.include.members(tags);
    expect(new Set(asked)).to.deep.equal(new Set(['127.0.0.1']));
  });

  it('stays at the end for who reads the end, and stays put for who reads above', async () => {
    const { page, api } = await open({ lead: 0 });
    api.threads.set(2, [...conversation(), ...conversation()]);
    await enter(page, 2);
    const hold = gate();
    const more = gate();
    api.script = () => [...wholeAnswer(), { hold: hold.opened }, { say: '\n\nMore.' }, { hold: more.opened }];
    await ask(page, 'Refund?');
    await page.getByText('Writing the answer').waitFor();
    const thread = page.locator('.thread');
    const fromEnd = () => thread.evaluate(e => Math.round(e.scrollHeight - e.scrollTop - e.clientHeight));
    expect(await fromEnd()).to.be.below(33);
    await thread.evaluate(element => element.scrollTo(0, 100));
    await page.getByRole('button', { name: 'Go to the latest message' }).waitFor();
    hold.open();
    await page.getByText('More.').first().waitFor();
    expect(await thread.evaluate(element => element.scrollTop)).to.equal(100);
    await page.getByRole('button', { name: 'Go to the latest message' }).click();
    expect(await fromEnd()).to.be.below(33);
    more.open();
  });

  it('says in the settings whether it is connected', async () => {
    const { page } = await open({ lead: 0, query: 'lang=en' });
    await page.evaluate(() => window.preview?.settings());
    await page.getByText('Connected. 12 documents are ready to be quoted.').waitFor();
    expect(await page.getByRole('link', { name: 'Open your leads' }).getAttribute('href')).to.equal(
      '/leads/',
    );
  });

  it('asks for nothing in the settings before it is installed', async () => {
    const { page, api } = await open({ lead: 0, query: 'status=install' });
    await page.evaluate(() => window.preview?.settings());
    await page.getByText('Press Install').waitFor();
    expect(api.calls).to.have.length(0);
  });

  it('is there soon after it is rendered', async function () {
    const { page } = await open({ lead: 0 });
    const times: number[] = [];
    for (let lead = 1; lead <= 5; lead += 1) {
      await page.evaluate(() => window.preview?.leave());
      times.push(await enter(page, lead));
      expect(await page.getByLabel('Your question').isEnabled()).to.equal(true);
    }
    const title = this.test?.title ?? '';
    if (this.test) this.test.title = `${title} (${times.map(ms => ms.toFixed(1)).join(', ')} ms)`;
  });
});
