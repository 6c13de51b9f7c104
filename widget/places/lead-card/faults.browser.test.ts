import { expect } from 'chai';
import { conversation, documentCitation, slowAnswer } from '../../testing/demo.ts';
import { answer, question } from '../../testing/fake-run.ts';
import { ask, enter, gate, leadCardSuite, until } from '../../testing/lead-card-page.ts';

describe('When something goes wrong in the lead card', () => {
  const { open } = leadCardSuite();

  it('keeps a refused question, says why, and sends it again under the same key', async () => {
    const { page, api } = await open();
    api.refuse(/POST .*messages/, 429, 'too-many-requests', { headers: { 'Retry-After': '12' } });
    await ask(page, 'Refund?');
    await page.getByText('Try again in 12 seconds').waitFor();
    await page.getByText('Request req-42').waitFor();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('Yes.').first().waitFor();
    const keys = api.callsTo('POST', /messages$/).map(({ headers }) => headers['idempotency-key']);
    expect(keys).to.have.length(2);
    expect(keys[0]).to.equal(keys[1]);
    expect(await page.locator('.question').count()).to.equal(1);
  });

  it("puts a question that a proxy's page answered back into the composer, before what is there", async () => {
    const { page, api } = await open();
    api.refuse(/POST .*messages/, 502);
    await ask(page, 'First');
    await page.getByText('Something went wrong on our side').waitFor();
    await page.getByLabel('Your question').fill('Second');
    await page.getByRole('button', { name: 'Edit' }).click();
    expect(await page.getByLabel('Your question').inputValue()).to.equal('First\nSecond');
    expect(await page.locator('.unsent').count()).to.equal(0);
  });

  it('renews a session that ended early, once, and repeats the request', async () => {
    const { page, api } = await open();
    await page.getByRole('button', { name: 'next step' }).waitFor();
    api.endSessions();
    await ask(page, 'Refund?');
    await page.getByText('Yes.').first().waitFor();
    expect(api.callsTo('POST', /^\/session$/)).to.have.length(2);
    expect(api.callsTo('POST', /messages$/)).to.have.length(2);
    api.endSessions();
    api.refuse(/POST \/session/, 401, 'not-installed');
    await ask(page, 'And now?');
    await page.getByText('is not connected to this account yet').waitFor();
  });

  it('takes a dropped stream up again where it was, and skips what it cannot read', async () => {
    const { page, api } = await open();
    const hold = gate();
    const before = [{ say: 'It is ' }, 'noise' as const, { say: 'on its way' }, { hold: hold.opened }];
    api.script = () => [...before, 'cut', { say: ' [1].' }, { cite: documentCitation }];
    await ask(page, 'Refund?');
    await page.locator('.prose').getByText('on its way').waitFor();
    hold.open();
    await page.getByRole('button', { name: 'Open source 1' }).first().waitFor();
    expect(await page.locator('.prose').textContent()).to.match(/^It is on its way\s?1\s?\.$/);
    const [again] = api.callsTo('GET', /events$/);
    expect(Number(again?.headers['last-event-id'])).to.be.above(0);
    expect(api.callsTo('POST', /messages$/)).to.have.length(1);
  });

  it('says when the run cannot be reached again, and takes it up when asked', async () => {
    const { page, api } = await open({ before: page => page.clock.install() });
    const hold = gate();
    api.script = () => [{ say: 'It is' }, { hold: hold.opened }, 'cut', { say: ' done.' }];
    api.refuse(/GET .*events/, 0, undefined, { times: 99 });
    await ask(page, 'Refund?');
    await page.getByText('It is').first().waitFor();
    hold.open();
    await page.getByText('Reconnecting').waitFor();
    const lost = page.getByText('The connection was lost. What was written so far is kept.');
    for (let tries = 0; tries < 60 && !(await lost.isVisible()); tries += 1) await page.clock.runFor(500);
    await lost.waitFor();
    api.accept();
    expect(await page.locator('.prose').textContent()).to.equal('It is');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('It is done.').first().waitFor();
    expect(api.callsTo('POST', /retry$/)).to.have.length(0);
    expect(await page.locator('.answer').count()).to.equal(1);
  });

  it('shows what a failed answer kept and why it failed', async () => {
    const { page, api } = await open();
    api.script = () => [{ say: 'Half an answer' }, { fail: 'model-stream-cut' }];
    await ask(page, 'Refund?');
    await page.getByText('The AI model stopped in the middle').waitFor();
    expect(await page.locator('.prose').textContent()).to.equal('Half an answer');
    api.refuse(/POST .*retry/, 402, 'cap-reached');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('The spending limit of this account is reached').waitFor();
    await page.getByText('Half an answer').first().waitFor();
  });

  it('says that it is offline, keeps the text, and loads by itself once back', async () => {
    const { page, api } = await open({ lead: 0 });
    api.refuse(/GET .*thread/, 0, undefined, { times: 99 });
    await enter(page, 1);
    await page.getByText('Cardwise cannot be reached').waitFor();
    await page.context().setOffline(true);
    await page.getByText('You are offline').waitFor();
    api.accept();
    await page.context().setOffline(false);
    await page.getByText('Ask about this lead').first().waitFor();
    await page.getByRole('button', { name: 'next step' }).waitFor();
  });

  it('says that it is not installed, and opens the settings', async () => {
    const { page, api } = await open({ lead: 0 });
    api.refuse(/POST \/session/, 401, 'not-installed', { times: 2 });
    await enter(page, 1);
    await page.getByText('is not connected to this account yet').waitFor();
    expect(await page.getByLabel('Your question').isDisabled()).to.equal(true);
    await page.getByRole('button', { name: 'Open settings' }).click();
    expect(await page.locator('body[data-settings-opened]').count()).to.equal(1);
    expect(api.calls.every(({ path }) => path === '/session')).to.equal(true);
  });

  it('shows the history, but takes no question, when access must be renewed', async () => {
    const { page, api } = await open({ lead: 0 });
    api.session.state = 'reconnect-needed';
    api.threads.set(2, conversation());
    await enter(page, 2);
    await page.getByText('lost its access to this account').waitFor();
    await page.getByText('The refund is on its way').first().waitFor();
    expect(await page.getByLabel('Your question').isDisabled()).to.equal(true);
  });

  it('says when no model is connected, and marks an answer that only quotes', async () => {
    const { page, api } = await open({ lead: 0 });
    api.session.model = { kind: 'offline', name: '' };
    api.threads.set(2, [
      question('?'),
      answer('Quote. [1]', { offline: true, citations: [documentCitation] }),
    ]);
    await enter(page, 2);
    await page.getByText('No AI model is connected: answers quote your knowledge').waitFor();
    await page.getByText('Quoted from your knowledge').waitFor();
  });

  it('asks to save a new lead first, and calls nobody', async () => {
    const { page, api } = await open({ lead: 0 });
    await page.getByText('Save this lead first').waitFor();
    expect(api.calls).to.have.length(0);
  });

  it('does without suggestions', async () => {
    const { page, api } = await open({ lead: 0 });
    api.refuse(/GET .*suggestions/, 500, 'internal');
    await enter(page, 1);
    await ask(page, 'Refund?');
    await page.getByText('Yes.').first().waitFor();
    expect(await page.getByRole('alert').count()).to.equal(0);
  });

  it('says why a source cannot be opened, and opens it on a second try', async () => {
    const { page, api } = await open({ lead: 0 });
    api.threads.set(2, conversation());
    api.refuse(/GET .*citations/, 503, 'internal');
    await enter(page, 2);
    await page.getByRole('button', { name: 'Open source 1' }).first().click();
    await page.getByText('The source could not be opened').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Try again' }).click();
    await page.locator('mark').waitFor();
  });

  it('stops a question that the API has not taken yet', async () => {
    const { page, api } = await open();
    const never = gate();
    const posted = gate();
    api.script = () => slowAnswer(never.opened);
    api.hold = { match: /POST .*messages/, until: posted.opened };
    await ask(page, 'Refund?');
    await page.getByText('Sending').waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText('Stopping').waitFor();
    posted.open();
    await until('the run is cancelled', () => api.callsTo('POST', /cancel$/).length === 1);
    await page.getByText('Stopped').first().waitFor();
  });
});
