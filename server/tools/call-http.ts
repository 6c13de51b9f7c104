import { storable } from '../kernel/index.ts';
import { AddressRefused } from '../outbound/index.ts';
import { argumentsOf } from './arguments.ts';
import { type HttpTool, originOf, slotsOf } from './definition.ts';
import { ToolCallAmbiguous, ToolCallRefused } from './errors.ts';

/** Of an answer, so much is kept. */
export const answerLengthMax = 4_000;
const callMsMax = 20_000;

/**
 * Calls it once. The address keeps its scheme, host, port and number of path segments whatever the arguments are.
 *
 * @throws ToolCallRefused if nothing was done, ToolCallAmbiguous if that cannot be told
 */
export async function callHttp(
  tool: HttpTool,
  args: Record<string, unknown>,
  {
    headers,
    fetch,
    signal,
  }: { headers: Record<string, string>; fetch: typeof globalThis.fetch; signal: AbortSignal },
): Promise<string> {
  const { url, body } = requestOf(tool, args);
  const init: RequestInit = {
    method: tool.method,
    headers: {
      accept: 'application/json, text/plain;q=0.9',
      ...headers,
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    signal: AbortSignal.any([signal, AbortSignal.timeout(callMsMax)]),
    ...(body ? { body } : {}),
  };
  let status: number;
  let text: string;
  try {
    const answer = await fetch(url, init);
    status = answer.status;
    text = await readBounded(answer);
  } catch (thrown) {
    if (thrown instanceof AddressRefused) throw thrown;
    throw new ToolCallAmbiguous(thrown);
  }
  if (status >= 500 || status === 408) throw new ToolCallAmbiguous(new Error(`status ${status}`));
  if (status >= 400)
    throw new ToolCallRefused(
      'tool-refused',
      `The tool’s server answered ${status}: ${without(headers, text).slice(0, 300)}`,
    );
  // "Done, look there" is said with a redirect too: only of a GET is it certain that nothing happened.
  if (status >= 300 && tool.method !== 'GET') throw new ToolCallAmbiguous(new Error(`status ${status}`));
  if (status >= 300)
    throw new ToolCallRefused(
      'tool-refused',
      `The tool’s server answered ${status}; redirects are not followed.`,
    );
  return without(headers, text);
}

/** A server that repeats what it was sent tells no rep a key. */
function without(headers: Record<string, string>, text: string): string {
  return Object.values(headers)
    .filter(value => value.length >= 6)
    .reduce((rest, value) => rest.replaceAll(value, '…'), text);
}

/** @throws ToolCallRefused for arguments that the tool does not take or that would leave their place in the address */
export function requestOf(
  tool: HttpTool,
  given: Record<string, unknown>,
): { url: string; body: string | null } {
  const read = argumentsOf(tool).safeParse(given);
  if (!read.success) {
    const faults = read.error.issues.map(
      ({ path, message }) => `${path.join('.') || 'arguments'}: ${message}`,
    );
    throw new ToolCallRefused(
      'tool-arguments',
      `The arguments do not fit the tool. ${faults.slice(0, 5).join('; ')}`,
    );
  }
  const args = read.data;
  const filled = slotsOf(tool.url).reduce(
    (address, name) =>
      address.replace(`{${name}}`, () => encodeURIComponent(String(args[name]).toWellFormed())),
    tool.url,
  );
  const url = new URL(filled);
  // Dots would climb, which shows in what the parser makes of the address; nothing would merge two parts.
  const empty = slotsOf(tool.url).some(name => String(args[name]) === '');
  if (empty || url.origin !== originOf(tool.url) || url.href !== filled)
    throw new ToolCallRefused('tool-arguments', 'The arguments do not fit into the address of the tool.');
  for (const { name, in: where } of tool.parameters)
    if (where === 'query' && args[name] !== undefined) url.searchParams.set(name, String(args[name]));
  const fields = tool.parameters.filter(one => one.in === 'body' && args[one.name] !== undefined);
  const body =
    fields.length > 0
      ? JSON.stringify(Object.fromEntries(fields.map(({ name }) => [name, args[name]])))
      : null;
  return { url: url.href, body };
}

async function readBounded(answer: Response): Promise<string> {
  if (!answer.body) return '';
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of answer.body) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > answerLengthMax) break;
  }
  return storable(text + decoder.decode()).slice(0, answerLengthMax);
}
