import { expect } from 'chai';
import { type BotBench, openBotBench, shows } from '../testing/bot-kit.ts';
import { fixture } from '../testing/fixture.ts';
import { type Json, jsonOf, until } from '../testing/kit.ts';
import { as, type List, nth, sam } from '../testing/rest-kit.ts';

describe('Bots over REST', () => {
  let bench: BotBench;
  let botId: number;
  before(async () => {
    bench = await openBotBench();
  });
  after(() => bench.close());

  it('are an empty answer while there are none', async () => {
    expect((await bench.get('bots')).status).to.equal(204);
    botId = await bench.addBot([{ question: [shows('{{lead.id}}')], answer: [shows('again')] }]);
  });

  it('are listed and read without their source', async () => {
    const list = await jsonOf<List>(bench.get('bots'));
    const sample = nth(fixture<List>('bots_list.json')._embedded['bots'], 0);
    const one = nth(list._embedded['bots'], 0);
    expect(one).to.include.all.keys(Object.keys(sample));
    expect(one).to.not.have.any.keys('source', 'widget', 'kind');
    expect(await jsonOf(bench.get(`bots/${botId}`))).to.have.all.keys(Object.keys(sample));
    expect((await bench.get('bots/1')).status).to.equal(404);
  });

  it('are queued with 202 and the word Accepted, and stopped with 202', async () => {
    const target = { entity_id: bench.leadId, entity_type: 'leads' };
    const answer = await bench.send('POST', `bots/${botId}/run`, target);
    expect([answer.status, await answer.text()]).to.deep.equal([202, 'Accepted']);
    await bench.runIn('waiting-answer');
    expect((await bench.send('POST', `bots/${botId}/stop`, target)).status).to.equal(202);
    await bench.runIn('stopped');
    await bench.clientWrites('too late');
    expect(await bench.said()).to.not.include('again');
  });

  it('do nothing, after the same 202, while another bot hangs on the lead', async () => {
    const target = { entity_id: bench.leadId, entity_type: 'leads' };
    await bench.send('POST', `bots/${botId}/run`, target);
    await bench.runIn('waiting-answer');
    const other = await bench.addBot([{ question: [shows('from the other')] }]);
    expect((await bench.send('POST', `bots/${other}/run`, target)).status).to.equal(202);
    expect((await bench.runIn('blocked')).why).to.match(/another bot/);
    expect(await bench.said()).to.not.include('from the other');
    await bench.send('POST', `bots/${botId}/stop`, target);
  });

  it('run one or several by the shared address, and by the older one with its numbers', async () => {
    const one = { bot_id: botId, entity_id: bench.leadId, entity_type: 'leads' };
    const stop = () => bench.send('POST', `bots/${botId}/stop`, one);
    for (const body of [one, [one]]) {
      expect((await bench.send('POST', 'bots/run', body)).status).to.equal(202);
      await bench.runIn('waiting-answer');
      await stop();
    }
    const before = (await bench.runs()).length;
    const sample = nth(fixture<unknown>('salesbot_run_v2_request.json'), 0);
    const { accessToken } = await bench.grant();
    for (const body of [
      [{ ...sample, bot_id: botId, entity_id: bench.leadId }],
      { ...one, entity_type: 2 },
    ]) {
      const answer = await fetch(`${bench.first.origin}/api/v2/salesbot/run`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${accessToken}`, 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });
      expect(answer.status).to.equal(202);
      await until(async () => (await bench.runs()).length > before, 'a run');
      await stop();
    }
    const none = await fetch(`${bench.first.origin}/api/v2/salesbot/run`, { method: 'POST', body: '[]' });
    expect(none.status).to.equal(401);
  });

  it('are refused with the codes TooLow, InvalidType, FieldMissing and NotSupportedChoice', async () => {
    const target = { entity_id: bench.leadId, entity_type: 'leads' };
    for (const [change, code, path] of [
      [{ entity_id: 0 }, 'TooLow', 'entity_id'],
      [{ entity_id: 'x' }, 'InvalidType', 'entity_id'],
      [{ entity_id: undefined }, 'FieldMissing', 'entity_id'],
      [{ entity_id: 77 }, 'NotSupportedChoice', 'entity_id'],
      [{ entity_type: 'customers' }, 'NotSupportedChoice', 'entity_type'],
      [{ entity_type: undefined }, 'FieldMissing', 'entity_type'],
    ] as const) {
      const answer = await bench.send('POST', `bots/${botId}/run`, { ...target, ...change });
      expect(answer.status, code).to.equal(400);
      expect(faultOf(await jsonOf(answer))).to.include({ code, path });
    }
    const unknown = await bench.send('POST', 'bots/run', { ...target, bot_id: 5 });
    expect(faultOf(await jsonOf(unknown))).to.include({ code: 'NotSupportedChoice', path: 'bot_id' });
    expect((await bench.send('POST', 'bots/5/run', target)).status).to.equal(404);
  });

  it('do not run on a lead that the user may not see', async () => {
    const seen = new Set((await bench.list('leads?limit=250', 'leads', as(sam))).map(({ id }) => id));
    const hidden = (await bench.list('leads?limit=250', 'leads')).find(({ id }) => !seen.has(id));
    const body = { entity_id: hidden?.['id'], entity_type: 'leads' };
    expect((await bench.send('POST', `bots/${botId}/run`, body, as(sam))).status).to.equal(400);
  });
});

function faultOf(body: Json): Json {
  return nth(nth(body['validation-errors'], 0)['errors'], 0);
}
