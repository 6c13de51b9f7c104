import { expect } from 'chai';
import { type Json, jsonOf } from '../testing/kit.ts';
import { type List, nth, openRestBench, type RestBench } from '../testing/rest-kit.ts';

describe('REST writes', () => {
  let bench: RestBench;
  before(async () => {
    bench = await openRestBench();
  });
  after(() => bench.close());

  const anyLead = () => bench.firstOf('leads?query=harbor', 'leads');

  it('add notes to the collection and to one lead', async () => {
    const lead = await anyLead();
    const note = {
      entity_id: lead['id'],
      note_type: 'common',
      params: { text: 'Written by a test' },
      request_id: 'r1',
    };
    const many = await jsonOf<List>(bench.send('POST', 'leads/notes', [note]));
    expect(many._embedded['notes']?.[0]).to.have.all.keys('id', 'entity_id', 'request_id', '_links');
    expect(many._embedded['notes']?.[0]).to.include({ request_id: 'r1', entity_id: lead['id'] });
    expect(
      (await bench.send('POST', `leads/${lead['id']}/notes`, [{ ...note, entity_id: undefined }])).status,
    ).to.equal(200);
    const texts = (await bench.list(`leads/${lead['id']}/notes?limit=250`, 'notes')).map(
      one => (one['params'] as Json)['text'],
    );
    expect(texts.filter(text => text === 'Written by a test')).to.have.lengthOf(2);
  });

  it('name every fault of a refused batch', async () => {
    const lead = await anyLead();
    const answer = await bench.send('POST', 'leads/notes', [
      { entity_id: lead['id'], note_type: 'nonsense', params: {} },
      { entity_id: lead['id'], note_type: 'common', params: {}, request_id: 'second' },
    ]);
    expect(answer.status).to.equal(400);
    const body = await jsonOf<{ 'validation-errors': { request_id: string; errors: Json[] }[] }>(answer);
    expect(body['validation-errors'].map(one => one.request_id)).to.deep.equal(['0', 'second']);
    expect(body['validation-errors'][1]?.errors[0]).to.include({
      code: 'FieldMissing',
      path: 'params.text',
    });
    expect((await bench.send('POST', 'leads/notes', { entity_id: lead['id'] })).status).to.equal(400);
  });

  it('add a task and complete it', async () => {
    const lead = await anyLead();
    const complete_till = bench.now() + 3600;
    const task = {
      text: 'Call',
      complete_till,
      entity_id: lead['id'],
      entity_type: 'leads',
      request_id: 't',
    };
    const added = await jsonOf<List>(bench.send('POST', 'tasks', [task]));
    const id = added._embedded['tasks']?.[0]?.['id'];
    expect(
      (await bench.send('PATCH', `tasks/${id}`, { is_completed: true, result: { text: 'Done' } })).status,
    ).to.equal(200);
    expect(await jsonOf(bench.get(`tasks/${id}`))).to.deep.include({
      is_completed: true,
      result: { text: 'Done' },
    });
    expect((await bench.send('POST', 'tasks', [{ text: 'No deadline' }])).status).to.equal(400);
  });

  it('move a lead, set its fields and tags, and change nothing when a part is wrong', async () => {
    const lead = await anyLead();
    const path = `leads/${lead['id']}`;
    const fields = await bench.list('leads/custom_fields', 'custom_fields');
    const select = nth(
      fields.filter(field => field['type'] === 'select'),
      0,
    );
    const choice = nth(select['enums'], 1);
    const good = {
      price: 20_000,
      status_id: 143,
      custom_fields_values: [{ field_id: select['id'], values: [{ enum_id: choice['id'] }] }],
      tags_to_add: [{ name: 'checked' }],
    };
    const answer = await jsonOf(bench.send('PATCH', path, good));
    expect(answer).to.have.all.keys('id', 'updated_at', '_links');
    const changed = await jsonOf(bench.get(path));
    expect(changed).to.include({ price: 20_000, status_id: 143, closed_at: bench.now() });
    expect(JSON.stringify(changed['custom_fields_values'])).to.include(`"enum_id":${choice['id']}`);
    expect(JSON.stringify(changed['_embedded'])).to.include('"checked"');
    expect((await bench.send('PATCH', path, { price: 5, status_id: 1 })).status).to.equal(400);
    expect(await jsonOf(bench.get(path))).to.include({ price: 20_000 });
  });
});
