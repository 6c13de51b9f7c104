import OpenAI from 'openai';
import type { Fetch } from './llm.ts';

export const openaiUrl = 'https://api.openai.com/v1';

export interface ClientOptions {
  apiKey: string;
  baseUrl: string;
  fetch: Fetch;
  /** For the response headers; the adapters watch the rest themselves. */
  timeoutMs: number;
}

/** The library reads half a dozen variables of the environment unless each is given; only our config counts. */
export function createClient({ apiKey, baseUrl, fetch, timeoutMs }: ClientOptions): OpenAI {
  return new OpenAI({
    apiKey,
    baseURL: baseUrl,
    fetch,
    timeout: timeoutMs,
    maxRetries: 0,
    organization: null,
    project: null,
    adminAPIKey: null,
    webhookSecret: null,
    logLevel: 'off', // it would print the provider's data on a parse error
  });
}
