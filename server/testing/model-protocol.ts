import { z } from 'zod';

/** What a real provider takes: anything else is refused, as it would be there. */
const ToolName = z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/);

export const Chat = z.strictObject({
  model: z.string().min(1),
  messages: z
    .array(
      z.union([
        z.strictObject({
          role: z.enum(['system', 'user', 'assistant', 'developer']),
          content: z.string().min(1),
        }),
        z.strictObject({
          role: z.literal('assistant'),
          content: z.string().min(1).nullable(),
          tool_calls: z
            .array(
              z.strictObject({
                id: z.string().min(1),
                type: z.literal('function'),
                function: z.strictObject({ name: ToolName, arguments: z.string() }),
              }),
            )
            .min(1),
        }),
        z.strictObject({ role: z.literal('tool'), tool_call_id: z.string().min(1), content: z.string() }),
      ]),
    )
    .min(1)
    .refine(
      everyCallHasItsResult,
      'a tool message must follow the call it answers, and every call needs one',
    ),
  tools: z
    .array(
      z.strictObject({
        type: z.literal('function'),
        function: z.strictObject({
          name: ToolName,
          description: z.string().min(1).max(1024),
          parameters: z.looseObject({
            type: z.literal('object'),
            properties: z.record(z.string(), z.unknown()),
          }),
        }),
      }),
    )
    .min(1)
    .max(128)
    .optional(),
  stream: z.boolean().optional(),
  stream_options: z.strictObject({ include_usage: z.boolean() }).optional(),
  max_tokens: z.number().int().positive().optional(),
  max_completion_tokens: z.number().int().positive().optional(),
  temperature: z.number().min(0).max(2).optional(),
  response_format: z
    .strictObject({
      type: z.literal('json_schema'),
      json_schema: z.strictObject({ name: ToolName, schema: z.looseObject({ type: z.literal('object') }) }),
    })
    .optional(),
});
export type Chat = z.output<typeof Chat>;

/** Providers refuse a history in which calls and results do not pair up. */
function everyCallHasItsResult(
  messages: { role: string; tool_calls?: { id: string }[]; tool_call_id?: string }[],
): boolean {
  let open = new Set<string>();
  for (const { role, tool_calls: calls, tool_call_id: answered } of messages) {
    if (role === 'tool') {
      if (answered === undefined || !open.delete(answered)) return false;
      continue;
    }
    if (open.size > 0) return false;
    open = new Set(calls?.map(({ id }) => id));
  }
  return open.size === 0;
}

export const Embeddings = z.strictObject({
  model: z.string().min(1),
  input: z.union([z.string().min(1), z.array(z.string().min(1)).min(1).max(2048)]),
  encoding_format: z.literal('float'),
  dimensions: z.number().int().positive().optional(),
});
export type Embeddings = z.output<typeof Embeddings>;

/** Whose rules the server keeps. */
export type Dialect = 'openai' | 'openrouter' | 'azure';

/** OpenRouter alone takes the member that asks for the cost. */
const OpenRouterChat = Chat.extend({ usage: z.strictObject({ include: z.literal(true) }).optional() });
const azureChat =
  /^\/openai\/deployments\/[A-Za-z0-9._-]+\/chat\/completions\?api-version=\d{4}-\d{2}-\d{2}(-preview)?$/;

/** Of a call that was taken. */
export function readChat(body: unknown): Chat {
  return OpenRouterChat.parse(body);
}

export function isChat(path: string): boolean {
  return path === '/v1/chat/completions' || azureChat.test(path);
}

export function faultOf(
  dialect: Dialect,
  method: string,
  call: { path: string; authorization: string; apiKey: string; body: unknown },
): string | null {
  const { path, body } = call;
  if (dialect === 'azure' && (call.apiKey === '' || call.authorization !== '')) return 'no api-key alone';
  if (dialect !== 'azure' && !/^Bearer \S+$/.test(call.authorization)) return 'no bearer key';
  const list = dialect === 'azure' ? /^\/openai\/models\?api-version=/ : /^\/v1\/models$/;
  if (method === 'GET' && list.test(path)) return null;
  const schema = schemaOf(dialect, path);
  if (schema === null || method !== 'POST') return `no such route: ${method} ${path}`;
  const parsed = schema.safeParse(body);
  return parsed.success ? null : z.prettifyError(parsed.error);
}

function schemaOf(dialect: Dialect, path: string): z.ZodType | null {
  if (dialect === 'azure') return azureChat.test(path) ? Chat : null;
  if (path === '/v1/chat/completions') return dialect === 'openrouter' ? OpenRouterChat : Chat;
  return path === '/v1/embeddings' ? Embeddings : null;
}
