/**
 * How one provider wants to be asked, where OpenAI-compatible servers differ. The one place for such knowledge.
 *
 * - OpenAI (and Azure) wants `max_completion_tokens`, and its reasoning models refuse the older name; all the
 *   others we know take `max_tokens`, and several silently ignore the newer one: the answer would be unbounded.
 * - `stream_options` is taken or ignored by OpenAI, OpenRouter, vLLM, Ollama.
 * - `dimensions` for embeddings is understood only by models trained for it.
 */
export function outputLimit(baseUrl: string, model: string, tokens: number): Record<string, number> {
  const { hostname } = new URL(baseUrl);
  const openai = hostname === 'api.openai.com' || hostname.endsWith('.openai.azure.com');
  const reasoning = /(?:^|\/)(?:o\d|gpt-5)(?:[-.:]|$)/i.test(model);
  return openai || reasoning ? { max_completion_tokens: tokens } : { max_tokens: tokens };
}

export function takesDimensions(model: string): boolean {
  return /(?:^|\/)text-embedding-3-/i.test(model);
}
