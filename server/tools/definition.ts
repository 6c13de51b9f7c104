import { z } from 'zod';

/** How a model and a person call it. */
export const ToolName = z
  .string()
  .regex(/^[a-z][a-z0-9_]{1,39}$/, 'must be lower-case letters, digits and _');

const Parameter = z
  .strictObject({
    name: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/),
    in: z.enum(['path', 'query', 'body']),
    type: z.enum(['string', 'integer', 'number', 'boolean', 'enum']),
    values: z.array(z.string().min(1).max(200)).min(1).max(100).optional(),
    description: z.string().max(500).default(''),
    required: z.boolean().default(true),
  })
  .refine(({ type, values }) => (type === 'enum') === (values !== undefined), {
    path: ['values'],
    message: 'belongs to the type "enum", and to it alone',
  })
  .refine(parameter => parameter.in !== 'path' || parameter.required, {
    path: ['required'],
    message: 'must be true for a part of the path',
  });
export type Parameter = z.output<typeof Parameter>;

/**
 * One call of somebody's HTTP API. Scheme, host and port are the administrator's; what a model may fill in are whole
 * values in the path (`{orderId}`), the query and a JSON body.
 */
export const HttpTool = z
  .strictObject({
    kind: z.literal('http'),
    method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
    url: z.string().max(2_000),
    parameters: z.array(Parameter).max(30).default([]),
  })
  .superRefine(({ method, url, parameters }, context) => {
    const fault = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    const origin = originOf(url);
    if (origin === null)
      return fault(
        'url',
        'must be https://host/path, with {slots} in the path alone and no login, query or fragment',
      );
    const slots = slotsOf(url);
    const inPath = parameters.filter(one => one.in === 'path').map(({ name }) => name);
    if (new Set(slots).size !== slots.length || !sameNames(slots, inPath))
      fault('parameters', 'must name each {slot} of the address once, as "path", and no others');
    if (new Set(parameters.map(({ name }) => name)).size !== parameters.length)
      fault('parameters', 'must have different names');
    if ((method === 'GET' || method === 'DELETE') && parameters.some(one => one.in === 'body'))
      fault('parameters', `a ${method} has no body`);
  });
export type HttpTool = z.output<typeof HttpTool>;

/** One tool of an MCP server that speaks streamable HTTP. What it says of itself is pinned when it is saved. */
export const McpTool = z.strictObject({
  kind: z.literal('mcp'),
  url: z.url({ protocol: /^https?$/ }).max(2_000),
  /** By its name there. */
  tool: z.string().min(1).max(128),
});
export type McpTool = z.output<typeof McpTool>;

/** As the server described it when an administrator accepted it. */
export const Pinned = z.object({
  description: z.string(),
  inputSchema: z.record(z.string(), z.unknown()),
  digest: z.string(),
});
export type Pinned = z.output<typeof Pinned>;

export const ToolDefinition = z.discriminatedUnion('kind', [HttpTool, McpTool]);
export type ToolDefinition = z.output<typeof ToolDefinition>;

/** Null unless the address is an origin, a path with slots, and nothing else. */
export function originOf(url: string): string | null {
  if (!URL.canParse(url)) return null;
  const parsed = new URL(url);
  const plain = url.startsWith(`${parsed.origin}/`) && !/[?#\\]/.test(url);
  const http = parsed.protocol === 'https:' || parsed.protocol === 'http:';
  const clean = !/[{}]/.test(parsed.origin) && slotsAreWhole(url);
  const sample = url.replaceAll(/\{\w+\}/g, 'x');
  // As the parser would write it, so that what is filled in later is all that can make it another.
  const canonical = URL.canParse(sample) && new URL(sample).href === sample;
  return plain && http && clean && canonical ? parsed.origin : null;
}

/** Braces only around names. */
function slotsAreWhole(url: string): boolean {
  return !/[{}]/.test(url.replaceAll(/\{[A-Za-z_][A-Za-z0-9_]{0,63}\}/g, ''));
}

export function slotsOf(url: string): string[] {
  return [...url.matchAll(/\{([A-Za-z0-9_]+)\}/g)].map(match => match[1] ?? '');
}

function sameNames(one: string[], other: string[]): boolean {
  return one.length === other.length && one.every(name => other.includes(name));
}
