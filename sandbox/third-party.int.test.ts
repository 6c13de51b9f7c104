import https from 'node:https';
import { connect } from 'node:net';
import { Client } from 'amocrm-js';
import { expect } from 'chai';
import { clientId, clientSecret, type Json } from './testing/kit.ts';
import { type List, nth, olga, openRestBench, type RestBench } from './testing/rest-kit.ts';

/**
 * Somebody else's client, unchanged, against the sandbox.
 *
 * It knows only `https://<account>.amocrm.ru`. Its sockets are led to the sandbox, which finds the account by the
 * Host header; no TLS in between, as the platform's certificate is not ours to show.
 */
class ToSandbox extends https.Agent {
  private readonly port: number;
  constructor(port: number) {
    super({ keepAlive: false });
    this.port = port;
  }
  override createConnection() {
    return connect(this.port, '127.0.0.1');
  }
}

describe('A client from the registry, amocrm-js', () => {
  let bench: RestBench;
  let client: Client;
  const ordinary = https.globalAgent;

  before(async () => {
    bench = await openRestBench();
    https.globalAgent = new ToSandbox(Number(new URL(bench.first.origin).port));
    const asked = await bench.control('POST', 'codes', { clientId, userId: olga });
    const { code } = (await asked.json()) as { code: string };
    client = new Client({
      domain: bench.first.subdomain,
      auth: { client_id: clientId, client_secret: clientSecret, redirect_uri: bench.redirectUri, code },
    });
  });
  after(async () => {
    https.globalAgent = ordinary;
    await bench.close();
  });

  const get = async (path: string, query?: Json) =>
    (await client.request.get<Json>(`/api/v4/${path}`, query)).data;
  const embedded = (body: unknown, key: string) => (body as List)._embedded[key] ?? [];

  it('trades a code for tokens and refreshes them', async () => {
    expect(await client.connection.connect()).to.equal(true);
    const first = client.token.getValue();
    await client.token.refresh();
    const second = client.token.getValue();
    expect(second?.access_token).to.be.a('string').and.not.equal(first?.access_token);
    expect(await get('account')).to.include({ subdomain: bench.first.subdomain });
  });

  it('reads leads page by page until there is no next one', async () => {
    const seen: unknown[] = [];
    const pages = await client.leads.get({ limit: 5 });
    for (let more: unknown = true; more && seen.length < 500; more = await pages.next()) {
      seen.push(...pages.getData().map(lead => lead.id));
    }
    const all = await bench.list('leads?limit=250', 'leads');
    expect(seen).to.deep.equal(all.map(({ id }) => id));
  });

  it('makes a lead, reads it back and changes it', async () => {
    const lead = new client.Lead({ name: 'From another client', price: 700 });
    await lead.create();
    expect(lead.id).to.be.a('number');
    lead.price = 900;
    await lead.update();
    const again = await client.leads.getById(lead.id as number);
    expect(again).to.include({ name: 'From another client', price: 900 });
  });

  it('adds notes and tasks, and completes one', async () => {
    const { id } = await bench.firstOf('leads', 'leads');
    const note = [{ note_type: 'common', params: { text: 'Noted elsewhere' } }];
    await client.request.post(`/api/v4/leads/${id}/notes`, note);
    expect(JSON.stringify(await bench.list(`leads/${id}/notes?limit=250`, 'notes'))).to.include(
      'Noted elsewhere',
    );
    const task = new client.Task({ text: 'Call', complete_till: bench.now() + 60 });
    await task.create();
    await client.request.patch(`/api/v4/tasks/${task.id}`, { is_completed: true, result: { text: 'Done' } });
    expect(await get(`tasks/${task.id}`)).to.include({ is_completed: true });
  });

  it('reads pipelines with their stages', async () => {
    const pipeline = nth(embedded(await get('leads/pipelines'), 'pipelines'), 0);
    const stages = embedded(pipeline, 'statuses').map(({ id }) => id);
    expect(stages).to.include.members([142, 143]);
  });

  it('takes a refusal as an error that names the fault', async () => {
    const failure = await client.request.post('/api/v4/leads', [{ price: 'a lot' }]).then(
      () => null,
      (error: unknown) => error,
    );
    expect(JSON.stringify((failure as { data?: unknown }).data)).to.include('validation-errors');
    // The client makes an empty object of an answer without a body.
    expect(await get('leads', { query: 'no such lead anywhere' })).to.deep.equal({});
  });
});
