import { expect } from 'chai';
import { type Json, jsonOf } from '../testing/kit.ts';
import { type Listener, openListener } from '../testing/listener.ts';
import { as, nth, openRestBench, priya, type RestBench, sam } from '../testing/rest-kit.ts';

interface Log {
  deliveries: { event: string; status: number | null; attempt: number }[];
  waiting: Json[];
}

describe('Account hooks', () => {
  let bench: RestBench;
  let listener: Listener;
  let lead: Json;

  const subscribe = (settings: string[], destination = listener.url) =>
    bench.send('POST', 'webhooks', { destination, settings });
  const settled = () => bench.control('POST', 'hooks/settled');
  const log = () => jsonOf<Log>(bench.control('GET', 'hooks'));
  const change = (body: Json) => bench.send('PATCH', `leads/${lead['id']}`, body);
  const received = (key: string) => listener.received.map(({ fields }) => fields.get(key));

  beforeEach(async () => {
    bench = await openRestBench();
    listener = await openListener();
    lead = await bench.firstOf('leads', 'leads');
  });
  afterEach(async () => {
    await bench.close();
    await listener.close();
  });

  it('tell of a move as update and as status, with the platform’s headers, account first', async () => {
    await subscribe(['update_lead', 'status_lead']);
    await change({ status_id: 143 });
    await settled();
    expect(received('leads[update][0][old_status_id]')).to.include(String(lead['status_id']));
    expect(received('leads[status][0][status_id]')).to.include('143');
    const [first] = listener.received;
    expect(first?.headers).to.include({
      'user-agent': 'amoCRM-Webhooks/3.0',
      'accept-encoding': 'gzip',
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect([...(first?.fields.keys() ?? [])].slice(0, 3)).to.deep.equal([
      'account[subdomain]',
      'account[id]',
      'account[_links][self]',
    ]);
  });

  it('come only to who listens to that kind of change', async () => {
    await subscribe(['note_lead']);
    await change({ price: 1 });
    await bench.send('POST', `leads/${lead['id']}/notes`, [{ note_type: 'common', params: { text: 'Hi' } }]);
    await settled();
    expect(received('leads[note][0][note][text]')).to.deep.equal(['Hi']);
  });

  it('follow every write: contacts, companies as contacts, tasks, links, and what a person does', async () => {
    await subscribe([
      ...['add_contact', 'update_contact', 'add_company', 'responsible_contact', 'delete_lead'],
      ...['restore_lead', 'add_task', 'update_task', 'delete_task', 'responsible_lead', 'add_lead'],
    ]);
    await bench.send('POST', 'contacts', [{ name: 'New Person' }]);
    await bench.send('POST', 'companies', [{ name: 'New Company' }]);
    await bench.send('POST', 'leads', [{ name: 'New Lead' }]);
    await bench.send('POST', 'tasks', [{ text: 'Call', complete_till: bench.now() + 60 }]);
    await settled();
    const { tasks } = await jsonOf<{ tasks: Json[] }>(bench.control('GET', 'records/tasks'));
    await bench.send('PATCH', `tasks/${tasks.at(-1)?.['id']}`, { is_completed: true });
    await bench.control('DELETE', `records/tasks/${tasks.at(-1)?.['id']}`);
    await change({ responsible_user_id: lead['responsible_user_id'] === sam ? priya : sam });
    await bench.control('DELETE', `records/leads/${lead['id']}`);
    expect((await bench.get(`leads/${lead['id']}`)).status).to.equal(204);
    expect(await bench.list('leads?with=only_deleted', 'leads')).to.have.lengthOf(1);
    await bench.control('POST', `records/leads/${lead['id']}/restore`);
    await settled();
    const events = (await log()).deliveries.map(({ event }) => event);
    expect(events).to.include.members([
      ...['contacts[add]', 'leads[add]', 'task[add]', 'task[update]', 'task[delete]'],
      ...['leads[responsible]', 'leads[delete]', 'leads[restore]'],
    ]);
    expect(received('contacts[add][0][type]')).to.include.members(['contact', 'company']);
    expect(received('task[update][0][action_close]')).to.include('1');
  });

  it('are signed by nobody, and by the person who made the change in the page', async () => {
    await subscribe(['update_lead']);
    await bench.control('PATCH', `records/leads/${lead['id']}`, { price: 77, userId: priya });
    await settled();
    expect(received('leads[update][0][modified_user_id]')).to.deep.equal([String(priya)]);
    expect(listener.received[0]?.headers).to.not.have.any.keys('x-signature', 'authorization');
  });

  it('try again after 5 and 15 minutes, then give up on a refusal', async () => {
    await subscribe(['update_lead']);
    listener.answer = 404;
    await change({ price: 2 });
    await settled();
    const attempts = [];
    for (const minutes of [5, 15, 15, 60]) {
      await bench.control('POST', 'clock', { advanceSeconds: minutes * 60 });
      await settled();
      attempts.push((await log()).deliveries.length);
    }
    expect(attempts).to.deep.equal([2, 3, 3, 3]);
  });

  it('try five times while the receiver is unwell', async () => {
    await subscribe(['update_lead']);
    listener.answer = 503;
    await change({ price: 2 });
    await settled();
    for (const minutes of [5, 15, 15, 60, 600]) {
      await bench.control('POST', 'clock', { advanceSeconds: minutes * 60 });
      await settled();
    }
    expect((await log()).deliveries.map(({ attempt }) => attempt)).to.deep.equal([1, 2, 3, 4, 5]);
  });

  it('count an answer that does not come within two seconds as 499', async () => {
    await subscribe(['update_lead']);
    listener.answer = 0;
    await change({ price: 2 });
    await settled();
    expect((await log()).deliveries.map(({ status }) => status)).to.deep.equal([499]);
  });

  it('stop after more than 100 bad answers within two hours', async () => {
    await subscribe(['update_lead']);
    listener.answer = 500;
    for (let n = 0; n < 101; n += 1) {
      await change({ price: n });
      await settled();
    }
    const hook = nth((await jsonOf<{ _embedded: Json }>(bench.get('webhooks')))._embedded['webhooks'], 0);
    expect(hook['disabled']).to.equal(true);
    listener.clear();
    await change({ price: 5000 });
    await settled();
    expect(listener.received).to.have.lengthOf(0);
  });

  it('can be doubled, dropped and held back on purpose', async () => {
    await subscribe(['update_lead']);
    await bench.control('POST', 'faults', { kind: 'hook-duplicate', times: 1 });
    await change({ price: 3 });
    await settled();
    expect(listener.received).to.have.lengthOf(2);
    await bench.control('POST', 'faults', { kind: 'hook-drop', times: 1 });
    await change({ price: 4 });
    await settled();
    expect(listener.received).to.have.lengthOf(2);
    await bench.control('POST', 'hooks/pause');
    await change({ price: 5 });
    expect(listener.received).to.have.lengthOf(2);
    await bench.control('POST', 'hooks/resume');
    await settled();
    expect(received('leads[update][0][price]')).to.deep.equal(['3', '3', '5']);
  });

  it('outlive a restart while they wait', async () => {
    await subscribe(['update_lead']);
    await bench.control('POST', 'hooks/pause');
    await change({ price: 6 });
    await bench.restart();
    await settled();
    expect(received('leads[update][0][price]')).to.deep.equal(['6']);
  });
});

describe('Subscribing to account hooks', () => {
  let bench: RestBench;
  before(async () => {
    bench = await openRestBench();
  });
  after(() => bench.close());

  const destination = 'https://api.example.com/kommo/hooks/3f1c0e5e9b';
  const post = (body: Json) => bench.send('POST', 'webhooks', body);

  it('answers 201 in the platform’s shape and replaces the settings of a known destination', async () => {
    const answer = await post({ destination, settings: ['add_lead'] });
    expect(answer.status).to.equal(201);
    expect(await jsonOf(answer)).to.have.all.keys(
      ...['id', 'destination', 'created_at', 'updated_at', 'account_id', 'created_by'],
      ...['sort', 'disabled', 'settings'],
    );
    await post({ destination, settings: ['note_lead'] });
    expect(await bench.list('webhooks', 'webhooks')).to.have.lengthOf(1);
    expect((await bench.firstOf('webhooks', 'webhooks'))['settings']).to.deep.equal(['note_lead']);
  });

  for (const url of ['not a url', 'ftp://example.com/', 'https://new.invalid/', 'https://nodots/']) {
    it(`refuses ${url} as an invalid URL`, async () => {
      const answer = await post({ destination: url, settings: ['add_lead'] });
      expect(answer.status).to.equal(400);
      expect(JSON.stringify(await answer.json())).to.include('"path":"destination.destination"');
    });
  }

  it('refuses unknown settings, people who are no administrators, and more than a hundred', async () => {
    expect((await post({ destination, settings: ['add_everything'] })).status).to.equal(400);
    expect((await post({ destination, settings: [] })).status).to.equal(400);
    const body = { destination, settings: ['add_lead'] };
    expect((await bench.send('POST', 'webhooks', body, as(sam))).status).to.equal(403);
    for (let n = 1; n < 100; n += 1) {
      await post({ destination: `${destination}/${n}`, settings: ['add_lead'] });
    }
    expect((await post({ destination: `${destination}/one-more`, settings: ['add_lead'] })).status).to.equal(
      422,
    );
  });

  it('is ended once: a second time it is unknown', async () => {
    expect((await bench.send('DELETE', 'webhooks', { destination })).status).to.equal(204);
    expect((await bench.send('DELETE', 'webhooks', { destination })).status).to.equal(404);
  });
});
