import { expect } from 'chai';
import { type Browser, chromium, type Page } from 'playwright-core';
import { type Bench, clientId, openBench, widgetZip } from '../testing/kit.ts';

/** Notes what the page gives it and when, and shows what it drew. */
const script = `
define(['jquery', 'underscore', 'backbone', 'moment', 'twigjs', 'text', 'es6promise', 'store',
  'lib/components/base/modal', 'text!./templates/hello.twig', './lib/part.js', './lib/other'],
function ($, _, Backbone, moment, Twig, text, promise, store, Modal, hello, part, other) {
  var seen = window.seen = window.seen || [];
  return function () {
    var self = this;
    var made = { system: self.system(), params: self.params, name: self.i18n('widget.name'), version: self.get_version() };
    function note(what) { seen.push([what, APP.data.current_card && APP.data.current_card.id]); }
    this.callbacks = {
      render: function () {
        note('render');
        self.render_template({ caption: { class_name: 'sample-caption' }, body: '', render: hello },
          { name: made.name, part: part + other, user: APP.constant('user').name });
        return Promise.resolve(true);
      },
      bind_actions: function () { note('bind_actions'); return true; },
      init: function () {
        note('init');
        $.ajax('/api/v4/account').done(function (account) { window.accountName = account.name; });
        self.$authorizedAjax({ url: self.params.echo || '/ajax/page/boot', headers: { A: 'b' } })
          .always(function () { note('asked'); });
        return true;
      },
      destroy: function () { note('destroy'); },
      settings: function ($body) { note('settings'); $body.find('.widget-settings__desc-space').text(made.version); },
      onSave: function (data) { note('onSave ' + data.active + ' ' + data.fields.api_key); return true; },
      onInstall: function () { note('onInstall'); }
    };
    window.made = made;
    window.modelName = function () { return APP.data.current_card.model.get('lead[NAME]'); };
    return this;
  };
});`;

const files = {
  'script.js': script,
  'templates/hello.twig': '<p class="sample-hello">{{ name }} {{ part }} {{ user }}</p>',
  'lib/part.js': "define([], function () { return 'one'; });",
  'lib/other.js': "define([], function () { return 'two'; });",
};

describe('The lead card in a browser', function () {
  this.timeout(60_000);
  let browser: Browser;
  let bench: Bench;
  let page: Page;
  let foreign: string[];
  let failures: string[];

  before(async () => {
    process.env['AWS_EXECUTION_ENV'] ??= 'AWS_Lambda_nodejs20.x';
    const packed = await import('@sparticuz/chromium');
    browser = await chromium.launch({
      executablePath: process.env['CHROMIUM_PATH'] ?? (await packed.default.executablePath()),
      args: [
        ...['--no-sandbox', '--disable-background-networking', '--disable-component-update'],
        ...['--disable-sync', '--no-first-run'],
      ],
    });
  });
  after(() => browser?.close());

  beforeEach(async () => {
    bench = await openBench();
    await upload(clientId, files);
    await bench.control('POST', 'installs', { clientId });
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.setDefaultTimeout(10_000);
    foreign = [];
    failures = [];
    page.on('request', request => {
      const url = request.url();
      if (!url.startsWith(bench.first.origin) && !url.startsWith('data:')) foreign.push(url);
    });
    page.on('pageerror', error => failures.push(error.message));
  });
  afterEach(async () => {
    await page.close();
    await bench.close();
    expect(failures, 'errors of the page').to.deep.equal([]);
  });

  async function upload(id: string, given: Record<string, string>): Promise<void> {
    const answer = await bench.control('PUT', `integrations/${id}/archive`, widgetZip(given));
    expect(answer.status).to.equal(200);
  }
  const hello = '.card-widgets__widget-sample .card-widgets__widget__body .sample-hello';
  // Playwright runs the text in the page, whose types are not ours.
  const read = <T>(expression: string) => page.evaluate(expression) as Promise<T>;
  const seen = () => read<[string, number][]>('window.seen');
  const settled = (what: string, times: number) =>
    page.waitForFunction(
      `window.seen && window.seen.filter(one => one[0] === '${what}').length === ${times}`,
    );

  it('runs a widget the way the CRM does, and asks nothing of other origins itself', async () => {
    await page.goto(bench.first.leadCardUrl);
    await page.waitForSelector(hello);
    await settled('asked', 1);
    expect(await page.textContent(hello)).to.equal('name en onetwo Olga Brandt');
    const made = await read<{ system: object; params: object; version: string }>('window.made');
    expect(made.system).to.include({ area: 'lcard', amouser_id: 9_100_001, subdomain: 'northwind' });
    expect(made.params).to.include({
      widget_code: 'sample',
      oauth_client_uuid: clientId,
      status: 'installed',
    });
    expect((await seen()).map(([what]) => what)).to.have.members(['render', 'bind_actions', 'init', 'asked']);
    expect(await read('window.accountName')).to.equal('Northwind Coffee Equipment');
    expect(await read('window.modelName()')).to.equal(await page.textContent('.lead__name'));
    expect(foreign).to.deep.equal([]);
  });

  it('ends the widget of one card before it begins that of the next, without loading the page again', async () => {
    await page.goto(bench.first.leadCardUrl);
    await settled('init', 1);
    await read('window.same = true; $(document).on("page:changed", () => { window.changed = true; })');
    const next = page.locator('.lead-link:not([aria-current])').first();
    const id = Number(await next.getAttribute('data-lead-id'));
    await next.click();
    await settled('init', 2);
    const order = (await seen())
      .filter(([what]) => ['render', 'destroy'].includes(what))
      .map(([what]) => what);
    expect(order).to.deep.equal(['render', 'destroy', 'render']);
    expect((await seen()).findLast(([what]) => what === 'render')).to.deep.equal(['render', id]);
    expect(await read('window.same && window.changed')).to.equal(true);
    expect(page.url()).to.equal(`${bench.first.origin}/leads/detail/${id}`);
    expect(await page.locator('.card-widgets__widget-sample').count()).to.equal(1);
  });

  it('keeps a widget running beside one that throws and one that lacks a module', async () => {
    for (const [id, code, source] of [
      [
        'thrower',
        'thrower',
        'define([], function () { return function () { throw new Error("broken on purpose"); }; });',
      ],
      [
        'lacker',
        'lacker',
        'define(["no/such/module"], function () { return function () { return this; }; });',
      ],
    ] as const) {
      await bench.control('PUT', `integrations/${id}`, {
        clientSecret: 'x'.repeat(64),
        redirectUri: bench.redirectUri,
        name: code,
        widgetCode: code,
      });
      await upload(id, { 'script.js': source });
      await bench.control('POST', 'installs', { clientId: id });
    }
    await page.goto(bench.first.leadCardUrl);
    await page.waitForSelector(hello);
    await page.waitForSelector('.card-widgets__widget-thrower');
    await page.waitForSelector('.card-widgets__widget-lacker');
  });

  it('shows hostile text as text', async () => {
    await page.goto(bench.first.leadCardUrl);
    await page.click('.lead-link:has-text("onerror")');
    await page.waitForSelector('.lead__name:has-text("onerror")');
    expect(await page.locator('.main img[src="x"]').count()).to.equal(0);
    expect(await read('window.__hacked')).to.equal(undefined);
    expect(foreign).to.deep.equal([]);
  });

  it("lets another user in, in that user's language and with that user's leads", async () => {
    await page.goto(bench.first.leadCardUrl);
    await Promise.all([page.waitForEvent('load'), page.selectOption('#user-switch', '9100004')]);
    await page.waitForSelector('.empty');
    expect(await page.getAttribute('html', 'lang')).to.equal('ru');
    expect(await page.locator('.lead-link').count()).to.equal(2);
  });

  it('turns dark and stays so', async () => {
    await page.goto(bench.first.leadCardUrl);
    await page.click('#theme-toggle');
    await page.reload();
    expect(await page.getAttribute('html', 'data-color-scheme')).to.equal('dark');
  });

  it('shows an unsaved lead with the id 0', async () => {
    await page.goto(`${bench.first.origin}/leads/add`);
    await settled('render', 1);
    expect((await seen())[0]).to.deep.equal(['render', 0]);
  });

  it('installs and disables from the settings dialog', async () => {
    await bench.control('DELETE', `installs/${clientId}`);
    bench.hooks.received.length = 0;
    await page.goto(`${bench.first.origin}/settings/widgets`);
    await page.click('.tile[data-code=sample]');
    await settled('settings', 1);
    await page.fill('.modal.sample input[name=api_key]', 'k-1');
    await page.click('.modal.sample button.js-widget-install');
    await settled('onInstall', 1);
    await page.waitForSelector('.tile .badge_on');
    expect((await seen()).map(([what]) => what)).to.include('onSave Y k-1');
    expect(bench.hooks.received.map(({ path }) => path)).to.deep.equal(['/kommo/oauth/callback']);

    await page.click('.tile[data-code=sample]');
    await page.click('.modal.sample button.js-widget-uninstall');
    await page.waitForSelector('.tile .badge:not(.badge_on)');
    expect(bench.hooks.received.map(({ path }) => path)).to.include('/kommo/uninstall');
  });

  it('takes a note into the history', async () => {
    await page.goto(bench.first.leadCardUrl);
    await page.fill('#note-text', 'Written <b>here</b>');
    await page.click('.composer button');
    await page.waitForSelector('.note:has-text("Written <b>here</b>")');
  });

  it('fits three columns at 1280 pixels, and only the widgets on a phone', async () => {
    await page.goto(bench.first.leadCardUrl);
    await page.waitForSelector(hello);
    const columns = ['.card__lead', '.card__feed', '.card__widgets'];
    for (const column of columns) expect(await page.locator(column).isVisible(), column).to.equal(true);
    expect(await read('document.documentElement.scrollWidth')).to.equal(1280);
    await page.setViewportSize({ width: 390, height: 800 });
    expect(await Promise.all(columns.map(column => page.locator(column).isVisible()))).to.deep.equal([
      false,
      false,
      true,
    ]);
    expect(await read('document.querySelector(".card__widgets").clientWidth')).to.equal(390);
  });
});
