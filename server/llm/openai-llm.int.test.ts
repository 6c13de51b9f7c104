import { expect } from 'chai';
import { AppError } from '../kernel/index.ts';
import { type ModelServer, type ModelStep, modelStep, startModelServer } from '../testing/model-server.ts';
import { answerRequest, collect, describeLlm, doneOf, failureOf, source, textOf } from './llm.contract.ts';
import type { LlmEvent } from './llm.ts';
import { OpenAiLlm, type OpenAiLlmOptions } from './openai-llm.ts';

const noAbort = new AbortController().signal;
const forever = new Promise<never>(() => {});

describeLlm('OpenAiLlm', async () => {
  const server = await startModelServer();
  return {
    llm: adapter(server),
    planAnswer: () => server.script(modelStep.reply(['Two to ', 'four days', ' [3].'])),
    planEndless: () => server.script(modelStep.reply(['Two to ', forever])),
    close: async () => {
      await server.close();
      server.expectDone();
    },
  };
});

describe('OpenAiLlm', () => {
  let server: ModelServer;
  beforeEach(async () => {
    server = await startModelServer();
  });
  afterEach(async () => {
    await server.close();
    server.expectDone();
  });

  const ask = (options: Partial<OpenAiLlmOptions> = {}, signal = noAbort): Promise<LlmEvent[]> =>
    collect(adapter(server, options).answer(answerRequest(), signal));

  describe('tool calls', () => {
    const note = {
      name: 'prepare_note',
      description: 'Prepares a note.',
      parameters: { type: 'object', properties: { text: { type: 'string' } } },
    };
    const asking = (more: object = {}) => answerRequest({ tools: [note], ...more });

    it('arrive whole out of their fragments, in parallel and behind what was said', async () => {
      server.script(
        modelStep.calls(
          [
            { name: 'prepare_note', arguments: { text: 'One “two” ünï' } },
            { name: 'prepare_note', arguments: { text: '' } },
          ],
          'A moment.',
        ),
      );
      const events = await collect(adapter(server).answer(asking(), noAbort));
      expect(textOf(events)).to.equal('A moment.');
      const { finish, calls } = doneOf(events);
      expect(finish).to.equal('tools');
      expect(calls).to.deep.equal([
        { id: 'call_0', name: 'prepare_note', arguments: '{"text":"One “two” ünï"}' },
        { id: 'call_1', name: 'prepare_note', arguments: '{"text":""}' },
      ]);
      expect(server.calls[0]?.body).to.have.nested.property('tools[0].function.name', 'prepare_note');
    });

    it('go back with their results, as the provider wants them paired', async () => {
      server.script(modelStep.reply('Prepared.'));
      const call = { id: 'call_0', name: 'prepare_note', arguments: '{"text":"x"}' };
      const exchanges = [
        { text: '', calls: [call], results: [{ id: 'call_0', content: '{"prepared":true}' }] },
      ];
      const events = await collect(adapter(server).answer(asking({ exchanges }), noAbort));
      expect(doneOf(events)).to.include({ finish: 'stop' });
      const { messages } = (await server.call(0)).body as { messages: object[] };
      expect(messages.slice(-2)).to.deep.equal([
        {
          role: 'assistant',
          content: null,
          tool_calls: [
            { id: 'call_0', type: 'function', function: { name: 'prepare_note', arguments: '{"text":"x"}' } },
          ],
        },
        { role: 'tool', tool_call_id: 'call_0', content: '{"prepared":true}' },
      ]);
    });

    it('that the limit on the answer cut are none', async () => {
      const cut = modelStep.calls([{ name: 'prepare_note', arguments: '{"text":"half' }]);
      server.script({ ...cut, finish: 'length' } as ModelStep);
      expect(doneOf(await collect(adapter(server).answer(asking(), noAbort)))).to.deep.include({
        finish: 'length',
        calls: [],
      });
    });

    it('are calls also where a server names another reason to stop', async () => {
      const step = modelStep.calls([{ name: 'prepare_note', arguments: {} }]);
      server.script({ ...step, finish: 'stop' } as ModelStep);
      expect(doneOf(await collect(adapter(server).answer(asking(), noAbort))).finish).to.equal('tools');
    });

    it('cost what the tools and the calls weigh, also where no usage is reported', async () => {
      const step = modelStep.calls([{ name: 'prepare_note', arguments: { text: 'x'.repeat(300) } }]);
      server.script({ ...step, usage: null } as ModelStep);
      const { usage } = doneOf(await collect(adapter(server).answer(asking(), noAbort)));
      expect(usage.outputTokens).to.be.greaterThan(100);
      const bare = adapter(server).estimateCostMicros(answerRequest());
      expect(adapter(server).estimateCostMicros(asking())).to.be.greaterThan(bare);
    });
  });

  describe('the answer', () => {
    it('passes tokens on while the model still writes', async () => {
      let release: (() => void) | undefined;
      const gate = new Promise<void>(resolve => {
        release = resolve;
      });
      server.script(modelStep.reply(['first', gate, ' second']));
      const events = adapter(server).answer(answerRequest(), noAbort)[Symbol.asyncIterator]();
      expect((await events.next()).value).to.deep.equal({ type: 'text', text: 'first' });
      release?.();
      expect((await events.next()).value).to.deep.equal({ type: 'text', text: ' second' });
      expect((await events.next()).value).to.include({ type: 'done', finish: 'stop' });
    });

    it('takes tokens and cost from the last chunk, which has no choices', async () => {
      server.script(
        modelStep.reply('yes', {
          usage: { prompt_tokens: 1_000, completion_tokens: 10, total_tokens: 1_010 },
        }),
        modelStep.reply('yes', {
          usage: { prompt_tokens: 1_000, completion_tokens: 10, total_tokens: 1_010, cost: 0.0123 },
        }),
      );
      const priced = { prices: { 'test-model': { inputMicros: 400_000, outputMicros: 1_600_000 } } };
      expect(doneOf(await ask(priced)).usage).to.deep.equal({
        inputTokens: 1_000,
        outputTokens: 10,
        costMicros: 416,
        reported: true,
      });
      expect(doneOf(await ask(priced)).usage.costMicros).to.equal(12_300);
    });

    it('estimates the tokens of a server that ignores stream_options, and says so', async () => {
      server.script(modelStep.reply('four words of text', { usage: null }));
      const { usage } = doneOf(await ask());
      expect(usage.reported).to.equal(false);
      expect(usage.outputTokens).to.equal(6);
      expect(usage.inputTokens).to.be.greaterThan(100);
    });

    it('tells a natural end, a cut by length and a refusal apart', async () => {
      server.script(
        modelStep.reply('a'),
        modelStep.reply('a', { finish: 'length' }),
        modelStep.refusal(['I can']),
        modelStep.events(['{"choices":[{"delta":{"refusal":"No."},"finish_reason":"stop"}]}', '[DONE]']),
      );
      const finishes = [await ask(), await ask(), await ask(), await ask()].map(
        events => doneOf(events).finish,
      );
      expect(finishes).to.deep.equal(['stop', 'length', 'refused', 'refused']);
    });

    it('leaves the model thinking to itself', async () => {
      server.script(modelStep.reply(['42'], { reasoning: 'The rep wants a number.' }));
      expect(textOf(await ask())).to.equal('42');
    });

    it('overlooks fields and usage it does not know, comments, and a server that sends no [DONE]', async () => {
      server.script(
        modelStep.events([
          '{"choices":[],"prompt_filter_results":[{}]}',
          '{"choices":[{"delta":{"role":"assistant","content":"ok","audio":{}},"finish_reason":null}],"x_groq":{}}',
          '{"choices":[{"delta":null,"finish_reason":"eos"}],"usage":{"prompt_tokens":"many"}}',
        ]),
      );
      const events = await ask();
      expect(textOf(events)).to.equal('ok');
      expect(doneOf(events)).to.deep.include({ finish: 'stop' });
    });

    it('reads a server that answers at once instead of streaming', async () => {
      server.script({
        kind: 'raw',
        status: 200,
        headers: { 'content-type': 'application/json' },
        lines: ['{"choices":[{"message":{"content":"all of it"},"finish_reason":"stop"}]}'],
        end: 'complete',
      });
      expect(textOf(await ask())).to.equal('all of it');
    });

    it('is done although the server leaves the connection open behind it', async () => {
      const said = '{"choices":[{"delta":{"content":"ok"},"finish_reason":"stop"}]}';
      server.script(modelStep.events([said, '[DONE]'], 'open'), modelStep.events([said], 'cut'));
      expect(doneOf(await ask()).finish).to.equal('stop');
      expect(doneOf(await ask()).finish).to.equal('stop');
    });

    it('reads to the end, so that connections are used again', async () => {
      const sockets = new Set<unknown>();
      server.onConnection(socket => sockets.add(socket));
      server.always('ok', { chunks: 3 });
      for (let turn = 0; turn < 5; turn += 1) await ask();
      expect(sockets.size).to.be.lessThan(5);
    });
  });

  describe('the request', () => {
    it('asks for usage, and bounds the answer in the word this server takes', async () => {
      server.script(modelStep.reply('a'), modelStep.reply('a'));
      await ask();
      await ask({ model: 'o4-mini' });
      expect(server.calls[0]?.body).to.deep.include({ stream: true, max_tokens: 500, model: 'test-model' });
      expect(server.calls[0]?.body).to.deep.include({ stream_options: { include_usage: true } });
      expect(server.calls[1]?.body)
        .to.deep.include({ max_completion_tokens: 500 })
        .and.not.have.property('max_tokens');
      expect(server.calls[0]?.authorization).to.equal('Bearer test-key');
    });

    it('goes through the given fetch alone', async () => {
      const seen: string[] = [];
      server.script(modelStep.reply('a'));
      await ask({
        fetch: (url, init) => {
          seen.push(String(url));
          return fetch(url, init);
        },
      });
      expect(seen).to.deep.equal([`${server.url}/chat/completions`]);
    });
  });

  describe('failures', () => {
    const failures: [string, ModelStep, string][] = [
      ['429', modelStep.rateLimited('7'), 'model-rate-limited'],
      [
        '429 for want of credit',
        modelStep.failure(429, { code: 'insufficient_quota' }),
        'model-out-of-credit',
      ],
      ['402', modelStep.failure(402, {}), 'model-out-of-credit'],
      ['401', modelStep.failure(401, { code: 'invalid_api_key' }), 'model-refused-key'],
      ['403', modelStep.failure(403, {}), 'model-refused-key'],
      ['404', modelStep.failure(404, { code: 'model_not_found' }), 'model-rejected'],
      ['400', modelStep.failure(400, {}), 'model-rejected'],
      [
        '400 context_length_exceeded',
        modelStep.failure(400, { code: 'context_length_exceeded' }),
        'model-context-too-long',
      ],
      [
        '400 with a sentence about the context, as vLLM sends',
        modelStep.failure(400, { message: "This model's maximum context length is 4096 tokens." }),
        'model-context-too-long',
      ],
      ['500', modelStep.serverError(), 'model-unavailable'],
      ['529', modelStep.serverError(529), 'model-unavailable'],
      ['invalid JSON', modelStep.invalidJson(), 'model-answer-unreadable'],
      ['a shape of its own', modelStep.wrongShape(), 'model-answer-unreadable'],
      ['a web page', modelStep.page(), 'model-answer-unreadable'],
      ['a broken connection', modelStep.cut(['Two to']), 'model-stream-cut'],
      ['an end without a reason', modelStep.endWithoutFinish(['Two to']), 'model-stream-cut'],
      [
        'an error inside the stream',
        modelStep.events(['{"error":{"message":"m","code":502}}']),
        'model-unavailable',
      ],
      [
        'a 429 inside the stream',
        modelStep.events(['{"error":{"message":"m","code":429}}']),
        'model-rate-limited',
      ],
    ];
    for (const [what, step, code] of failures) {
      it(`${what}: ${code}`, async () => {
        server.script(step);
        expect(await failureOf(() => ask()))
          .to.be.instanceOf(AppError)
          .with.property('code', code);
        expect(server.calls).to.have.length(1);
      });
    }

    it('hands over the text that came before the failure', async () => {
      server.script(modelStep.cut(['Two ', 'to']));
      let said = '';
      await failureOf(async () => {
        for await (const event of adapter(server).answer(answerRequest(), noAbort)) {
          if (event.type === 'text') said += event.text;
        }
      });
      expect(said).to.equal('Two to');
    });

    it('says how long the provider wants to be left alone', async () => {
      server.script(modelStep.rateLimited('7'), modelStep.rateLimited());
      expect(await failureOf(() => ask())).to.deep.include({
        retryAfterSeconds: 7,
        headers: { 'retry-after': '7' },
      });
      expect(await failureOf(() => ask())).to.deep.include({ retryAfterSeconds: null, headers: {} });
    });

    it('keeps what the provider wrote out of the message and its causes', async () => {
      const secret = 'sk-leaked and the whole prompt';
      server.script(
        modelStep.failure(400, { message: secret, code: secret, type: secret }),
        modelStep.events([`{"error":{"message":"${secret}","code":"${secret}"}}`]),
        modelStep.events([`{"choices": ${secret}`]),
      );
      for (let turn = 0; turn < 3; turn += 1) {
        let link = await failureOf(() => ask());
        for (; link instanceof Error; link = link.cause) {
          expect(`${link.message} ${link.stack} ${JSON.stringify(link)}`).to.not.contain('sk-leaked');
        }
      }
    });

    it('nobody listening: model-unavailable', async () => {
      const gone = await startModelServer();
      await gone.close();
      const thrown = await failureOf(() => ask({ baseUrl: gone.url }));
      expect(thrown).to.include({ code: 'model-unavailable', retryable: true });
    });

    it('a model that never answers: model-unavailable after the time for the first token', async () => {
      server.script(modelStep.neverAnswers());
      expect(await failureOf(() => ask({ firstTokenMs: 30 }))).to.have.property('code', 'model-unavailable');
      await (await server.call(0)).abandoned;
    });

    it('a model that falls silent: model-unavailable after the time between tokens', async () => {
      server.script(modelStep.reply(['Two', forever]));
      expect(await failureOf(() => ask({ betweenTokensMs: 30 }))).to.have.property(
        'code',
        'model-unavailable',
      );
      await (await server.call(0)).abandoned;
    });

    it('a model that dribbles for ever: model-unavailable after the time in all', async () => {
      server.script(
        modelStep.reply(
          Array.from({ length: 10_000 }, () => 'a'),
          { delayMs: 1 },
        ),
      );
      const times = { timeoutMs: 60, firstTokenMs: 1_000, betweenTokensMs: 1_000 };
      expect(await failureOf(() => ask(times))).to.have.property('code', 'model-unavailable');
    });

    it('does not blame the model for a slow reader', async () => {
      server.script(modelStep.reply(['a', 'b']));
      let said = '';
      for await (const event of adapter(server, { betweenTokensMs: 10 }).answer(answerRequest(), noAbort)) {
        if (event.type === 'text') said += event.text;
        const until = performance.now() + 15;
        while (performance.now() < until) await new Promise(resolve => setImmediate(resolve));
      }
      expect(said).to.equal('ab');
    });
  });

  describe('an abort', () => {
    it('ends the upstream request on the wire within a second, in the middle of the stream', async () => {
      server.script(modelStep.reply(['Two', forever]));
      const stop = new AbortController();
      let stoppedAt = 0;
      const thrown = await failureOf(async () => {
        for await (const _ of adapter(server).answer(answerRequest(), stop.signal)) {
          stoppedAt = performance.now();
          stop.abort(new Error('stop'));
        }
      });
      expect(thrown).to.have.property('message', 'stop');
      await (await server.call(0)).abandoned;
      expect(performance.now() - stoppedAt).to.be.lessThan(1_000);
    });

    it('and before the first token', async () => {
      server.script(modelStep.neverAnswers());
      const stop = new AbortController();
      const failure = failureOf(() => ask({}, stop.signal));
      const call = await server.call(0);
      stop.abort(new Error('stop'));
      expect(await failure).to.have.property('message', 'stop');
      await call.abandoned;
    });

    it('and when the reader walks away', async () => {
      server.script(modelStep.reply(['Two', forever]));
      for await (const _ of adapter(server).answer(answerRequest(), noAbort)) break;
      await (await server.call(0)).abandoned;
    });
  });

  it('reserves what the call can cost at most: a token per byte of the prompt, and the whole answer', () => {
    const request = answerRequest({
      maxOutputTokens: 1_000_000,
      sources: [source(1, 'x'.repeat(3_000_000))],
    });
    const prices = { 'test-model': { inputMicros: 1_000_000, outputMicros: 2_000_000 } };
    expect(adapter(server, { prices }).estimateCostMicros(request)).to.be.within(5_000_000, 5_003_000);
  });
});

function adapter(server: ModelServer, options: Partial<OpenAiLlmOptions> = {}): OpenAiLlm {
  return new OpenAiLlm({
    apiKey: 'test-key',
    baseUrl: server.url,
    model: 'test-model',
    fetch,
    timeoutMs: 10_000,
    ...options,
  });
}
