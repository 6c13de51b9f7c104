import { expect } from 'chai';
import { type Json, jsonOf } from '../testing/kit.ts';
import { as, nth, openRestBench, type RestBench, sam } from '../testing/rest-kit.ts';

interface Refusal {
  'validation-errors': { request_id: string; errors: { code: string; path: string }[] }[];
}

describe('REST refuses', () => {
  let bench: RestBench;
  let lead: Json;
  const fieldIds: Record<string, unknown> = {};
  const types = [
    'numeric',
    'checkbox',
    'date',
    'select',
    'multiselect',
    'smart_address',
    'file',
    'radiobutton',
  ];

  before(async () => {
    bench = await openRestBench();
    lead = await bench.firstOf('leads', 'leads');
    for (const type of types) {
      const enums = /select|radio/.test(type) ? [{ value: 'A' }, { value: 'B' }] : undefined;
      const made = await jsonOf<{ _embedded: Json }>(
        bench.send('POST', 'leads/custom_fields', [{ name: type, type, enums }]),
      );
      fieldIds[type] = nth(made._embedded['custom_fields'], 0)['id'];
    }
  });
  after(() => bench.close());

  const faultOf = async (answer: Response) => {
    expect(answer.status).to.equal(400);
    const [first] = (await jsonOf<Refusal>(answer))['validation-errors'];
    const { code, path } = first?.errors[0] ?? {};
    return `${code} ${path}`;
  };

  const bodies: [string, Json, string][] = [
    ['a price of words', { price: '100' }, 'InvalidType price'],
    ['a price below zero', { price: -1 }, 'TooLow price'],
    ['a name of 256 letters', { name: 'x'.repeat(256) }, 'TooLong name'],
    ['an unknown stage', { status_id: 1 }, 'NotSupportedChoice status_id'],
    ['an unknown pipeline', { pipeline_id: 1 }, 'NotSupportedChoice pipeline_id'],
    ['an unknown person', { responsible_user_id: 1 }, 'NotSupportedChoice responsible_user_id'],
    ['an inactive person', { responsible_user_id: 9_100_005 }, 'NotSupportedChoice responsible_user_id'],
    ['an unknown loss reason', { loss_reason_id: 1 }, 'NotSupportedChoice loss_reason_id'],
    ['an unknown tag by id', { tags_to_add: [{ id: 1 }] }, 'NotSupportedChoice tags_to_add.0.id'],
    [
      'an unknown contact',
      { _embedded: { contacts: [{ id: 1 }] } },
      'NotSupportedChoice _embedded.contacts.0.id',
    ],
    [
      'an unknown field',
      { custom_fields_values: [{ field_id: 1, values: [{ value: 'x' }] }] },
      'NotSupportedChoice custom_fields_values.0.field_id',
    ],
    [
      'a field without a name',
      { custom_fields_values: [{ values: [{ value: 'x' }] }] },
      'FieldMissing custom_fields_values.0.field_id',
    ],
  ];
  for (const [what, body, fault] of bodies) {
    it(`${what}, in a new lead and in a change`, async () => {
      expect(await faultOf(await bench.send('POST', 'leads', [body]))).to.equal(fault);
      expect(await faultOf(await bench.send('PATCH', `leads/${lead['id']}`, body))).to.equal(fault);
      expect(await faultOf(await bench.send('PATCH', 'leads', [{ id: lead['id'], ...body }]))).to.equal(
        fault,
      );
    });
  }

  const values: [string, unknown[], string | null][] = [
    ['numeric', [{ value: 'many' }], 'InvalidType custom_fields_values.0.values.0.value'],
    ['numeric', [{ value: 12.5 }], null],
    ['checkbox', [{ value: 'yes' }], 'InvalidType custom_fields_values.0.values.0.value'],
    ['checkbox', [{ value: true }], null],
    ['date', [{ value: 'tomorrow' }], 'InvalidType custom_fields_values.0.values.0.value'],
    ['date', [{ value: '2026-03-01T10:00:00+03:00' }], null],
    ['date', [{ value: 1 }, { value: 2 }], 'TooMany custom_fields_values.0.values'],
    ['select', [{ value: 'C' }], 'NotSupportedChoice custom_fields_values.0.values.0.value'],
    ['select', [{ enum_id: 1 }], 'NotSupportedChoice custom_fields_values.0.values.0.enum_id'],
    ['select', [{ value: 'A' }, { value: 'B' }], 'TooMany custom_fields_values.0.values'],
    ['radiobutton', [{ enum_code: 'Z' }], 'NotSupportedChoice custom_fields_values.0.values.0.enum_code'],
    ['multiselect', [{ value: 'A' }, { value: 'B' }], null],
    ['multiselect', [], 'TooFew custom_fields_values.0.values'],
    [
      'smart_address',
      [{ value: 'x', enum_id: 7 }],
      'NotSupportedChoice custom_fields_values.0.values.0.enum_id',
    ],
    ['smart_address', [{ value: 'Lisbon', enum_code: 'city' }], null],
    ['file', [{ value: 'name.pdf' }], 'InvalidType custom_fields_values.0.values.0.value'],
  ];
  for (const [type, given, fault] of values) {
    it(`${fault ? 'to put' : 'nothing when putting'} ${JSON.stringify(given)} into a ${type} field`, async () => {
      const body = { custom_fields_values: [{ field_id: fieldIds[type], values: given }] };
      const answer = await bench.send('PATCH', `leads/${lead['id']}`, body);
      if (fault) expect(await faultOf(answer)).to.equal(fault);
      else expect(answer.status).to.equal(200);
    });
  }

  it('nothing when a field is cleared with null', async () => {
    const body = { custom_fields_values: [{ field_id: fieldIds['multiselect'], values: null }] };
    expect((await bench.send('PATCH', `leads/${lead['id']}`, body)).status).to.equal(200);
    const { custom_fields_values } = await jsonOf(bench.get(`leads/${lead['id']}`));
    expect(JSON.stringify(custom_fields_values)).to.not.include(`"field_id":${fieldIds['multiselect']},`);
  });

  it('a batch that is no list, is empty, has over 250 items, or is hopelessly large', async () => {
    const many = (length: number) => Array.from({ length }, () => ({ name: 'x' }));
    expect(await faultOf(await bench.send('POST', 'leads', { name: 'x' }))).to.equal('InvalidType ');
    expect(await faultOf(await bench.send('POST', 'leads', []))).to.equal('TooFew ');
    expect(await faultOf(await bench.send('POST', 'leads', many(251)))).to.equal('TooMany ');
    expect((await bench.send('POST', 'leads', many(1001))).status).to.equal(504);
    expect((await bench.send('POST', 'contacts', many(250))).status).to.equal(200);
  });

  it('a whole batch for one fault, naming the item, and changes nothing', async () => {
    const { length } = await bench.list('leads?limit=250', 'leads');
    const answer = await bench.send('POST', 'leads', [
      { name: 'good' },
      { price: 'bad', request_id: 'second' },
    ]);
    const body = await jsonOf<Refusal>(answer);
    expect(body['validation-errors'].map(one => one.request_id)).to.deep.equal(['second']);
    expect(await bench.list('leads?limit=250', 'leads')).to.have.lengthOf(length);
  });

  it('more than fifty complex leads, two contacts, forty-one values, and a faulty contact', async () => {
    const complex = (body: unknown) => bench.send('POST', 'leads/complex', body);
    const fortyOne = Array.from({ length: 41 }, () => ({ field_id: 1, values: [{ value: 'x' }] }));
    const contacts = [{ name: 'a' }, { name: 'b' }];
    expect(await faultOf(await complex(Array.from({ length: 51 }, () => ({}))))).to.equal('TooMany ');
    expect(await faultOf(await complex([{ _embedded: { contacts } }]))).to.equal(
      'TooMany _embedded.contacts',
    );
    expect(await faultOf(await complex([{ custom_fields_values: fortyOne }]))).to.equal(
      'TooMany custom_fields_values',
    );
    const before = await bench.list('leads?limit=250', 'leads');
    expect((await complex([{ _embedded: { contacts: [{ name: 5 }] } }])).status).to.equal(400);
    expect(await bench.list('leads?limit=250', 'leads')).to.have.lengthOf(before.length);
    const good = await complex([{ name: 'Web', _embedded: { contacts: [{ name: 'Ravi Menon' }] } }]);
    const [made] = (await good.json()) as Json[];
    expect(made).to.have.all.keys('id', 'contact_id', 'company_id', 'request_id', 'merged');
  });

  it('links to nothing, to the own kind, and of nobody', async () => {
    const linkTo = (body: Json) => bench.send('POST', `leads/${lead['id']}/link`, [body]);
    const missing = { to_entity_id: 1, to_entity_type: 'contacts' };
    expect(await faultOf(await linkTo(missing))).to.equal('EntityNotFound to_entity_id');
    const same = { to_entity_id: lead['id'], to_entity_type: 'leads' };
    expect(await faultOf(await linkTo(same))).to.equal('NotSupportedChoice to_entity_type');
    const contact = await bench.firstOf('contacts?query=Ravi', 'contacts');
    const good = { to_entity_id: contact['id'], to_entity_type: 'contacts', metadata: { is_main: true } };
    expect((await linkTo(good)).status).to.equal(200);
    expect(JSON.stringify(await bench.list(`leads/${lead['id']}/links`, 'links'))).to.include(
      '"main_contact":true',
    );
    const gone = await bench.send('POST', `leads/${lead['id']}/unlink`, [good]);
    expect(gone.status).to.equal(204);
  });

  it('changes of the account’s make-up to who is no administrator', async () => {
    const body = [{ name: 'New' }];
    for (const path of ['leads/pipelines', 'leads/custom_fields', 'leads/custom_fields/groups']) {
      expect((await bench.send('POST', path, body, as(sam))).status, path).to.equal(403);
    }
  });

  it('to remove a pipeline or stage that holds leads', async () => {
    const stage = `leads/pipelines/${lead['pipeline_id']}/statuses/${lead['status_id']}`;
    expect((await bench.send('DELETE', stage, {})).status).to.equal(422);
    expect((await bench.send('DELETE', `leads/pipelines/${lead['pipeline_id']}`, {})).status).to.equal(422);
    expect(await faultOf(await bench.send('POST', 'leads/pipelines', [{ name: '' }]))).to.equal(
      'NotBlank name',
    );
  });

  it('events of unknown kinds, and ids without exactly one entity', async () => {
    expect((await bench.get('events?filter[type][]=nothing_happened')).status).to.equal(400);
    expect((await bench.get('events?filter[entity_id][]=1')).status).to.equal(400);
    expect((await bench.get('events?limit=101')).status).to.equal(400);
    const moved = await bench.list('events?filter[type][]=custom_field_value_changed', 'events');
    expect(moved.length).to.be.greaterThan(0);
  });
});
