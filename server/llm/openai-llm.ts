import type OpenAI from 'openai';
import { collectCalls } from './collect-calls.ts';
import { type CompletionPart, type ReportedUsage, readCompletion } from './completion-stream.ts';
import { answerFormat, costReport, kindOf, outputLimit, type ProviderKind } from './dialect.ts';
import { ModelStreamCut } from './errors.ts';
import type { AnswerRequest, Fetch, Llm, LlmEvent, LlmUsage, ToolCall, ToolSpec } from './llm.ts';
import { createClient } from './openai-client.ts';
import { costMicros, estimateTokens, type Price, type Prices, priceOf } from './prices.ts';
import { type PromptMessage, renderPrompt } from './prompt.ts';
import { tokenRatio } from './token-ratio.ts';
import { translateFailure } from './translate-failure.ts';
import { Watch } from './watch.ts';

export interface OpenAiLlmOptions {
  apiKey: string;
  /** Including the version, such as `https://api.openai.com/v1` or `http://127.0.0.1:11434/v1`. */
  baseUrl: string;
  /** What its address says, unless told. */
  kind?: ProviderKind;
  /** Of Azure alone; there the model is the name of a deployment. */
  apiVersion?: string | null;
  model: string;
  fetch: Fetch;
  /** For a whole answer. */
  timeoutMs: number;
  /** Until the first token; a model on one's own machine may have to be loaded first. */
  firstTokenMs?: number;
  betweenTokensMs?: number;
  /** Overrides the list of prices.ts. */
  prices?: Prices;
}

/** The library's time for reading what follows `[DONE]`, so that the connection can be used again. */
const drainMs = 250;

/** The roles and separators around each message. */
const tokensPerMessage = 8;

/** Any server that speaks OpenAI's chat completions: OpenAI, OpenRouter, vLLM, Ollama, ... */
export class OpenAiLlm implements Llm {
  readonly kind = 'online';
  readonly name: string;
  readonly #client: OpenAI;
  readonly #kind: ProviderKind;
  readonly #price: Price;
  readonly #totalMs: number;
  readonly #firstTokenMs: number;
  readonly #betweenTokensMs: number;
  readonly #ratio = tokenRatio();
  /** A request is weighed twice before it is sent; reading a long one takes milliseconds each time. */
  readonly #rendered = new WeakMap<AnswerRequest, PromptMessage[]>();

  constructor({
    apiKey,
    baseUrl,
    kind,
    apiVersion,
    model,
    fetch,
    timeoutMs,
    firstTokenMs,
    betweenTokensMs,
    prices,
  }: OpenAiLlmOptions) {
    this.name = model;
    this.#client = createClient({ apiKey, baseUrl, apiVersion: apiVersion ?? null, fetch, timeoutMs });
    this.#kind = kind ?? (apiVersion ? 'azure' : kindOf(baseUrl));
    this.#price = priceOf(model, prices);
    this.#totalMs = timeoutMs;
    this.#firstTokenMs = firstTokenMs ?? timeoutMs * 0.75;
    this.#betweenTokensMs = betweenTokensMs ?? timeoutMs * 0.25;
  }

  async *answer(request: AnswerRequest, signal: AbortSignal): AsyncGenerator<LlmEvent> {
    signal.throwIfAborted();
    const messages = this.#render(request);
    const watch = new Watch(signal, this.#totalMs);
    let finishReason: string | null = null;
    let refused = false;
    let usage: ReportedUsage | null = null;
    let characters = '';
    const collector = collectCalls();
    try {
      watch.expectWithin(this.#firstTokenMs);
      const response = await this.#ask(messages, request, watch.signal);
      for await (const part of readCompletion(response)) {
        finishReason = part.finishReason ?? finishReason;
        refused ||= part.refused;
        usage = part.usage ?? usage;
        collector.add(part.calls);
        if (part.text !== '') {
          characters += part.text;
          watch.rest();
          yield { type: 'text', text: part.text };
        }
        watch.expectWithin(nextWait(part, this.#betweenTokensMs));
      }
    } catch (thrown) {
      signal.throwIfAborted();
      // All was said: what goes wrong behind it costs the token count, not the answer.
      if (finishReason === null) throw watch.signal.aborted ? watch.signal.reason : translateFailure(thrown);
    } finally {
      watch.close();
    }
    if (finishReason === null) throw new ModelStreamCut();
    const finish = refused ? 'refused' : finishOf(finishReason);
    const collected = collector.calls();
    // A call that the limit cut is no call; servers differ in what they name as the reason after whole ones.
    const calls = finish === 'stop' ? collected : [];
    yield {
      type: 'done',
      finish: calls.length > 0 ? 'tools' : finish,
      calls,
      usage: this.#usage(usage, messages, request.tools, characters, collected),
    };
  }

  estimateCostMicros(request: AnswerRequest): number {
    const messages = this.#render(request);
    return costMicros(this.#price, tokensAtMost(messages, request.tools), request.maxOutputTokens);
  }

  estimateTokens(request: AnswerRequest): number {
    return this.#ratio.expect(countTokens(this.#render(request), request.tools));
  }

  #render(request: AnswerRequest): PromptMessage[] {
    const messages = this.#rendered.get(request) ?? renderPrompt(request);
    this.#rendered.set(request, messages);
    return messages;
  }

  #ask(
    messages: PromptMessage[],
    { maxOutputTokens, tools = [], output }: AnswerRequest,
    signal: AbortSignal,
  ): Promise<Response> {
    const request = {
      model: this.name,
      messages,
      stream: true as const,
      stream_options: { include_usage: true },
      ...(tools.length > 0
        ? { tools: tools.map(tool => ({ type: 'function' as const, function: { ...tool } })) }
        : {}),
      ...outputLimit(this.#kind, this.name, maxOutputTokens),
      ...costReport(this.#kind),
      ...answerFormat(this.#kind, output),
    };
    return this.#client.chat.completions.create(request, { signal }).asResponse();
  }

  #usage(
    reported: ReportedUsage | null,
    messages: PromptMessage[],
    tools: ToolSpec[] | undefined,
    answer: string,
    calls: ToolCall[],
  ): LlmUsage {
    const inputTokens = reported?.inputTokens ?? countTokens(messages, tools);
    const outputTokens =
      reported?.outputTokens ?? estimateTokens(calls.length > 0 ? answer + JSON.stringify(calls) : answer);
    const cost = reported?.cost ?? null;
    if (reported) this.#ratio.observe(countTokens(messages, tools), inputTokens);
    return {
      inputTokens,
      outputTokens,
      costMicros:
        cost === null ? costMicros(this.#price, inputTokens, outputTokens) : Math.ceil(cost * 1_000_000),
      reported: reported !== null,
    };
  }
}

function nextWait(part: CompletionPart, betweenTokensMs: number): number {
  return part.ended ? Math.min(drainMs, betweenTokensMs) : betweenTokensMs;
}

/** A token stands for at least one byte, whatever the vocabulary: nothing can cost more. */
function tokensAtMost(messages: PromptMessage[], tools: ToolSpec[] = []): number {
  const own = messages.reduce(
    (sum, message) => sum + tokensPerMessage + Buffer.byteLength(wordsOf(message)),
    0,
  );
  return tools.length > 0 ? own + Buffer.byteLength(JSON.stringify(tools)) : own;
}

function countTokens(messages: PromptMessage[], tools: ToolSpec[] = []): number {
  const own = messages.reduce((sum, message) => sum + tokensPerMessage + estimateTokens(wordsOf(message)), 0);
  return tools.length > 0 ? own + estimateTokens(JSON.stringify(tools)) : own;
}

/** All of a message that a model has to read. */
function wordsOf(message: PromptMessage): string {
  return 'tool_calls' in message
    ? (message.content ?? '') + JSON.stringify(message.tool_calls)
    : message.content;
}

/** Servers have their own words for a natural end (`stop`, `eos`, `end_turn`, `tool_calls`); these two differ. */
function finishOf(reason: string): 'stop' | 'length' | 'refused' {
  if (reason === 'length' || reason === 'max_tokens') return 'length';
  return reason === 'content_filter' ? 'refused' : 'stop';
}
