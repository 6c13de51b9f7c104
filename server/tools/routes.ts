import { z } from 'zod';
import { recordAudit } from '../audit/index.ts';
import { actorOf, type Caller, type Route, route, tenantOf } from '../http/index.ts';
import { InvalidInput, NotFound, storable } from '../kernel/index.ts';
import { listMcpTools, pinMcpTool } from './call-mcp.ts';
import { McpTool, ToolDefinition, ToolName } from './definition.ts';
import type { CustomTools, CustomToolsDeps } from './open-tools.ts';
import { readHeaders, removeTool, type StoredTool, saveTool, selectTools } from './store.ts';

const Text = (max: number) => z.string().transform(storable).pipe(z.string().trim().min(1).max(max));
/** What an HTTP library would refuse, or what is ours to set, is refused when it is saved. */
const Headers = z
  .record(z.string().regex(/^[A-Za-z0-9-]{1,64}$/), z.string().regex(/^[\x20-\x7e]{1,4000}$/))
  .refine(headers => Object.keys(headers).length <= 10, 'must be at most 10')
  .refine(
    headers =>
      !Object.keys(headers).some(name => /^(host|content-length|transfer-encoding|connection)$/i.test(name)),
    'must not set host, content-length, transfer-encoding or connection',
  );
const ToolView = z.object({
  name: z.string(),
  title: z.string(),
  description: z.string(),
  definition: ToolDefinition,
  /** What an MCP server said of it when it was saved: the model is told this and nothing newer. */
  accepted: z.object({ description: z.string(), digest: z.string() }).nullable(),
  hasHeaders: z.boolean(),
  enabled: z.boolean(),
  updatedAt: z.iso.datetime(),
});
const shared = { tag: 'tools', permission: 'admin' } as const;
const Name = z.object({ name: ToolName });
const toolsMax = 50;

/** The tools that an administrator adds. Whatever they are, a model can only ask for a call, and a person lets it happen. */
export function toolRoutes(deps: CustomToolsDeps, tools: CustomTools): Route[] {
  const { db, secrets, fetchPublic } = deps;

  async function record(
    caller: Caller | null,
    event: string,
    name: string,
    change: (tx: Parameters<typeof recordAudit>[0]) => Promise<void>,
  ) {
    const tenantId = tenantOf(caller);
    await db.withTenant(tenantId, async tx => {
      await change(tx);
      await recordAudit(tx, tenantId, { event, actor: actorOf(caller), target: name });
    });
    tools.forget(tenantId);
  }

  async function find(caller: Caller | null, name: string): Promise<StoredTool | null> {
    const tenantId = tenantOf(caller);
    const all = await db.withTenant(tenantId, tx => selectTools(tx, tenantId));
    return all.find(tool => tool.name === name) ?? null;
  }

  return [
    route({
      ...shared,
      method: 'get',
      path: '/v1/tools',
      operation: 'listTools',
      summary: 'The tools that were added to this account.',
      answers: { 200: z.object({ tools: z.array(ToolView) }) },
      async handle({ caller }) {
        const tenantId = tenantOf(caller);
        const all = await db.withTenant(tenantId, tx => selectTools(tx, tenantId));
        return { status: 200, body: { tools: all.map(view) } };
      },
    }),
    route({
      ...shared,
      method: 'put',
      path: '/v1/tools/{name}',
      operation: 'saveTool',
      summary:
        'Adds a tool or changes it. Of an MCP tool, what its server says of it now is accepted with it.',
      params: Name,
      body: z.object({
        title: Text(100),
        description: Text(1_000),
        definition: ToolDefinition,
        headers: Headers.nullish(),
        enabled: z.boolean().default(true),
      }),
      answers: { 200: ToolView },
      problems: { 422: ['tool-refused', 'tool-missing', 'address-refused'] },
      async handle({ caller, params: { name }, body, signal }) {
        const tenantId = tenantOf(caller);
        const { known, stored } = await db.withTenant(tenantId, async tx => ({
          known: await selectTools(tx, tenantId),
          stored: await readHeaders(tx, secrets, tenantId, name),
        }));
        if (known.length >= toolsMax && !known.some(tool => tool.name === name))
          throw new InvalidInput([{ path: 'name', message: `at most ${toolsMax} tools can be added` }]);
        // Headers hold keys: those of one host are not sent to another that only the address was changed to.
        const before = known.find(tool => tool.name === name);
        const moved = before && new URL(before.definition.url).origin !== new URL(body.definition.url).origin;
        if (moved && before.hasHeaders && body.headers === undefined)
          throw new InvalidInput([
            { path: 'headers', message: 'must be given anew, or null, when the tool moves to another host' },
          ]);
        const headers = body.headers === undefined ? stored : (body.headers ?? {});
        const pinned =
          body.definition.kind === 'mcp'
            ? await pinMcpTool(body.definition, { headers, fetch: fetchPublic, signal })
            : null;
        await record(caller, 'tools.saved', name, tx =>
          saveTool(tx, secrets, tenantId, { name, ...body, pinned }),
        );
        const saved = await find(caller, name);
        if (saved === null) throw new NotFound('tool');
        return { status: 200, body: view(saved) };
      },
    }),
    route({
      ...shared,
      method: 'delete',
      path: '/v1/tools/{name}',
      operation: 'removeTool',
      summary: 'Removes a tool; calls of it that wait for approval can no longer be carried out.',
      params: Name,
      answers: { 204: null },
      problems: { 404: ['tool-not-found'] },
      async handle({ caller, params: { name } }) {
        await record(caller, 'tools.removed', name, async tx => {
          if (!(await removeTool(tx, tenantOf(caller), name))) throw new NotFound('tool');
        });
        return { status: 204 };
      },
    }),
    route({
      ...shared,
      method: 'post',
      path: '/v1/tools/{name}/try',
      operation: 'tryTool',
      summary: 'Calls a tool now, with arguments of yours: what it does is done.',
      params: Name,
      body: z.object({ arguments: z.record(z.string(), z.unknown()).default({}) }),
      answers: { 200: z.object({ answer: z.string() }) },
      problems: {
        404: ['tool-not-found'],
        422: ['tool-refused', 'tool-arguments', 'tool-changed', 'address-refused'],
        502: ['tool-ambiguous'],
      },
      async handle({ caller, params: { name }, body, signal }) {
        const tenantId = tenantOf(caller);
        if ((await find(caller, name)) === null) throw new NotFound('tool');
        await db.withTenant(tenantId, tx =>
          recordAudit(tx, tenantId, { event: 'tools.tried', actor: actorOf(caller), target: name }),
        );
        tools.forget(tenantId);
        return { status: 200, body: { answer: await tools.call(tenantId, name, body.arguments, signal) } };
      },
    }),
    route({
      ...shared,
      method: 'post',
      path: '/v1/mcp-server/tools',
      operation: 'listMcpTools',
      summary: 'What an MCP server offers, before any of it is added.',
      body: z.object({ url: McpTool.shape.url, headers: Headers.default({}) }),
      answers: {
        200: z.object({ tools: z.array(z.object({ name: z.string(), description: z.string() })) }),
      },
      problems: { 422: ['tool-refused', 'address-refused'] },
      async handle({ body, signal }) {
        const found = await listMcpTools(body.url, { headers: body.headers, fetch: fetchPublic, signal });
        return {
          status: 200,
          body: { tools: found.map(({ name, description }) => ({ name, description })) },
        };
      },
    }),
  ];
}

function view({ pinned, updatedAt, ...tool }: StoredTool): z.input<typeof ToolView> {
  const accepted = pinned && { description: pinned.description, digest: pinned.digest };
  return { ...tool, accepted, updatedAt: updatedAt.toISOString() };
}
