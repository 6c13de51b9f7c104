import { z } from 'zod';
import { recordAudit } from '../audit/index.ts';
import type { Db } from '../db/index.ts';
import { type Route, route } from '../http/index.ts';
import { NotFound } from '../kernel/index.ts';
import { type Integrations, MirrorStage, readMirrorProgress, type TokenMint } from '../kommo/index.ts';
import { readTenant, type TenantDirectory, type TenantRoute } from '../tenants/index.ts';

const TenantView = z.object({
  accountId: z.int(),
  subdomain: z.string(),
  name: z.string(),
  origin: z.string(),
  state: z.enum(['ready', 'reconnect-needed', 'uninstalled']),
  /** How far our copy of the account is. */
  mirror: z.object({ stage: MirrorStage, records: z.int() }),
});

export interface OperatorRoutesDeps {
  db: Db;
  directory: TenantDirectory;
  mint: TokenMint;
  integrations: Pick<Integrations, 'find'>;
}

/** For whoever runs the server: which accounts there are, and a short token to act for one as its administrator. */
export function operatorRoutes({ db, directory, mint, integrations }: OperatorRoutesDeps): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/operator/tenants',
      operation: 'listTenants',
      summary: 'The accounts that installed the integration.',
      tag: 'operator',
      permission: 'operator',
      answers: { 200: z.object({ tenants: z.array(TenantView) }) },
      async handle() {
        const tenants: z.input<typeof TenantView>[] = [];
        for (const { tenantId } of await directory.all()) {
          const [tenant, mirror] = await db.withTenant(tenantId, async tx => [
            await readTenant(tx, tenantId),
            await readMirrorProgress(tx, tenantId),
          ]);
          if (tenant === null) continue;
          const { accountId, subdomain, name, origin, state } = tenant;
          tenants.push({ accountId, subdomain, name, origin, state, mirror });
        }
        return { status: 200, body: { tenants } };
      },
    }),
    route({
      method: 'post',
      path: '/v1/operator/tenants/{accountId}/tokens',
      operation: 'issueAdminToken',
      summary: 'A token of ten minutes that acts as an administrator of one account.',
      tag: 'operator',
      permission: 'operator',
      params: z.object({ accountId: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER) }),
      answers: { 201: z.object({ token: z.string(), expiresAt: z.iso.datetime() }) },
      problems: { 404: ['account-not-found'] },
      async handle({ params }) {
        let found: TenantRoute | null = null;
        for (const route of await directory.all()) {
          // An account that was connected under an earlier integration has a tenant there too, which is not this one.
          const ours = route.active && route.accountId === params.accountId;
          if (ours && (await integrations.find(route.clientUuid)) !== null) found = route;
        }
        if (found === null) throw new NotFound('account');
        const { tenantId } = found;
        await db.withTenant(tenantId, tx =>
          recordAudit(tx, tenantId, {
            event: 'operator.admin-token-issued',
            actor: { kind: 'operator', id: null },
          }),
        );
        const { token, expiresAt } = mint.issue({ kind: 'admin', tenantId, by: 'operator' });
        return { status: 201, body: { token, expiresAt: expiresAt.toISOString() } };
      },
    }),
  ];
}
