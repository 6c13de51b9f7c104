import { createHash } from 'node:crypto';
import { AddressRefused } from '../outbound/index.ts';
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
/** A server with more is one to be listed in parts by nobody. */
const toolsMax = 500;

/** What an MCP server offers. @throws ToolCallRefused if it does not answer as one, AddressRefused */
export async function listMcpTools(url: string, access: McpAccess): Promise<McpDescription[]> {
  return connected(url, access, async client => {
    const tools: McpDescription[] = [];
    let cursor: string | undefined;
    do {
      const page = await client.listTools(cursor === undefined ? {} : { cursor }, { signal: access.signal });
      tools.push(
        ...page.tools.map(({ name, description, inputSchema }) => ({
          name,
          description: description ?? '',
          inputSchema: inputSchema as Record<string, unknown>,
        })),
      );
      cursor = page.nextCursor;
    } while (cursor !== undefined && tools.length < toolsMax);
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
    const text = parts
      .map(part => (part.type === 'text' ? String(part.text) : `(${String(part.type)})`))
      .join('\n')
      .slice(0, answerLengthMax)
      .toWellFormed();
    if (answer.isError)
      throw new ToolCallRefused('tool-refused', `The tool answered with an error: ${text.slice(0, 300)}`);
    return text;
  });
}

type Client = InstanceType<typeof import('@modelcontextprotocol/sdk/client/index.js').Client>;

/** The library is loaded by the first tenant that needs it. */
async function connected<T>(
  url: string,
  { headers, fetch, signal }: McpAccess,
  use: (client: Client) => Promise<T>,
): Promise<T> {
  const [{ Client }, { StreamableHTTPClientTransport }] = await Promise.all([
    import('@modelcontextprotocol/sdk/client/index.js'),
    import('@modelcontextprotocol/sdk/client/streamableHttp.js'),
  ]);
  const client = new Client({ name: 'cardwise', version: '1.0.0' });
  let refused: AddressRefused | null = null;
  const transport = new StreamableHTTPClientTransport(new URL(url), {
    requestInit: { headers },
    async fetch(input, init) {
      try {
        return await fetch(String(input), init);
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
    signal.throwIfAborted();
    if (refused) throw refused;
    if (thrown instanceof ToolCallRefused || thrown instanceof ToolCallAmbiguous) throw thrown;
    throw new ToolCallRefused('tool-refused', 'The address does not answer as an MCP server.');
  } finally {
    await client.close().catch(() => undefined);
  }
}
