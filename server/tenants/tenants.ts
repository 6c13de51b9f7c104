import { LRUCache } from 'lru-cache';
import type { Db, Tx } from '../db/index.ts';
import { asTenantId, type TenantId } from '../kernel/index.ts';

export type TenantState = 'ready' | 'reconnect-needed' | 'uninstalled';

export interface Tenant {
  id: TenantId;
  accountId: number;
  clientUuid: string;
  /** `https://northwind.kommo.com` */
  origin: string;
  subdomain: string;
  name: string;
  locale: string;
  timezone: string;
  country: string | null;
  state: TenantState;
  sessionsValidFrom: Date;
}

export interface TenantRoute {
  tenantId: TenantId;
  accountId: number;
  clientUuid: string;
  origin: string;
  /** False from an uninstall to the next install: found again by then, and trusted with nothing until. */
  active: boolean;
}

/** The tenant of a transaction opened for it; null if it was erased. */
export async function readTenant(tx: Tx, tenantId: TenantId): Promise<Tenant | null> {
  const row = await tx('tenants').where({ tenant_id: tenantId }).first();
  if (!row) return null;
  return {
    id: tenantId,
    accountId: row.account_id,
    clientUuid: row.client_uuid,
    origin: row.origin,
    subdomain: row.subdomain,
    name: row.name,
    locale: row.locale,
    timezone: row.timezone,
    country: row.country,
    state: row.state,
    sessionsValidFrom: row.sessions_valid_from,
  };
}

/** From account id or origin to the tenant, before any tenant is known. */
export interface TenantDirectory {
  byAccount(clientUuid: string, accountId: number): Promise<TenantRoute | null>;
  /** The active one: an origin may have been another account's before. */
  byOrigin(origin: string): Promise<TenantRoute | null>;
  isActive(tenantId: TenantId): Promise<boolean>;
  all(): Promise<TenantRoute[]>;
  /** Forgets what is remembered, after an install or an uninstall in this process. */
  forget(): void;
}

/** Routes are remembered for 3 s: other processes have to feel a change in 5, also on a busy machine. */
export function tenantDirectory(db: Db): TenantDirectory {
  const remembered = new LRUCache<string, { route: TenantRoute | null }>({ max: 10_000, ttl: 3_000 });

  async function find(key: string, where: Partial<TenantRouteRow>): Promise<TenantRoute | null> {
    const known = remembered.get(key);
    if (known) return known.route;
    const row = await db.withoutTenant(tx => tx('tenant_routes').where(where).first());
    const route = row ? toRoute(row) : null;
    remembered.set(key, { route });
    return route;
  }
  return {
    byAccount: (clientUuid, accountId) =>
      find(`account ${clientUuid} ${accountId}`, { client_uuid: clientUuid, account_id: accountId }),
    byOrigin: origin => find(`origin ${origin}`, { origin, active: true }),
    isActive: async tenantId =>
      (await find(`tenant ${tenantId}`, { tenant_id: tenantId, active: true })) !== null,
    async all() {
      const rows = await db.withoutTenant(tx => tx('tenant_routes').orderBy('tenant_id'));
      return rows.map(toRoute);
    },
    forget: () => remembered.clear(),
  };
}

interface TenantRouteRow {
  tenant_id: string;
  account_id: number;
  client_uuid: string;
  origin: string;
  active: boolean;
}

function toRoute(row: TenantRouteRow): TenantRoute {
  return {
    tenantId: asTenantId(row.tenant_id),
    accountId: row.account_id,
    clientUuid: row.client_uuid,
    origin: row.origin,
    active: row.active,
  };
}
