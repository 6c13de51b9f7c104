import type { Tx } from '../db/index.ts';
import { newId, type TenantId } from '../kernel/index.ts';
import type { ProviderKind } from '../llm/index.ts';
import type { TenantSecrets } from '../secrets/index.ts';
import type { Endpoint, NewProvider } from './provider.ts';

export interface StoredProvider extends Endpoint {
  name: string;
  models: string[];
  position: number;
  hasKey: boolean;
  revision: string;
  updatedAt: Date;
}

export interface OpenProvider extends StoredProvider {
  key: string | null;
}

const place = (name: string) => `model-provider:${name}`;

/** In the order they are asked. */
export async function listProviders(tx: Tx, tenantId: TenantId): Promise<StoredProvider[]> {
  return (await selectProviders(tx, tenantId)).map(toProvider);
}

/** The same with their keys, for asking them. */
export async function openProviders(
  tx: Tx,
  secrets: TenantSecrets,
  tenantId: TenantId,
): Promise<OpenProvider[]> {
  const opened: OpenProvider[] = [];
  for (const row of await selectProviders(tx, tenantId)) {
    const { sealed_key: sealed, name } = row;
    const key = sealed === null ? null : await secrets.unseal(tx, tenantId, place(name), sealed);
    opened.push({ ...toProvider(row), key });
  }
  return opened;
}

export async function saveProvider(
  tx: Tx,
  secrets: TenantSecrets,
  tenantId: TenantId,
  name: string,
  { models, position, key, ...endpoint }: Pick<NewProvider, 'models' | 'position' | 'key'> & Endpoint,
): Promise<void> {
  const row = {
    kind: endpoint.kind,
    base_url: endpoint.baseUrl,
    api_version: endpoint.apiVersion,
    models,
    position,
    revision: newId(),
    updated_at: tx.fn.now(),
    ...(key === undefined
      ? {}
      : { sealed_key: key === null ? null : await secrets.seal(tx, tenantId, place(name), key) }),
  };
  await tx('model_providers')
    .insert({ tenant_id: tenantId, name, ...row })
    .onConflict(['tenant_id', 'name'])
    .merge(row);
}

export async function removeProvider(tx: Tx, tenantId: TenantId, name: string): Promise<boolean> {
  return (await tx('model_providers').where({ tenant_id: tenantId, name }).delete()) > 0;
}

interface ProviderRow {
  name: string;
  kind: ProviderKind;
  base_url: string;
  api_version: string | null;
  models: string[];
  position: number;
  sealed_key: Buffer | null;
  revision: string;
  updated_at: Date;
}

async function selectProviders(tx: Tx, tenantId: TenantId): Promise<ProviderRow[]> {
  return tx('model_providers').where({ tenant_id: tenantId }).orderBy(['position', 'name']);
}

function toProvider(row: ProviderRow): StoredProvider {
  return {
    name: row.name,
    kind: row.kind,
    baseUrl: row.base_url,
    apiVersion: row.api_version,
    models: row.models,
    position: row.position,
    hasKey: row.sealed_key !== null,
    revision: row.revision,
    updatedAt: row.updated_at,
  };
}
