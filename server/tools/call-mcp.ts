import { createHash } from 'node:crypto';
import { storable } from '../kernel/index.ts';
import { AddressRefused, AnswerTooLarge } from '../outbound/index.ts';
import { answerLengthMax } from './call-http.ts';
import type { McpTool, Pinned } from './definition.ts';
import { ToolCallAmbiguous, ToolCallRefused } from './errors.ts';

export interface McpAccess {
  headers: Record<string, string>;
  fetch: typeof globalThis.fetch;
  signal: AbortSignal;
}

export interface McpDescription {
  name: string;
  description: string;
  inputSchema: Record<string, unknown>;
}

const callMsMax = 30_000;
/** Of one answer of the server; what a tool says of itself is told to a model in every turn. */
const bytesMax = 1_000_000;
const descriptionMax = 4_000;
const schemaMax = 32_000;
const pagesMax = 20;
/** A server with more is one to be listed in parts by nobody. */
const toolsMax = 500;

/** What an MCP server offers. @throws ToolCallRefused if it does not answer as one, AddressRefused */
export async function listMcpTools(url: string, access: McpAccess): Promise<McpDescription[]> {
  return connected(url, access, async client => {
    const tools: McpDescription[] = [];
    let cursor: string | undefined;
    let pages = 0;
    do {
      pages += 1;
      const page = await client.listTools(cursor === undefined ? {} : { cursor }, {
        signal: AbortSignal.any([access.signal, AbortSignal.timeout(callMsMax)]),
      });
      tools.push(
        ...page.tools.map(({ name, description, inputSchema }) => ({
          name: storable(name),
          description: storable(description ?? ''),
          inputSchema: JSON.parse(storable(JSON.stringify(inputSchema)).replaceAll('\\u0000', '')),
        })),
      );
      cursor = page.nextCursor;
    } while (cursor !== undefined && tools.length < toolsMax && pages < pagesMax);
    return tools;
  });
}

/** What the tool says of itself now, to be accepted by a person. @throws ToolCallRefused if there is none of the name */
export async function pinMcpTool({ url, tool }: McpTool, access: McpAccess): Promise<Pinned> {
  const found = (await listMcpTools(url, access)).find(({ name }) => name === tool);
  if (!found) throw new ToolCallRefused('tool-missing', `The MCP server has no tool "${tool}".`);
  return pinned(found);
}

function pinned({ name, description, inputSchema }: McpDescription): Pinned {
  const schema = JSON.stringify(inputSchema);
  if (description.length > descriptionMax || schema.length > schemaMax)
    throw new ToolCallRefused('tool-refused', 'The tool says more of itself than a model should be told.');
  const said = JSON.stringify([name, description, inputSchema]);
  return { description, inputSchema, digest: createHash('sha256').update(said).digest('hex') };
}

/**
 * Calls it once, if it still is what was accepted: a server that changes what a tool says of itself after it was
 * accepted speaks to the model behind everybody's back.
 *
 * @throws ToolCallRefused, ToolCallAmbiguous, AddressRefused
 */
export async function callMcp(
  { url, tool }: McpTool,
  accepted: Pinned,
  args: Record<string, unknown>,
  access: McpAccess,
): Promise<string> {
  const now = await pinMcpTool({ kind: 'mcp', url, tool }, access);
  if (now.digest !== accepted.digest)
    throw new ToolCallRefused(
      'tool-changed',
      `"${tool}" describes itself differently from what was accepted. An administrator has to look at it and save it again.`,
    );
  return connected(url, access, async client => {
    let answer: Awaited<ReturnType<typeof client.callTool>>;
    try {
      answer = await client.callTool({ name: tool, arguments: args }, undefined, {
        signal: access.signal,
        timeout: callMsMax,
      });
    } catch (thrown) {
      throw new ToolCallAmbiguous(thrown);
    }
    const parts = Array.isArray(answer.content) ? answer.content : [];
    const words = parts
      .map(part => (part.type === 'text' ? String(part.text) : `(${String(part.type)})`))
      .join('\n')
      .slice(0, answerLengthMax);
    const text = storable(words);
    if (answer.isError)
      throw new ToolCallRefused('tool-refused', `The tool answered with an error: ${text.slice(0, 300)}`);
    return text;
  });
}

type Client = InstanceType<typeof import('@modelcontextprotocol/sdk/client/index.js').Client>;

/** The library is loaded by the first tenant that needs it. */
async function connected<T>(
  url: string,
  { headers, fetch, signal: given }: McpAccess,
  use: (client: Client) => Promise<T>,
): Promise<T> {
  const [{ Client }, { StreamableHTTPClientTransport }] = await Promise.all([
    import('@modelcontextprotocol/sdk/client/index.js'),
    import('@modelcontextprotocol/sdk/client/streamableHttp.js'),
  ]);
  // The library would compile the schemas of every tool's output, which may take it minutes; nobody reads those.
  const jsonSchemaValidator = {
    getValidator: () => (data: unknown) => ({ valid: true, data, errorMessage: undefined }),
  };
  const signal = AbortSignal.any([given, AbortSignal.timeout(callMsMax)]);
  const client = new Client({ name: 'cardwise', version: '1.0.0' }, { jsonSchemaValidator } as object);
  let refused: AddressRefused | null = null;
  const transport = new StreamableHTTPClientTransport(new URL(url), {
    requestInit: { headers },
    async fetch(input, init) {
      try {
        return bounded(await fetch(String(input), init));
      } catch (thrown) {
        if (thrown instanceof AddressRefused) refused = thrown;
        throw thrown;
      }
    },
  });
  try {
    await client.connect(transport, { signal, timeout: callMsMax });
    return await use(client);
  } catch (thrown) {
    if (thrown instanceof ToolCallRefused || thrown instanceof ToolCallAmbiguous) throw thrown;
    given.throwIfAborted();
    if (refused) throw refused;
    throw new ToolCallRefused('tool-refused', 'The address does not answer as an MCP server.');
  } finally {
    await client.close().catch(() => undefined);
  }
}

/** The same answer, cut off with an error where it grows too large. */
function bounded(answer: Response): Response {
  if (!answer.body) return answer;
  let bytes = 0;
  const counted = answer.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        bytes += chunk.byteLength;
        if (bytes > bytesMax) controller.error(new AnswerTooLarge(bytesMax));
        else controller.enqueue(chunk);
      },
    }),
  );
  const { status, statusText, headers } = answer;
  return new Response(counted, { status, statusText, headers });
}
