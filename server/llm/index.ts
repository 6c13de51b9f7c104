import type { Embedder, Fetch, Llm } from './llm.ts';
import { OfflineLlm } from './offline-llm.ts';
import { openaiUrl } from './openai-client.ts';
import { OpenAiEmbedder } from './openai-embedder.ts';
import { OpenAiLlm } from './openai-llm.ts';
import type { Prices } from './prices.ts';

export { type Breaker, openBreaker } from './breaker.ts';
export { type ProviderKind, providerKinds } from './dialect.ts';
export { clientWishes, isTitled } from './document-quotes.ts';
export {
  ModelAnswerMisshapen,
  ModelAnswerUnreadable,
  ModelContextTooLong,
  ModelDeclined,
  ModelEmbeddingSizeWrong,
  ModelNotConfigured,
  ModelOutOfCredit,
  ModelRateLimited,
  ModelRefusedKey,
  ModelRejected,
  ModelStreamCut,
  ModelUnavailable,
} from './errors.ts';
export { callsForAnother } from './fail-over.ts';
export { askedTitle } from './lead-intents.ts';
export { listedModelsMax, listModels } from './list-models.ts';
export type {
  AnswerRequest,
  AnswerSource,
  Embedder,
  Fetch,
  Llm,
  LlmEvent,
  LlmUsage,
  ToolCall,
  ToolExchange,
  ToolSpec,
} from './llm.ts';
export { OfflineLlm } from './offline-llm.ts';
export { openaiUrl, openrouterUrl } from './openai-client.ts';
export { OpenAiEmbedder, type OpenAiEmbedderOptions } from './openai-embedder.ts';
export { OpenAiLlm, type OpenAiLlmOptions } from './openai-llm.ts';
export { priceListMonth } from './price-list.ts';
export { isPriced, type Price, type Prices, priceOf, priceOn } from './prices.ts';
export { type HttpRerankerOptions, httpReranker, type Reranker } from './reranker.ts';
export { askShaped, type Shape } from './structured.ts';

/** `none` stands for a server without keys. */
export type LlmConfig =
  | { kind: 'offline' }
  | {
      kind: 'openai';
      apiKey: string;
      /** Null for OpenAI itself. */
      baseUrl: string | null;
      model: string;
      timeoutMs: number;
      /** Asked in this order when the first one fails. */
      fallbacks: { apiKey: string; baseUrl: string | null; model: string }[];
      embedding: { model: string; dimensions: number } | null;
      prices?: Prices;
    };

/** The models that the configuration names, the first choice first; `fetch` is the outbound door and is not used offline. */
export function openLlms(config: LlmConfig, fetch: Fetch): [Llm, ...Llm[]] {
  if (config.kind === 'offline') return [new OfflineLlm()];
  const { timeoutMs, prices, fallbacks } = config;
  const open = ({ apiKey, baseUrl, model }: { apiKey: string; baseUrl: string | null; model: string }) => {
    const options = { apiKey, baseUrl: baseUrl ?? openaiUrl, model, timeoutMs, fetch };
    return new OpenAiLlm(prices === undefined ? options : { ...options, prices });
  };
  return [open(config), ...fallbacks.map(open)];
}

/** Opens other embedding models of the configured provider, each once. */
export function otherEmbedders(
  config: LlmConfig,
  fetch: Fetch,
): (model: string, dimensions: number) => Embedder | null {
  const open = new Map<string, Embedder | null>();
  return (model, dimensions) => {
    const key = `${dimensions} ${model}`;
    const known = open.get(key);
    if (known !== undefined) return known;
    const made =
      config.kind === 'offline' || config.embedding === null
        ? null
        : openEmbedder({ ...config, embedding: { model, dimensions } }, fetch);
    open.set(key, made);
    return made;
  };
}

/** Null where no embedding model is set: then knowledge is searched by its words alone. */
export function openEmbedder(config: LlmConfig, fetch: Fetch): Embedder | null {
  if (config.kind === 'offline' || config.embedding === null) return null;
  const { apiKey, baseUrl, timeoutMs, embedding } = config;
  const { model, dimensions } = embedding;
  return new OpenAiEmbedder({ apiKey, baseUrl: baseUrl ?? openaiUrl, timeoutMs, fetch, model, dimensions });
}
