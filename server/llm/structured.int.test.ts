import { expect } from 'chai';
import { z } from 'zod';
import { type ModelServer, modelStep, startModelServer } from '../testing/model-server.ts';
import { answerRequest, collect, failureOf, textOf } from './llm.contract.ts';
import { OpenAiLlm } from './openai-llm.ts';
import { askShaped } from './structured.ts';

const shape = { name: 'deal', schema: z.strictObject({ sum: z.int().min(1), notes: z.array(z.string()) }) };
const good = '{"sum": 3, "notes": ["a"]}';

describe('an answer in JSON', () => {
  let server: ModelServer;
  beforeEach(async () => {
    server = await startModelServer();
  });
  afterEach(async () => {
    await server.close();
    server.expectDone();
  });

  function ask(kind?: 'openai') {
    const options = { apiKey: 'k', baseUrl: server.url, model: 'm', fetch, timeoutMs: 5_000 };
    const llm = new OpenAiLlm(kind ? { ...options, kind } : options);
    const one = async (request: Parameters<OpenAiLlm['answer']>[0]) =>
      textOf(await collect(llm.answer(request, new AbortController().signal)));
    return askShaped(one, answerRequest({ question: 'How much?' }), shape);
  }
  const messages = (call: number) =>
    (server.calls[call] as { body: { messages: { role: string; content: string }[] } }).body.messages;

  it('is read as it comes, with or without a fence and a sentence around it', async () => {
    server.script(modelStep.reply(good), modelStep.reply(`Here you are:\n\`\`\`json\n${good}\n\`\`\``));
    expect(await ask()).to.deep.equal({ sum: 3, notes: ['a'] });
    expect(await ask()).to.deep.equal({ sum: 3, notes: ['a'] });
    expect(messages(0)[0]?.content, 'the model is told the shape').to.include('"notes"');
  });

  it('names its shape to servers that are known to take it, and to no others', async () => {
    server.script(modelStep.reply(good), modelStep.reply(good));
    await ask('openai');
    await ask();
    expect(server.calls[0]?.body).to.have.nested.property('response_format.json_schema.name', 'deal');
    expect(server.calls[1]?.body).not.to.have.property('response_format');
  });

  for (const [what, wrong, complaint] of [
    ['no JSON at all', 'Three, I think.', 'no JSON object'],
    ['broken JSON', '{"sum": 3, "notes": ["a"', 'no JSON object'],
    ['JSON with a fault', '{"sum": 3, notes: []}', 'no valid JSON'],
    ['another shape', '{"sum": "three", "notes": []}', 'sum: '],
  ] as const) {
    it(`that is ${what} is repaired once: the model sees it, and what is wrong with it`, async () => {
      server.script(modelStep.reply(wrong), modelStep.reply(good));
      expect(await ask()).to.deep.equal({ sum: 3, notes: ['a'] });
      const [, , said, asked] = messages(1);
      expect(said).to.deep.equal({ role: 'assistant', content: wrong });
      expect(asked?.content).to.include(complaint);
    });
  }

  it('that is wrong twice is a failure with a code, and nobody is asked a third time', async () => {
    server.script(modelStep.reply('No.'), modelStep.reply('{}'));
    expect(await failureOf(() => ask())).to.have.property('code', 'model-answer-misshapen');
    expect(server.calls).to.have.length(2);
  });
});
