/** The kinds of server that are asked differently. All but Azure share addresses and headers. */
export const providerKinds = ['openai', 'openrouter', 'azure', 'ollama', 'vllm', 'compatible'] as const;
export type ProviderKind = (typeof providerKinds)[number];

/** What an address tells of the server behind it, where nobody said. */
export function kindOf(baseUrl: string): ProviderKind {
  const { hostname } = new URL(baseUrl);
  if (hostname === 'api.openai.com') return 'openai';
  if (hostname === 'openrouter.ai' || hostname.endsWith('.openrouter.ai')) return 'openrouter';
  // Azure's newer addresses take the library's own paths, so only the words of the request differ.
  return hostname.endsWith('.openai.azure.com') ? 'azure' : 'compatible';
}

/**
 * How one provider wants to be asked, where OpenAI-compatible servers differ. The one place for such knowledge.
 *
 * - OpenAI (and Azure) wants `max_completion_tokens`, and its reasoning models refuse the older name; all the
 *   others we know take `max_tokens`, and several silently ignore the newer one: the answer would be unbounded.
 * - `stream_options` is taken or ignored by OpenAI, OpenRouter, vLLM, Ollama.
 * - `usage: {include: true}` makes OpenRouter say what it charged; strict servers refuse the unknown member.
 * - `dimensions` for embeddings is understood only by models trained for it.
 */
export function outputLimit(kind: ProviderKind, model: string, tokens: number): Record<string, number> {
  const reasoning = /(?:^|\/)(?:o\d|gpt-5)(?:[-.:]|$)/i.test(model);
  return kind === 'openai' || kind === 'azure' || reasoning
    ? { max_completion_tokens: tokens }
    : { max_tokens: tokens };
}

/** Servers that take a shape keep to it better; others may refuse the whole request. */
export function answerFormat(
  kind: ProviderKind,
  output: { name: string; schema: Record<string, unknown> } | undefined,
): {
  response_format?: { type: 'json_schema'; json_schema: { name: string; schema: Record<string, unknown> } };
} {
  if (!output || kind === 'compatible') return {};
  const { name, schema } = output;
  return { response_format: { type: 'json_schema', json_schema: { name, schema } } };
}

export function costReport(kind: ProviderKind): { usage?: { include: true } } {
  return kind === 'openrouter' ? { usage: { include: true } } : {};
}

export function takesDimensions(model: string): boolean {
  return /(?:^|\/)text-embedding-3-/i.test(model);
}
