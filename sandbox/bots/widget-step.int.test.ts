import { expect } from 'chai';
import jwt from 'jsonwebtoken';
import { type BotBench, does, goesTo, openBotBench, shows } from '../testing/bot-kit.ts';
import { fixture, fixtureText } from '../testing/fixture.ts';
import { clientId, clientSecret, type Json, jsonOf, until } from '../testing/kit.ts';
import { nth, sam } from '../testing/rest-kit.ts';

describe('The widget step of a bot', () => {
  let bench: BotBench;
  beforeEach(async () => {
    bench = await openBotBench();
  });
  afterEach(() => bench.close());

  const asks = (data: unknown = { message: '{{message_text}}' }) =>
    does('widget_request', { url: `${bench.hooks.origin}/kommo/bot`, data });
  const add = (source: unknown, widget: Json = {}) =>
    bench.addBot(source, { widget: { clientId, ...widget } });
  const start = (botId: number, messageText = 'How much for 12 seats?') =>
    bench.control('POST', `bots/${botId}/run`, { entityId: bench.leadId, messageText });
  const asked = () => bench.hooks.received.filter(({ path }) => path === '/kommo/bot');
  const request = (nthOne = 0) =>
    until(() => asked()[nthOne], `request ${nthOne}`).then(({ body, headers }) => ({
      headers,
      form: new URLSearchParams(body),
    }));
  const answer = async (body: unknown, returnUrl?: string | null, token?: string) => {
    const url = returnUrl ?? (await request(asked().length - 1)).form.get('return_url');
    const { accessToken } = await bench.grant();
    return fetch(String(url), {
      method: 'POST',
      headers: { Authorization: `Bearer ${token ?? accessToken}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
  };
  const faultOf = (body: Json) => nth(nth(body['validation-errors'], 0)['errors'], 0);

  it('posts a form with nested keys, its token signed HS512 with the claims of the capture', async () => {
    const botId = await add(
      fixture<Json[]>('salesbot_widget_flow.json').map(step =>
        JSON.parse(
          JSON.stringify(step).replace(
            'https://api.example.com/kommo/bot',
            `${bench.hooks.origin}/kommo/bot`,
          ),
        ),
      ),
    );
    await start(botId);
    const { form, headers } = await request();
    expect(headers['content-type']).to.equal('application/x-www-form-urlencoded');
    expect([...form.keys()]).to.deep.equal([
      ...new URLSearchParams(fixtureText('salesbot_widget_request.txt')).keys(),
    ]);
    expect(form.get('data[message]')).to.equal('How much for 12 seats?');
    expect(form.get('data[lead]')).to.equal(String(bench.leadId));
    expect(form.get('return_url')).to.match(
      new RegExp(`^${bench.first.origin}/api/v4/salesbot/${botId}/continue/\\d+$`),
    );
    const token = String(form.get('token'));
    expect(jwt.decode(token, { complete: true })?.header).to.deep.equal({ typ: 'JWT', alg: 'HS512' });
    const claims = jwt.verify(token, clientSecret, {
      algorithms: ['HS512'],
      clockTimestamp: bench.now() + 1,
    }) as Json;
    expect(claims).to.have.all.keys(Object.keys(fixture<{ claims: Json }>('bot_token.json').claims));
    expect(claims).to.include({
      iss: bench.first.origin,
      aud: 'http://127.0.0.1',
      account_id: bench.first.id,
      subdomain: 'northwind',
      client_uuid: clientId,
      entity_type: '2',
      entity_id: bench.leadId,
      bot_type: 'salesbot',
    });
    expect(Number.isInteger(claims['iat'])).to.equal(false);
  });

  it('posts JSON and signs HS256 on demand, also with a secret of 32 characters', async () => {
    const short = 'sample-short-secret-not-real-012';
    await bench.control('PUT', 'integrations/short', {
      clientSecret: short,
      redirectUri: bench.redirectUri,
      name: 'Short secret',
      widgetCode: 'short',
    });
    for (const algorithm of ['HS256', 'HS512'] as const) {
      const before = asked().length;
      const id = await add([{ question: [asks()] }], { clientId: 'short', encoding: 'json', algorithm });
      await bench.control('POST', `bots/${id}/run`, { entityId: bench.leadId, beside: true });
      const { body, headers } = await until(() => asked()[before], algorithm);
      expect(headers['content-type']).to.equal('application/json');
      const sent = JSON.parse(body) as { token: string; data: Json };
      expect(sent).to.have.all.keys('token', 'data', 'return_url');
      jwt.verify(sent.token, short, { algorithms: [algorithm], clockTimestamp: bench.now() + 1 });
    }
  });

  it('goes on with the data and the handlers of the continue call, and leaves by its exit', async () => {
    await bench
      .addBot([
        {
          question: [
            does('widget', {
              client_id: clientId,
              flow: [
                { question: [asks(), goesTo(1)] },
                {
                  question: [
                    does('conditions', {
                      logic: 'and',
                      conditions: [{ term1: '{{json.status}}', term2: 'success', operation: '=' }],
                      result: [does('exits', { value: 'success' })],
                    }),
                    does('exits', { value: 'fail' }),
                  ],
                },
              ],
              exits: { success: [shows('Left well with {{json.more.n}}')], fail: [shows('Failed')] },
            }),
            shows('And on'),
          ],
        },
      ])
      .then(start);
    const called = await answer({
      data: { status: 'success', more: { n: 7 } },
      execute_handlers: [
        shows('Twelve seats are 4800 USD.'),
        shows('Shall I call?', ['Yes', 'Later']),
        goesTo(1),
      ],
    });
    expect([called.status, await called.text()]).to.deep.equal([202, '']);
    await bench.runIn('done');
    expect(await bench.said()).to.deep.equal([
      'Twelve seats are 4800 USD.',
      'Shall I call?',
      'Left well with 7',
      'And on',
    ]);
  });

  it('waits for the next message after a jump back to itself, and asks again with that', async () => {
    await start(await add([{ question: [asks()] }]));
    const back = await answer({ execute_handlers: [shows('One'), goesTo(0)] });
    expect(back.status).to.equal(202);
    await bench.runIn('waiting-answer');
    expect(asked()).to.have.lengthOf(1);
    await bench.clientWrites('And for 20?');
    expect((await request(1)).form.get('data[message]')).to.equal('And for 20?');
    expect((await request(1)).form.get('return_url')).to.not.equal((await request(0)).form.get('return_url'));
  });

  it('refuses a continue call by what the platform says', async () => {
    await start(await add([{ question: [asks()] }]));
    const show = (params: Json) => ({ execute_handlers: [does('show', params)] });
    for (const [body, code, path] of [
      [{ execute_handlers: [] }, 'TooFew', 'execute_handlers'],
      [{ execute_handlers: Array(11).fill(shows('x')) }, 'TooMany', 'execute_handlers'],
      [show({ type: 'text', value: 'x'.repeat(81) }), 'TooLong', 'execute_handlers.0.params.value'],
      [show({ type: 'text' }), 'FieldMissing', 'execute_handlers.0.params.value'],
      [show({ type: 'text', value: '' }), 'NotBlank', 'execute_handlers.0.params.value'],
      [show({ type: 'text', value: 5 }), 'InvalidType', 'execute_handlers.0.params.value'],
      [show({ type: 'video', value: 'x' }), 'NotSupportedChoice', 'execute_handlers.0.params.type'],
      [show({ type: 'buttons', value: 'x' }), 'FieldMissing', 'execute_handlers.0.params.buttons'],
      [
        show({ type: 'buttons', value: 'x', buttons: Array(26).fill('b') }),
        'TooMany',
        'execute_handlers.0.params.buttons',
      ],
      [
        show({ type: 'buttons', value: 'x', buttons: [{ text: 'b' }] }),
        'InvalidType',
        'execute_handlers.0.params.buttons.0',
      ],
      [
        { execute_handlers: [does('goto', { type: 'question' })] },
        'FieldMissing',
        'execute_handlers.0.params.step',
      ],
      [
        { execute_handlers: [does('goto', { type: 'end', step: 0 })] },
        'NotSupportedChoice',
        'execute_handlers.0.params.type',
      ],
      [{ execute_handlers: 'x' }, 'InvalidType', 'execute_handlers'],
      [{ data: 'x' }, 'InvalidType', 'data'],
      [[], 'InvalidType', ''],
    ] as const) {
      const refused = await answer(body);
      expect(refused.status, `${code} ${path}`).to.equal(400);
      expect(faultOf(await jsonOf(refused))).to.include({ code, path });
    }
    const tooLong = await jsonOf(answer(show({ type: 'text', value: 'x'.repeat(81) })));
    expect(tooLong).to.deep.equal(fixture('salesbot_continue_error_400.json'));
    const unsupported = await jsonOf(
      answer({ execute_handlers: [does('send_external_message', { message: { text: 'x' } })] }),
    );
    expect(faultOf(unsupported)['detail']).to.equal('Unsupported handler code');
    expect(await bench.said()).to.deep.equal([]);
    expect((await answer(fixture('salesbot_continue_request.json'))).status).to.equal(202);
  });

  it('counts a text of 80 by characters, not by their halves', async () => {
    await start(await add([{ question: [asks()] }]));
    expect((await answer({ execute_handlers: [shows('😀'.repeat(80))] })).status).to.equal(202);
  });

  it('answers 404 once nothing waits: continued before, stopped, or never there', async () => {
    const botId = await add([{ question: [asks()] }]);
    await start(botId);
    const url = (await request()).form.get('return_url');
    expect((await answer({}, url)).status).to.equal(202);
    expect((await answer({}, url)).status).to.equal(404);
    await start(botId);
    const second = (await request(1)).form.get('return_url');
    await bench.send('POST', `bots/${botId}/stop`, { entity_id: bench.leadId, entity_type: 'leads' });
    expect((await answer({}, second)).status).to.equal(404);
    expect((await answer({}, `${bench.first.origin}/api/v4/salesbot/${botId}/continue/1`)).status).to.equal(
      404,
    );
    expect((await answer({}, String(second).replace('salesbot', 'marketingbot'))).status).to.equal(404);
  });

  it('answers 401 without an administrator’s token, and then asks its server once more', async () => {
    await start(await add([{ question: [asks()] }]));
    const url = String((await request()).form.get('return_url'));
    const { accessToken } = await bench.grant(sam);
    for (const token of ['forged', accessToken]) expect((await answer({}, url, token)).status).to.equal(401);
    expect((await fetch(url, { method: 'POST' })).status).to.equal(401);
    expect((await request(1)).form.get('return_url')).to.equal(url);
    expect((await answer({}, url)).status).to.equal(202);
    expect(asked()).to.have.lengthOf(2);
  });

  it('asks once more when its server answered 401, and hangs when it never calls back', async () => {
    bench.hooks.answers.push(401);
    await start(await add([{ question: [asks(), shows('never')] }]));
    expect((await request(1)).form.get('return_url')).to.equal((await request(0)).form.get('return_url'));
    const other = await bench.addBot([{ question: [shows('other')] }]);
    await bench.runBot(other);
    expect((await bench.runIn('blocked')).why).to.match(/another bot/);
    expect(await bench.said()).to.deep.equal([]);
  });

  it('gives its server two seconds, and waits for the call afterwards all the same', async () => {
    bench.hooks.answers.push('never');
    const started = start(await add([{ question: [asks()] }]));
    await request();
    expect((await answer({ execute_handlers: [shows('Late, but here')] })).status).to.equal(202);
    await started;
    expect(await bench.said()).to.deep.equal(['Late, but here']);
  });

  it('cannot be continued while another bot runs on the lead', async () => {
    await start(await add([{ question: [asks()] }]));
    const other = await bench.addBot([{ question: [shows('?')], answer: [shows('!')] }]);
    await bench.control('POST', `bots/${other}/run`, { entityId: bench.leadId, beside: true });
    const refused = await answer({ execute_handlers: [shows('x')] });
    expect(refused.status).to.equal(400);
    expect(await jsonOf(refused)).to.include({ detail: 'Another bot is running for this entity' });
    await bench.send('POST', `bots/${other}/stop`, { entity_id: bench.leadId, entity_type: 'leads' });
    expect((await answer({ execute_handlers: [shows('x')] })).status).to.equal(202);
  });

  it('begins by itself on a client’s message, once per conversation', async () => {
    await bench.addBot([{ question: [shows('Welcome')] }], { startsOnMessage: true });
    await bench.clientWrites('Hi');
    await bench.runIn('done');
    await bench.clientWrites('Hi again');
    await bench.control('POST', `talks/${bench.talkId}/close`, {});
    await bench.clientWrites('And in a new talk');
    await until(async () => (await bench.runs()).length === 2, 'two runs');
    expect(await bench.said()).to.deep.equal(['Welcome']);
  });

  it('still waits after the sandbox was restarted', async () => {
    await start(await add([{ question: [asks()] }]));
    const path = new URL(String((await request()).form.get('return_url'))).pathname;
    await bench.restart();
    expect((await answer({ execute_handlers: [shows('Back')] }, bench.first.origin + path)).status).to.equal(
      202,
    );
  });
});
