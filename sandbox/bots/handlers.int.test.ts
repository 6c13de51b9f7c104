import { expect } from 'chai';
import { type BotBench, does, goesTo, openBotBench, shows } from '../testing/bot-kit.ts';
import { type Json, jsonOf, until } from '../testing/kit.ts';
import { nth, priya } from '../testing/rest-kit.ts';

describe('Bots', () => {
  let bench: BotBench;
  beforeEach(async () => {
    bench = await openBotBench();
  });
  afterEach(() => bench.close());

  const lead = () => jsonOf(bench.get(`leads/${bench.leadId}?with=contacts`));
  const run = async (source: unknown, state = 'done', more: Json = {}) => {
    const id = await bench.addBot(source, more);
    expect(await bench.runBot(id)).to.equal(202);
    return bench.runIn(state);
  };

  it('say what they show in the talk, with the names of the lead and the contact filled in', async () => {
    const { name, price } = await lead();
    await run([
      {
        question: [
          shows('{{lead.id}} {{lead.name}} {{lead.price}}'),
          shows('{{nothing}}|{{contact.phone}}|'),
        ],
      },
    ]);
    expect(await bench.said()).to.deep.equal([`${bench.leadId} ${name} ${price}`, '||']);
  });

  it('ask, wait for the answer, and go where a button leads', async () => {
    await run(
      [
        {
          question: [shows('Shall I book a call?', ['Yes', 'Later'])],
          answer: [
            does('buttons', [{ value: 'Yes', params: [goesTo(1)] }]),
            shows('Then not: {{message_text}}'),
          ],
        },
        { question: [shows('Booked.')] },
      ],
      'waiting-answer',
    );
    await bench.clientWrites('Yes');
    await bench.runIn('done');
    expect(await bench.said()).to.deep.equal(['Shall I book a call?', 'Booked.']);
    const messages = await bench.list(`talks/${bench.talkId}/messages`, 'messages');
    expect(nth(messages, messages.length - 1)).to.include({ type: 'outgoing' });
  });

  it('treat an answer that is no button as any other', async () => {
    await run(
      [
        {
          question: [shows('?', ['Yes'])],
          answer: [does('buttons', [{ value: 'Yes', params: [] }]), shows('{{message_text.email}}')],
        },
      ],
      'waiting-answer',
    );
    await bench.clientWrites('write to dana@example.com');
    await bench.runIn('done');
    expect((await bench.said()).at(-1)).to.equal('dana@example.com');
  });

  it('wait where wait_answer says, and do the finish of their last step once', async () => {
    await run(
      [
        { question: [shows('one'), does('wait_answer', { type: 'question', step: 1 })] },
        { question: [shows('two: {{message_text}}')], finish: [shows('bye')] },
      ],
      'waiting-answer',
    );
    await bench.clientWrites('hello');
    await bench.runIn('done');
    expect(await bench.said()).to.deep.equal(['one', 'two: hello', 'bye']);
  });

  it('jump into the finish of a step without ending there', async () => {
    await run([
      { question: [goesTo(0, 'finish')], finish: [shows('finish'), goesTo(1)] },
      { question: [shows('after')] },
    ]);
    expect(await bench.said()).to.deep.equal(['finish', 'after']);
  });

  it('decide by condition and conditions', async () => {
    const when = (term1: string, operation: string, term2: unknown, text: string) =>
      does('condition', { term1, operation, term2, result: [shows(text)] });
    await run([
      {
        question: [
          does('action', { name: 'set_tag', params: { type: 2, value: 'vip' } }),
          when('lead.tags', '=', 'vip', 'tag'),
          when('lead.tags', '!=', 'vip', 'no'),
          when('a, b', 'in', 'b,c', 'in'),
          when('a,b', 'not_in', 'c', 'not in'),
          when('costs 15 or 90', 'in_range', { from: 10, to: 20 }, 'range'),
          does('conditions', {
            logic: 'and',
            conditions: [
              { term1: '{{lead.id}}', term2: String(bench.leadId), operation: '=' },
              { term1: 'x', term2: 'y', operation: '=' },
            ],
            result: [shows('no')],
          }),
          does('conditions', {
            logic: 'or',
            conditions: [{ term1: 'chat.origin', term2: '{{origin}}', operation: '=' }],
            result: [shows('or')],
          }),
        ],
      },
    ]);
    expect(await bench.said()).to.deep.equal(['tag', 'in', 'not in', 'range', 'or']);
  });

  it('recognise phones, addresses, patterns, lengths and numbers, and remember the last one', async () => {
    const check = (type: string, operation: string, condition_value: unknown, text: string) =>
      does('validations', {
        logic: 'and',
        conditions: [{ client_value: '{{message_text}}', type, operation, condition_value }],
        result: [shows(text)],
      });
    const id = await bench.addBot([
      {
        question: [
          check('phone', 'contains', '', 'phone {{last_validation_result}}'),
          check('email', 'not_contains', '', 'no mail'),
          check('regex', 'contains', '/SEATS/i', 'pattern'),
          check('range_numbers', 'contains', { from: 10, to: 20 }, 'range {{last_validation_result}}'),
          check('simple', 'equal', 'x', 'no'),
          check('length', 'equal', '30', 'length'),
        ],
      },
    ]);
    await bench.control('POST', `bots/${id}/run`, {
      entityId: bench.leadId,
      messageText: '12 seats, call +1 555 010 2030',
    });
    expect(await bench.said()).to.deep.equal([
      'phone +1 555 010 2030',
      'no mail',
      'pattern',
      'range 12',
      'length',
    ]);
  });

  it('change stage, price, tags, fields, owner and contact, and add notes and companies', async () => {
    const fields = await bench.list('leads/custom_fields?limit=250', 'custom_fields');
    const text = fields.find(({ type }) => type === 'text' || type === 'textarea');
    const act = (name: string, params: unknown) => does('action', { name, params });
    await run([
      {
        question: [
          act('change_status', { value: 142 }),
          act('set_budget', { value: '({{lead.price}} * 0 + 20) * 2 / 4' }),
          act('set_tag', { type: 2, value: 'bot {{origin}}' }),
          act('set_custom_fields', { type: 2, custom_fields_id: text?.['id'], value: 'from {{name}}' }),
          act('change_responsible_user', { value: priya }),
          act('add_note', { element_type: 2, note_type: 4, text: 'Noted' }),
          act('add_linked_company', { name: 'New Company' }),
          act('subscribe', { type: 'user', value: priya }),
        ],
      },
    ]);
    const changed = await lead();
    expect(changed).to.include({ status_id: 142, price: 10, responsible_user_id: priya, updated_by: 0 });
    expect(JSON.stringify(changed['custom_fields_values'])).to.contain('from ');
    expect(JSON.stringify(changed['_embedded'])).to.match(/bot \w+/);
    const notes = await bench.list(`leads/${bench.leadId}/notes?limit=250`, 'notes');
    expect(JSON.stringify(notes)).to.contain('Noted');
    expect(JSON.stringify(await bench.list('companies?limit=250', 'companies'))).to.contain('New Company');
  });

  it('cut what a text field holds at 250 characters, and not what a textarea holds', async () => {
    const fields = await bench.list('leads/custom_fields?limit=250', 'custom_fields');
    const filled = [];
    for (const type of ['text', 'textarea']) {
      const field = fields.find(one => one['type'] === type);
      if (!field) continue;
      await bench.send('PATCH', `leads/${bench.leadId}`, {
        custom_fields_values: [{ field_id: field['id'], values: [{ value: 'é'.repeat(900) }] }],
      });
      await run([{ question: [shows(`{{lead.cf.${field['id']}}}`)] }]);
      filled.push([type, (await bench.said()).at(-1)?.length]);
    }
    expect(filled).to.deep.include(['text', 250]);
    for (const [type, length] of filled) expect(length).to.equal(type === 'text' ? 250 : 900);
  });

  it('ask on until phone and address are there', async () => {
    await run(
      [
        {
          question: [shows('Your phone and mail?')],
          answer: [
            does('preset', {
              name: 'contacts.validate_base_info',
              params: { empty_email: 'Mail?', empty_phone: 'Phone?', empty_all: 'Both?', success: 'Thanks' },
            }),
          ],
        },
      ],
      'waiting-answer',
    );
    await bench.clientWrites('dana@example.com and +1 555 010 2030');
    await bench.runIn('done');
    expect((await bench.said()).at(-1)).to.equal('Thanks');
  });

  it('end the talk, or hand over to another bot, when they stop', async () => {
    const other = await bench.addBot([{ question: [shows('from the other')] }]);
    await run([{ question: [does('stop', { action: 'salesbot-start', bot: other }), shows('never')] }]);
    await until(async () => (await bench.said()).includes('from the other'), 'the other bot');
    await run([{ question: [does('stop', { action: 'talk-close' })] }]);
    expect((await jsonOf(bench.get(`talks/${bench.talkId}`)))['is_in_work']).to.equal(false);
    expect(await bench.said()).to.not.include('never');
  });

  it('write to the main contact with send_external_message, and do on_error where nobody can be reached', async () => {
    const external = does('send_external_message', {
      message: { type: 'external', text: 'Dear {{contact.name}}', buttons: [{ type: 'inline', text: 'OK' }] },
      recipient: { type: 'main_contact', way_of_communication: 'last_active' },
      on_error: { handler: shows('never heard') },
    });
    await run([{ question: [external] }]);
    expect((await bench.said())[0]).to.match(/^Dear \w+/);
    await bench.control('POST', `talks/${bench.talkId}/close`, {});
    const id = await bench.addBot([
      {
        question: [
          does('send_external_message', {
            message: { text: 'unheard' },
            on_error: { handler: does('action', { name: 'set_tag', params: { type: 2, value: 'alone' } }) },
          }),
        ],
      },
    ]);
    await bench.runBot(id);
    await bench.runIn('done');
    expect(await bench.said()).to.not.include('unheard');
  });

  it('take their error branch when a message is not delivered', async () => {
    await bench.control('POST', `talks/${bench.talkId}/delivery`, { mode: 'refuse' });
    await run(
      {
        '0': { question: [shows('Are you there?')], answer: [shows('never')] },
        error: [does('action', { name: 'set_tag', params: { type: 2, value: 'unreachable' } })],
      },
      'done',
    );
    expect(JSON.stringify((await lead())['_embedded'])).to.contain('unreachable');
  });

  it('fail with a reason, and not silently, for what does not exist', async () => {
    for (const [source, why] of [
      [[{ question: [does('teleport', {})] }], /no handler teleport/],
      [[{ question: [goesTo(7)] }], /no step 7/],
      [[{ question: [does('goto', { type: 'question' })] }], /goto: step/],
      [[{ question: [does('action', { name: 'explode', params: {} })] }], /no action explode/],
      [[{ question: [does('exits', { value: 'x' })] }], /only a widget step/],
      [
        [{ question: [does('widget_request', { url: 'https://api.example.com', data: {} })] }],
        /only a widget step/,
      ],
      [[{ question: [goesTo(0)] }], /circles/],
    ] as const) {
      expect((await run(source, 'failed')).why).to.match(why);
    }
  });

  it('are refused without a step, over 64 KB, or when the source is no JSON', async () => {
    for (const source of [
      [],
      [{}],
      'no json',
      [{ question: [{}] }],
      [{ question: [shows('x'.repeat(70_000))] }],
    ]) {
      const answer = await bench.control('POST', 'bots', { name: 'Bad bot', source });
      expect(answer.status).to.equal(400);
    }
  });
});
