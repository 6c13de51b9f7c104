import { expect } from 'chai';
import { fixture, fixtureText } from '../testing/fixture.ts';
import { clientId, type Json, jsonOf, until } from '../testing/kit.ts';
import { nth, openRestBench, type RestBench } from '../testing/rest-kit.ts';

describe('Triggers of a pipeline', () => {
  let bench: RestBench;
  let lead: Json;
  let stages: number[];
  beforeEach(async () => {
    bench = await openRestBench();
    const talk = await bench.firstOf('talks?filter[only_in_work]=1', 'talks');
    lead = await jsonOf(bench.get(`leads/${talk['entity_id']}`));
    const statuses = await jsonOf(bench.get(`leads/pipelines/${lead['pipeline_id']}/statuses`));
    stages = ((statuses['_embedded'] as Json)['statuses'] as Json[])
      .filter(({ type, id }) => type === 0 && id !== lead['status_id'] && Number(id) > 143)
      .map(({ id }) => Number(id));
  });
  afterEach(() => bench.close());

  const stage = (at: number) => stages[at] ?? 0;
  const add = (statusId: number, action: Json, more: Json = {}) =>
    bench.control('POST', 'pipeline-triggers', {
      pipelineId: lead['pipeline_id'],
      statusId,
      action,
      ...more,
    });
  const widget = () => ({
    kind: 'widget',
    clientId,
    url: `${bench.hooks.origin}/dp`,
    settings: { message: 'Follow up' },
  });
  const move = (statusId: number) => bench.send('PATCH', `leads/${lead['id']}`, { status_id: statusId });
  const received = (path: string) => bench.hooks.received.filter(one => one.path === path);
  const hook = (path: string, at = 0) => until(() => received(path)[at], `${path} ${at}`);

  it('post a widget’s action as JSON with the documented keys when a lead enters the stage', async () => {
    expect((await add(stage(0), widget())).status).to.equal(201);
    await move(stage(0));
    const { body, headers } = await hook('/dp');
    const sample = fixture<Json & { event: Json }>('dp_widget_webhook.json');
    const sent = JSON.parse(body) as typeof sample;
    expect(headers['content-type']).to.equal('application/json');
    expect(sent).to.have.all.keys(Object.keys(sample));
    expect(sent.event).to.have.all.keys(Object.keys(sample.event));
    expect(sent.event).to.include({ type: 14, type_code: 'lead_status_changed' });
    expect(sent.event['data']).to.deep.equal({
      id: lead['id'],
      element_type: 2,
      status_id: stage(0),
      pipeline_id: lead['pipeline_id'],
      direction_of_movement: 'went_to_trigger',
    });
    expect(sent['action']).to.deep.equal({ settings: { widget: { settings: { message: 'Follow up' } } } });
    await move(stage(0));
    await move(stage(1));
    expect(received('/dp')).to.have.lengthOf(1);
  });

  it('tell of moves inside and out of the stages they stretch over', async () => {
    await add(stage(0), widget(), { stretch: [stage(0), stage(1)] });
    for (const to of [stage(0), stage(1), stage(2)]) await move(to);
    await hook('/dp', 2);
    const told = received('/dp').map(({ body }) => {
      const { event } = JSON.parse(body) as { event: { type: number; data: Json } };
      return [event.data['direction_of_movement'], event.type, event.data['status_id']];
    });
    expect(told).to.have.deep.members([
      ['went_to_trigger', 14, stage(0)],
      ['went_in_trigger', 15, stage(1)],
      ['went_from_trigger', 14, stage(2)],
    ]);
  });

  it('send the webhook a user set up as a form of ids, the account last', async () => {
    await add(stage(0), { kind: 'webhook', url: `${bench.hooks.origin}/user` });
    await move(stage(0));
    const keys = [...new URLSearchParams((await hook('/user')).body).keys()];
    const documented = [...new URLSearchParams(fixtureText('dp_user_webhook.txt')).keys()];
    expect(keys).to.deep.equal([...documented, 'account[subdomain]', 'account[id]']);
    const form = new URLSearchParams((await hook('/user')).body);
    expect(form.get('leads[status][0][old_status_id]')).to.equal(String(lead['status_id']));
  });

  it('hear of messages, mails, calls and visits while the lead is at the stage', async () => {
    for (const on of ['chat', 'mail_in', 'call_in', 'site_visit']) {
      await add(Number(lead['status_id']), widget(), { on });
      await add(stage(0), { kind: 'webhook', url: `${bench.hooks.origin}/elsewhere` }, { on });
    }
    const talk = nth(await bench.list('talks?filter[only_in_work]=1', 'talks'), 0);
    await bench.control('POST', `talks/${talk['talk_id']}/incoming`, { text: 'Hi' });
    for (const code of ['mail_in', 'call_in', 'site_visit']) {
      await bench.control('POST', `leads/${lead['id']}/pipeline-event`, { code });
    }
    await hook('/dp', 3);
    const types = received('/dp').map(({ body }) => (JSON.parse(body) as { event: Json }).event['type']);
    expect(types).to.have.members([19, 16, 17, 18]);
    expect(received('/elsewhere')).to.have.lengthOf(0);
  });

  it('start a bot, and are refused for stages, bots and integrations that do not exist', async () => {
    const { id: botId } = await jsonOf(
      bench.control('POST', 'bots', {
        name: 'Greeter',
        source: [{ question: [{ handler: 'show', params: { type: 'text', value: 'A step further' } }] }],
      }),
    );
    await add(stage(0), { kind: 'bot', botId });
    await move(stage(0));
    await until(
      async () => JSON.stringify(await jsonOf(bench.control('GET', 'bot-runs'))).includes('"done"'),
      'the bot',
    );
    expect((await add(1, widget())).status).to.equal(400);
    expect((await add(stage(0), { kind: 'bot', botId: 1 })).status).to.equal(400);
    expect((await add(stage(0), { ...widget(), clientId: 'none' })).status).to.equal(400);
    expect((await add(stage(0), { kind: 'widget', clientId })).status).to.equal(400);
    const { triggers } = await jsonOf<{ triggers: Json[] }>(bench.control('GET', 'pipeline-triggers'));
    expect((await bench.control('DELETE', `pipeline-triggers/${triggers[0]?.['id']}`)).status).to.equal(204);
    expect((await bench.control('DELETE', 'pipeline-triggers/1')).status).to.equal(404);
  });
});
