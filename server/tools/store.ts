import type { Tx } from '../db/index.ts';
import type { TenantId } from '../kernel/index.ts';
import type { TenantSecrets } from '../secrets/index.ts';
import type { Pinned, ToolDefinition } from './definition.ts';

export interface StoredTool {
  name: string;
  title: string;
  description: string;
  definition: ToolDefinition;
  /** Of a tool of an MCP server; null for all else. */
  pinned: Pinned | null;
  /** Names alone: values are never shown again. */
  hasHeaders: boolean;
  enabled: boolean;
  updatedAt: Date;
}

const place = (name: string) => `custom-tool:${name}`;

export async function selectTools(tx: Tx, tenantId: TenantId): Promise<StoredTool[]> {
  const rows = await tx('custom_tools').where({ tenant_id: tenantId }).orderBy('name');
  return rows.map(row => ({
    name: row.name,
    title: row.title,
    description: row.description,
    definition: row.definition,
    pinned: row.pinned,
    hasHeaders: row.sealed_headers !== null,
    enabled: row.enabled,
    updatedAt: row.updated_at,
  }));
}

export async function readHeaders(
  tx: Tx,
  secrets: TenantSecrets,
  tenantId: TenantId,
  name: string,
): Promise<Record<string, string>> {
  const row = await tx('custom_tools').where({ tenant_id: tenantId, name }).first('sealed_headers');
  if (!row?.sealed_headers) return {};
  return JSON.parse(await secrets.unseal(tx, tenantId, place(name), row.sealed_headers));
}

/** `headers` left out keeps those that are stored, null takes them away. */
export async function saveTool(
  tx: Tx,
  secrets: TenantSecrets,
  tenantId: TenantId,
  tool: Omit<StoredTool, 'hasHeaders' | 'updatedAt'> & {
    headers?: Record<string, string> | null | undefined;
  },
): Promise<void> {
  const { headers, name, title, description, definition, pinned, enabled } = tool;
  const row = {
    title,
    description,
    definition: JSON.stringify(definition),
    pinned: pinned === null ? null : JSON.stringify(pinned),
    enabled,
    updated_at: new Date(),
    ...(headers === undefined
      ? {}
      : {
          sealed_headers:
            headers === null ? null : await secrets.seal(tx, tenantId, place(name), JSON.stringify(headers)),
        }),
  };
  await tx('custom_tools')
    .insert({ tenant_id: tenantId, name, ...row })
    .onConflict(['tenant_id', 'name'])
    .merge(row);
}

export async function removeTool(tx: Tx, tenantId: TenantId, name: string): Promise<boolean> {
  return (await tx('custom_tools').where({ tenant_id: tenantId, name }).delete()) > 0;
}
