import { expect } from 'chai';
import { createLogger } from '../../kernel/index.ts';
import type { ToolCall } from '../../llm/index.ts';
import type { CitableSource } from '../context.ts';
import type { KnowledgeHit } from '../deps.ts';
import { callTools, specOf, type Tool, type ToolPlace, tools } from './index.ts';

const hit = (start: number, body = 'Returns are free for 30 days.'): KnowledgeHit => ({
  documentId: 'd',
  versionId: 'v',
  title: 'Returns',
  start,
  end: start + body.length,
  body,
  heading: '',
  score: 0.9,
  alsoIn: [],
});
const taskSource: CitableSource = {
  kind: 'lead',
  source: { record: 'task', recordId: '77', label: 'Open task', text: 'Call', at: null, state: 'open' },
};

function place(given: Partial<ToolPlace> = {}): ToolPlace {
  return {
    timeZone: 'America/New_York',
    now: new Date('2026-11-23T18:00:00Z'),
    pipelineId: 1,
    byNumber: new Map<number, CitableSource>([
      [1, { kind: 'document', hit: hit(0) }],
      [2, taskSource],
    ]),
    contacts: async () => [
      { id: 31, name: 'Dana Smith' },
      { id: 32, name: 'Dana Weiss' },
    ],
    choices: async () => ({
      fields: [
        { id: 41, name: 'Delivery date', type: 'date', enums: null },
        {
          id: 42,
          name: 'Machines',
          type: 'multiselect',
          enums: [
            { id: 1, value: 'Grinder' },
            { id: 2, value: 'Brewer' },
          ],
        },
      ],
      stages: [
        { pipelineId: 1, statusId: 10, pipeline: 'Sales', status: 'Negotiation' },
        { pipelineId: 1, statusId: 11, pipeline: 'Sales', status: 'Offer sent' },
        { pipelineId: 1, statusId: 12, pipeline: 'Sales', status: 'Offer accepted' },
      ],
      users: [
        { id: 5, name: 'Sam Okafor' },
        { id: 6, name: 'Lucía Vega' },
        { id: 7, name: 'Sam Weiss' },
      ],
    }),
    remember: async () => ({ isSuggested: false }),
    support: () => [],
    search: async () => [hit(0), hit(500, 'Return by post, with the slip.')],
    ...given,
  };
}

const log = createLogger('silent', { write: () => {} });
const noMask = { restore: (text: string) => text, mask: (text: string) => text };
const { signal } = new AbortController();

async function run(calls: Omit<ToolCall, 'id'>[], at = place(), masking = noMask, list: Tool[] = tools) {
  const numbered = calls.map((call, index) => ({ ...call, id: `c${index}` }));
  return callTools(numbered, list, at, { ...masking, signal, log });
}
const call = (name: string, given: object | string) => ({
  name,
  arguments: typeof given === 'string' ? given : JSON.stringify(given),
});
async function ordered(name: string, given: object) {
  const { ordered: orders, results } = await run([call(name, given)]);
  return orders[0]?.action ?? JSON.parse(results[0]?.content ?? '{}');
}

describe('the tools of a turn', () => {
  it('are described by schemas that providers take', () => {
    for (const spec of tools.map(specOf)) {
      expect(spec.name).to.match(/^[a-z_]{1,64}$/);
      expect(spec.description.length).to.be.within(10, 1024);
      expect(spec.parameters).to.include({ type: 'object' });
      expect(spec.parameters).not.to.have.property('$schema');
    }
  });

  it('turn a local time into an instant by the account’s zone', async () => {
    expect(await ordered('prepare_task', { text: 'Call', due: '2026-11-24T10:00' })).to.deep.equal({
      action: 'task-create',
      arguments: { text: 'Call', dueAt: '2026-11-24T15:00:00.000Z' },
    });
    const wholeDay = await ordered('prepare_task', { text: 'Call', due: '2026-11-24' });
    expect(wholeDay.arguments.dueAt).to.equal('2026-11-25T04:59:00.000Z');
  });

  it('refuse a time that has passed or is none', async () => {
    expect(await ordered('prepare_task', { text: 'Call', due: '2026-11-22T10:00' })).to.have.property(
      'error',
    );
    expect(await ordered('prepare_task', { text: 'Call', due: 'tomorrow' })).to.have.property('error');
  });

  it('find fields, choices and contacts by name, and refuse what fits several', async () => {
    expect(await ordered('prepare_field', { field: 'delivery', value: '2027-01-31' })).to.deep.equal({
      action: 'field',
      arguments: { fieldId: 41, value: '2027-01-31' },
    });
    expect(await ordered('prepare_field', { field: 'machines', value: 'brewer, grinder' })).to.deep.equal({
      action: 'field',
      arguments: { fieldId: 42, value: { enumIds: [2, 1] } },
    });
    expect((await ordered('prepare_field', { field: 'colour', value: 'red' })).error).to.contain(
      'Delivery date',
    );
    expect(await ordered('prepare_contact', { name: 'dana smith', main: true })).to.deep.equal({
      action: 'link-contact',
      arguments: { contactId: 31, isMain: true },
    });
    expect((await ordered('prepare_contact', { name: 'Dana' })).error).to.contain('Dana Weiss');
  });

  it('write no mail to what is no address', async () => {
    const mail = { to: 'dana@client.example', subject: 'Your quote', text: 'Attached.' };
    expect(await ordered('prepare_email', mail)).to.deep.equal({ action: 'email', arguments: mail });
    expect(await ordered('prepare_email', { ...mail, to: 'Dana' })).to.have.property('error');
  });

  it('find stages and colleagues by name, and never take an id from the model', async () => {
    expect(await ordered('prepare_stage', { stage: 'negotiation' })).to.deep.equal({
      action: 'stage',
      arguments: { pipelineId: 1, statusId: 10 },
      named: 'negotiation',
    });
    expect(await ordered('prepare_responsible', { name: 'lucia' })).to.deep.equal({
      action: 'responsible',
      arguments: { userId: 6 },
      named: 'lucia',
    });
    expect(await ordered('prepare_stage', { stage: 'offer' })).to.have.property('error');
    expect(await ordered('prepare_stage', { stage: '10' })).to.have.property('error');
    expect(await ordered('prepare_responsible', { name: 'Sam' })).to.have.property('error');
    expect(await ordered('prepare_responsible', { name: '' })).to.have.property('error');
  });

  it('know a task by the number of its source, and no other record', async () => {
    expect(await ordered('prepare_task_completion', { source: 2, result: 'Done' })).to.deep.equal({
      action: 'task-complete',
      arguments: { taskId: 77, result: 'Done' },
    });
    expect(await ordered('prepare_task_completion', { source: 1 })).to.have.property('error');
    expect(await ordered('prepare_task_move', { source: 99, due: '2026-11-24' })).to.have.property('error');
  });

  it('number what a search finds on from the sources, once each', async () => {
    const at = place();
    const { results } = await run([call('search_knowledge', { query: 'returns' })], at);
    const { found } = JSON.parse(results[0]?.content ?? '');
    expect(found.map(({ source }: { source: number }) => source)).to.deep.equal([1, 3]);
    expect(at.byNumber.size).to.equal(3);
  });

  it('run side by side and answer in the order of their calls', async () => {
    const { results, ordered: orders } = await run([
      call('prepare_stage', { stage: 'negotiation' }),
      call('prepare_note', { text: 'x' }),
      call('search_knowledge', { query: 'returns' }),
    ]);
    expect(results.map(({ id }) => id)).to.deep.equal(['c0', 'c1', 'c2']);
    expect(orders.map(({ action }) => action.action)).to.deep.equal(['stage', 'note']);
  });

  it('answer an unknown name, broken JSON and wrong arguments with a sentence, and go on', async () => {
    const { results, ordered: orders } = await run([
      call('drop_database', {}),
      call('prepare_note', '{"text":'),
      call('prepare_note', { text: 7 }),
      call('prepare_note', { text: 'kept' }),
    ]);
    for (const { content } of results.slice(0, 3)) expect(JSON.parse(content)).to.have.property('error');
    expect(orders.map(({ callId }) => callId)).to.deep.equal(['c3']);
  });

  it('that fail are a result, whose reason stays in the log', async () => {
    const failing = place({ choices: () => Promise.reject(new Error('secret address')) });
    const { results } = await run([call('prepare_stage', { stage: 'x' })], failing);
    expect(results[0]?.content).to.include('failed').and.not.include('secret');
  });

  it('get hidden values back, and their results are hidden again', async () => {
    const masking = {
      restore: (text: string) => text.replaceAll('[[phone-1]]', '+1 555 0100'),
      mask: (text: string) => text.replaceAll('+1 555 0100', '[[phone-1]]'),
    };
    const { ordered: orders } = await run(
      [call('prepare_note', { text: 'Call [[phone-1]]' })],
      place(),
      masking,
    );
    expect(orders[0]?.action.arguments).to.deep.equal({ text: 'Call +1 555 0100' });
    const at = place({ search: async () => [hit(0, 'Phone +1 555 0100')], byNumber: new Map() });
    const { results } = await run([call('search_knowledge', { query: 'phone' })], at, masking);
    expect(results[0]?.content).to.include('[[phone-1]]').and.not.include('555');
  });

  it('never say more than a bounded answer', async () => {
    const long = place({ search: async () => [1, 2, 3, 4].map(n => hit(n * 9000, '"'.repeat(4000))) });
    const { results } = await run([call('search_knowledge', { query: 'x' })], long);
    expect(results[0]?.content.length).to.be.lessThan(13_000);
  });
});
