import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { until } from '../../testing/harness.ts';
import { type SharedHarness, sharedHarness } from '../../testing/shared-harness.ts';

interface Source {
  id: string;
  state: string;
  failure: { detail: string } | null;
}
interface Draft {
  id: string;
  leadId: number;
  question: string;
  answer: string;
  documentId: string | null;
}
interface Talk {
  talk_id: number;
  entity_id: number;
}

describe('what the CRM holds, over the wire', function () {
  this.timeout(120_000);
  let harness: SharedHarness;
  let token: string;
  before(async () => {
    harness = await sharedHarness();
    token = await harness.adminToken(harness.accounts[0]);
  });

  async function call<T>(method: string, path: string, body?: object): Promise<T> {
    const answer = await harness.fetch(token, path, {
      method,
      headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    expect(answer.ok, `${method} ${path}: ${answer.status}`).to.equal(true);
    const text = await answer.text();
    return (text === '' ? null : JSON.parse(text)) as T;
  }
  const control = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const answer = await harness.sandbox.control(harness.accounts[0], method, path, body);
    const text = await answer.text();
    return (text === '' ? null : JSON.parse(text)) as T;
  };

  async function synced(id: string): Promise<void> {
    await until(async () => {
      const source = await call<Source>('GET', `/v1/sources/${id}`);
      expect(source.failure).to.equal(null);
      return source.state === 'ready';
    }, 60_000);
    await until(async () => {
      const { documents } = await call<{ documents: { state: string }[] }>(
        'GET',
        `/v1/documents?sourceId=${id}`,
      );
      return documents.every(({ state }) => state === 'ready');
    }, 60_000);
  }
  const best = async (question: string) =>
    (
      await call<{ passages: { body: string; score: number; title: string }[]; supportThreshold: number }>(
        'GET',
        `/v1/knowledge/search?q=${encodeURIComponent(question)}`,
      )
    ).passages[0];

  it('becomes documents where it is products: all pages of a list, and what changed at the next sync', async () => {
    const elements = Array.from({ length: 260 }, (_, at) => ({
      name: `Tamper T-${1000 + at}`,
      fields: { Price: `${at + 10} EUR`, Diameter: '58 mm' },
    }));
    const { id: catalog } = await control<{ id: number }>('POST', '/catalogs', { name: 'Tampers', elements });
    await control('POST', '/catalogs', {
      name: 'Suppliers',
      type: 'regular',
      elements: [{ name: 'Secret supplier' }],
    });
    const source = await call<Source>('POST', '/v1/sources', { kind: 'products' });
    await synced(source.id);
    const found = await best('price of tamper T-1258');
    expect(found?.title).to.equal('Tampers');
    expect(found?.body).to.match(/Tamper T-1258[^\n]*268 EUR/);
    expect((await best('secret supplier'))?.body ?? '').not.to.include('Secret supplier');
    await control('POST', `/catalogs/${catalog}/elements`, [
      { name: 'Tamper T-9000', fields: { Price: '77 EUR' } },
    ]);
    await call('POST', `/v1/sources/${source.id}/sync`);
    await until(async () => (await best('price of tamper T-9000'))?.body.includes('77 EUR') ?? false, 60_000);
    const { documents } = await call<{ documents: { version: number }[] }>(
      'GET',
      `/v1/documents?sourceId=${source.id}`,
    );
    expect(documents.map(({ version }) => version)).to.deep.equal([2]);
    await call('DELETE', `/v1/sources/${source.id}`);
  });

  it('becomes a draft to accept where it is what a won client asked, and knowledge only then', async () => {
    const { talks } = await control<{ talks: Talk[] }>('GET', '/records/talks');
    const { leads } = await control<{ leads: { id: number; pipeline_id: number; status_id: number }[] }>(
      'GET',
      '/records/leads',
    );
    const talk = talks.find(({ entity_id }) =>
      leads.some(
        ({ id, status_id }) => id === entity_id && status_id < 1e9 && status_id !== 142 && status_id !== 143,
      ),
    );
    const lead = leads.find(({ id }) => id === talk?.entity_id);
    if (!talk || !lead) throw new Error('The demo has a talk in an open lead.');
    const question = 'Can the boiler be wired to 380 volts? Call me at +34 612 345 678';
    await control('POST', `/talks/${talk.talk_id}/incoming`, { text: question });
    await reply(talk.talk_id, 'Yes, our fitter wires the boiler to 380 volts free of charge within Madrid.');
    await control('POST', `/leads/${lead.id}/move`, { pipelineId: lead.pipeline_id, statusId: 142 });
    const source = await call<Source>('POST', '/v1/sources', { kind: 'conversations' });
    await synced(source.id);
    const { drafts } = await call<{ drafts: Draft[] }>('GET', '/v1/question-drafts?limit=100');
    const draft = drafts.find(each => each.question.includes('380 volts'));
    expect(draft).to.include({ leadId: lead.id, documentId: null });
    expect(draft?.question, 'no phone is kept').not.to.include('612');
    expect((await best('boiler 380 volts'))?.body ?? '').not.to.include('free of charge within Madrid');
    const accepted = await call<Draft>('POST', `/v1/question-drafts/${draft?.id}/accept`, {});
    await until(
      async () => (await best('boiler 380 volts'))?.body.includes('free of charge within Madrid') ?? false,
      60_000,
    );
    await call('POST', `/v1/sources/${source.id}/sync`);
    await synced(source.id);
    const again = await call<{ drafts: Draft[] }>('GET', '/v1/question-drafts?state=open&limit=100');
    expect(
      again.drafts.some(each => each.question.includes('380 volts')),
      'proposed once',
    ).to.equal(false);
    await call('DELETE', `/v1/sources/${source.id}`);
    await call('DELETE', `/v1/documents/${accepted.documentId}`);
    await control('POST', `/leads/${lead.id}/move`, {
      pipelineId: lead.pipeline_id,
      statusId: lead.status_id,
    });
  });

  /** As an employee answers in the account's page. */
  async function reply(talkId: number, text: string): Promise<void> {
    await control('POST', `/talks/${talkId}/outgoing`, { text });
  }
});
