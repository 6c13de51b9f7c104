import OpenAI, { AzureOpenAI } from 'openai';
import type { Fetch } from './llm.ts';

export const openaiUrl = 'https://api.openai.com/v1';
export const openrouterUrl = 'https://openrouter.ai/api/v1';

export interface ClientOptions {
  apiKey: string;
  baseUrl: string;
  /** Given for Azure alone, whose paths name the deployment and whose header is another. */
  apiVersion?: string | null;
  fetch: Fetch;
  /** For the response headers; the adapters watch the rest themselves. */
  timeoutMs: number;
}

/** The library reads half a dozen variables of the environment unless each is given; only our config counts. */
export function createClient({ apiKey, baseUrl, apiVersion, fetch, timeoutMs }: ClientOptions): OpenAI {
  const options = {
    apiKey,
    fetch,
    timeout: timeoutMs,
    maxRetries: 0,
    organization: null,
    project: null,
    adminAPIKey: null,
    webhookSecret: null,
    logLevel: 'off' as const, // it would print the provider's data on a parse error
  };
  if (!apiVersion) return new OpenAI({ ...options, baseURL: baseUrl });
  return new AzureOpenAI({ ...options, apiVersion, baseURL: azureUrl(baseUrl) });
}

/** People copy the address of the resource, with or without the path behind it. */
function azureUrl(baseUrl: string): string {
  const bare = baseUrl.replace(/\/+$/, '');
  return bare.endsWith('/openai') ? bare : `${bare}/openai`;
}
