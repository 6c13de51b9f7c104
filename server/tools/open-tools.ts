import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Db } from '../db/index.ts';
import type { TenantId } from '../kernel/index.ts';
import type { TenantSecrets } from '../secrets/index.ts';
import { McpArguments, schemaOf } from './arguments.ts';
import { callHttp, requestOf } from './call-http.ts';
import { callMcp } from './call-mcp.ts';
import { ToolCallRefused } from './errors.ts';
import { readHeaders, type StoredTool, selectTools } from './store.ts';

export interface CustomToolsDeps {
  db: Db;
  secrets: TenantSecrets;
  /** For addresses that a tenant names: public ones alone. */
  fetchPublic: typeof fetch;
}

/** A tool as the agent may offer it to a model. */
export interface OfferedTool {
  name: string;
  title: string;
  description: string;
  /** JSON Schema of its arguments. */
  parameters: Record<string, unknown>;
}

export interface ToolPreview {
  title: string;
  host: string;
  /** Method and address of an HTTP call, or the tool of an MCP server. */
  request: string;
  /** Of the whole definition and of what was accepted with it: another one is another tool. */
  digest: string;
}

export interface CustomTools {
  /** Those that are switched on; remembered for a few seconds. */
  offered(tenantId: TenantId): Promise<OfferedTool[]>;
  /** Where a call would go, for whoever decides on it, as it stands now. @throws ToolCallRefused for a tool or arguments that do not fit */
  preview(tenantId: TenantId, name: string, args: Record<string, unknown>): Promise<ToolPreview>;
  /** Calls it once and answers its text. @throws ToolCallRefused, ToolCallAmbiguous, AddressRefused */
  call(tenantId: TenantId, name: string, args: Record<string, unknown>, signal: AbortSignal): Promise<string>;
  /** After a change by this process. */
  forget(tenantId: TenantId): void;
}

const rememberedMs = 5_000;

export function openTools({ db, secrets, fetchPublic }: CustomToolsDeps): CustomTools {
  const known = new LRUCache<TenantId, StoredTool[]>({ max: 5_000, ttl: rememberedMs });

  async function enabled(tenantId: TenantId): Promise<StoredTool[]> {
    const remembered = known.get(tenantId);
    if (remembered) return remembered;
    const tools = (await db.withTenant(tenantId, tx => selectTools(tx, tenantId))).filter(
      tool => tool.enabled,
    );
    known.set(tenantId, tools);
    return tools;
  }

  /** From one row, never remembered: an address of before must not meet a key of after. */
  async function named(tenantId: TenantId, name: string) {
    return db.withTenant(tenantId, async tx => {
      const tool = (await selectTools(tx, tenantId)).find(one => one.name === name);
      if (!tool?.enabled)
        throw new ToolCallRefused('tool-missing', `There is no tool "${name}", or it is switched off.`);
      return { ...tool, headers: await readHeaders(tx, secrets, tenantId, name) };
    });
  }

  return {
    async offered(tenantId) {
      return (await enabled(tenantId)).map(({ name, title, description, definition, pinned }) => ({
        name,
        title,
        description: pinned ? `${description}\n${pinned.description}`.trim() : description,
        parameters: definition.kind === 'http' ? schemaOf(definition) : schemaOf(pinnedOf(pinned)),
      }));
    },
    async preview(tenantId, name, args) {
      const { title, definition, pinned } = await named(tenantId, name);
      const digest = createHash('sha256')
        .update(JSON.stringify([definition, pinned]))
        .digest('hex');
      if (definition.kind === 'http') {
        const { url } = requestOf(definition, args);
        return { title, host: new URL(url).host, request: `${definition.method} ${url}`, digest };
      }
      assertMcpArguments(args);
      const { host } = new URL(definition.url);
      return { title, host, request: `${definition.tool} (${definition.url})`, digest };
    },
    async call(tenantId, name, args, signal) {
      const { definition, pinned, headers } = await named(tenantId, name);
      const access = { headers, fetch: fetchPublic, signal };
      if (definition.kind === 'http') return callHttp(definition, args, access);
      assertMcpArguments(args);
      return callMcp(definition, pinnedOf(pinned), args, access);
    },
    forget: tenantId => known.delete(tenantId),
  };
}

function pinnedOf(pinned: StoredTool['pinned']) {
  if (pinned === null) throw new ToolCallRefused('tool-changed', 'The tool was never accepted.');
  return pinned;
}

function assertMcpArguments(args: Record<string, unknown>): void {
  const read = McpArguments.safeParse(args);
  if (!read.success) throw new ToolCallRefused('tool-arguments', 'The arguments are too large for a tool.');
}
