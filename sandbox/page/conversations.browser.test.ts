import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from '../testing/browser.ts';
import { type Json, jsonOf, until, widgetZip } from '../testing/kit.ts';
import { openRestBench, type RestBench } from '../testing/rest-kit.ts';
import { lacking, plain, templated, throwing } from '../testing/third-party.ts';

/** Where to put pictures of the page, for a person to look at. */
const pictures = process.env['SANDBOX_PICTURES'];

describe('The page, where its account is played with', function () {
  this.timeout(90_000);
  let browser: Browser;
  let bench: RestBench;
  let page: Page;
  let talkId: number;
  let leadId: number;
  let failures: string[];

  before(async () => {
    browser = await openBrowser();
  });
  after(() => browser?.close());
  beforeEach(async () => {
    bench = await openRestBench();
    const talk = await bench.firstOf('talks?filter[only_in_work]=1', 'talks');
    [talkId, leadId] = [Number(talk['talk_id']), Number(talk['entity_id'])];
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.setDefaultTimeout(15_000);
    failures = [];
    page.on('pageerror', error => failures.push(error.message));
  });
  afterEach(async () => {
    await page.close();
    await bench.close();
    expect(failures, 'errors of the page').to.deep.equal([]);
  });

  const picture = async (name: string) => {
    if (!pictures) return;
    mkdirSync(pictures, { recursive: true });
    await page.screenshot({ path: join(pictures, `${name}.png`) });
  };
  const go = (path: string) => page.goto(bench.first.origin + path);
  const read = <T>(expression: string) => page.evaluate(expression) as Promise<T>;

  it('lets the client write, and shows the client what comes back and the account how it was received', async () => {
    await go(`/messenger/${talkId}`);
    await page.fill('#client-text', 'Do you have <b>two</b> of them?');
    await page.press('#client-text', 'Enter');
    await page.waitForSelector('#client-view .message_out:has-text("Do you have <b>two</b> of them?")');
    const sent = await jsonOf(bench.send('POST', `talks/${talkId}/send_message`, { text: 'Three, even.' }));
    await page.waitForSelector(`[data-message-id="${sent['id']}"] .ticks_read`);
    await picture('messenger');
    await page.click('.messenger__head a');
    await page.waitForSelector('.feed .message:has-text("Three, even.") .ticks_read');
    await page.waitForSelector('.feed .message:has-text("Do you have <b>two</b>")');
  });

  it('presses a bot’s button as the client would, and goes on in a new talk once one is closed', async () => {
    const show = (value: string, buttons?: string[]) => ({
      handler: 'show',
      params: buttons ? { type: 'buttons', value, buttons } : { type: 'text', value },
    });
    const { id } = await jsonOf(
      bench.control('POST', 'bots', {
        name: 'Asker',
        source: [
          { question: [show('Shall I call?', ['Yes', 'Later'])], answer: [show('Then: {{message_text}}')] },
        ],
      }),
    );
    await go(`/messenger/${talkId}`);
    await bench.send('POST', `bots/${id}/run`, { entity_id: leadId, entity_type: 'leads' });
    await page.click('#client-view .choice:has-text("Yes")');
    await page.waitForSelector('#client-view .message_in:has-text("Then: Yes")');
    await bench.send('POST', `talks/${talkId}/close`, {});
    await page.waitForSelector('.messenger__head .badge');
    await page.fill('#client-text', 'One more thing');
    await page.click('.composer button');
    await page.waitForURL(url => !url.pathname.endsWith(`/${talkId}`));
    await page.waitForSelector('#client-view .message_out:has-text("One more thing")');
  });

  it('moves a lead by its stage, tells the hooks, and shows what others do without a reload', async () => {
    await bench.send('POST', 'webhooks', {
      destination: `${bench.hooks.origin}/account-hooks`,
      settings: ['status_lead', 'add_message'],
    });
    await go(`/leads/detail/${leadId}`);
    await page.selectOption('#stage-select', { index: 3 });
    await page.waitForFunction("!document.querySelector('#stage-select').disabled");
    const chosen = await page.inputValue('#stage-select');
    const lead = await jsonOf(bench.get(`leads/${leadId}`));
    expect(`${lead['pipeline_id']}/${lead['status_id']}`).to.equal(chosen);
    await read('window.same = true');
    await bench.control('POST', `talks/${talkId}/incoming`, { text: 'Anybody there?' });
    await page.waitForSelector('.feed .message:has-text("Anybody there?")');
    await bench.send('POST', `leads/${leadId}/notes`, [
      { note_type: 'common', params: { text: 'Over REST' } },
    ]);
    await page.waitForSelector('.note:has-text("Over REST")');
    expect(await read('window.same')).to.equal(true);
    await picture('card');
    await page.click('#theme-toggle');
    await picture('card-dark');
  });

  it('shows hooks and calls as they happen, by kind and by word, with what was in them', async () => {
    await bench.send('POST', 'webhooks', {
      destination: `${bench.hooks.origin}/account-hooks`,
      settings: ['add_message'],
    });
    await go('/live');
    await bench.control('POST', `talks/${talkId}/incoming`, { text: 'Needle in a haystack' });
    await bench.send('POST', `leads/${leadId}/notes`, [{ note_type: 'common', params: { text: 'Kept' } }]);
    await page.waitForSelector('.entry[data-kind=hook]');
    await page.click('.entry[data-kind=hook] summary');
    await page.waitForSelector('.entry[data-kind=hook] pre:has-text("message[add][0][text]")');
    await page.waitForSelector('.entry[data-kind=call]:has-text("/notes")');
    await picture('live');
    await page.click('.chip.kind_call');
    expect(await page.locator('.entry[data-kind=call]').count()).to.equal(0);
    await page.fill('#live-search', 'needle');
    expect(await page.locator('.entry').count()).to.be.greaterThan(0);
    await page.fill('#live-search', 'no such word');
    expect(await page.locator('.entry').count()).to.equal(0);
    expect(await read("document.body.innerText.includes('client_secret')")).to.equal(false);
  });

  it('keeps what hooks and calls carried from everybody but administrators', async () => {
    await go('/live');
    await bench.control('POST', `talks/${talkId}/incoming`, { text: 'Needle' });
    await Promise.all([page.waitForEvent('load'), page.selectOption('#user-switch', '9100003')]);
    await page.waitForSelector('.live .empty:visible');
    const answer = await read<{ entries: Json[] }>(
      "fetch('/ajax/page/live?since=0', {headers: {'X-Requested-With': 'XMLHttpRequest'}}).then(a => a.json())",
    );
    expect(answer.entries.length).to.be.greaterThan(0);
    for (const entry of answer.entries) expect(entry).to.have.all.keys('seq', 'kind');
    const put = await read<number>(
      "fetch('/ajax/page/archive?name=abc&code=abc', {method: 'PUT', headers: {'X-Requested-With': 'XMLHttpRequest'}}).then(a => a.status)",
    );
    expect(put).to.equal(403);
  });

  it('takes anybody’s archive by a form, and says what is wrong with a bad one', async () => {
    await go('/settings/widgets');
    const dir = join(bench.dataDir, 'uploads');
    mkdirSync(dir);
    writeFileSync(join(dir, 'widget.zip'), widgetZip(plain));
    writeFileSync(join(dir, 'bad.zip'), widgetZip({ 'script.js': null }));
    await page.setInputFiles('#upload input[type=file]', join(dir, 'bad.zip'));
    await page.click('#upload button');
    await page.waitForSelector('#upload li:has-text("script.js is missing")');
    await page.setInputFiles('#upload input[type=file]', join(dir, 'widget.zip'));
    await page.click('#upload button');
    await page.waitForSelector('#upload code:has-text("client_secret")');
    await page.waitForSelector('.tile[data-code=my_widget]');
    await picture('settings');
    await page.click('.tile[data-code=my_widget]');
    await page.click('.modal.my_widget button.js-widget-install');
    await page.waitForSelector('.tile .badge_on');
    await go(`/leads/detail/${leadId}`);
    await page.waitForSelector('.card-widgets__widget-my_widget .plain-body');
  });

  it('runs a templated widget and a plain one beside two that are broken', async () => {
    for (const [code, files] of Object.entries({ lacking, throwing, agency: templated, plain })) {
      await bench.control('PUT', `integrations/${code}`, {
        clientSecret: 'x'.repeat(64),
        redirectUri: bench.redirectUri,
        name: `Widget ${code}`,
        widgetCode: code,
      });
      const put = await bench.control('PUT', `integrations/${code}/archive`, widgetZip(files));
      expect(put.status, code).to.equal(200);
      await bench.control('POST', 'installs', { clientId: code });
    }
    await go(`/leads/detail/${leadId}`);
    await page.waitForSelector('.card-widgets__widget-plain .plain-body');
    await page.waitForSelector('.card-widgets__widget-agency .agency-panel');
    expect(await page.innerText('.agency-panel p')).to.equal(`Olga Brandt, lcard ${leadId}`);
    expect(await page.locator('.agency-panel i').allInnerTexts()).to.deep.equal(['Base', 'Plus']);
    for (const code of ['lacking', 'throwing']) {
      await page.waitForSelector(`.card-widgets__widget-${code}.card-widgets__widget_failed`);
    }
    const agency = await until(() => read<Json | undefined>('window.agency'), 'init');
    expect(agency).to.include({ same: true, card: true, entity: 'leads', type: 2, day: '01/01/1970' });
    expect(agency['byRef']).to.contain('value="5"');
    await page.click('.agency-open');
    await page.waitForSelector('.agency-modal h2:has-text("name en")');
    await picture('widgets');
    await page.keyboard.press('Escape');
    expect(await read('window.agencyClosed')).to.equal(true);
    await page.setViewportSize({ width: 360, height: 740 });
    await picture('narrow');
    expect(await read<number>('document.documentElement.scrollWidth')).to.equal(360);
  });
});
