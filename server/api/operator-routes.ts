import { z } from 'zod';
import { recordAudit } from '../audit/index.ts';
import type { Db } from '../db/index.ts';
import { type Route, route } from '../http/index.ts';
import { NotFound } from '../kernel/index.ts';
import { MirrorStage, readMirrorProgress, type TokenMint } from '../kommo/index.ts';
import { readTenant, type TenantDirectory } from '../tenants/index.ts';

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
  /** The present integration; null while none is configured. */
  clientId(): string | null;
}

/** For whoever runs the server: which accounts there are, and a short token to act for one as its administrator. */
export function operatorRoutes({ db, directory, mint, clientId }: OperatorRoutesDeps): Route[] {
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
        // An account that was connected under an earlier integration has a tenant there too, which is not this one.
        const own = clientId();
        const found = (await directory.all()).find(
          ({ accountId, active, clientUuid }) =>
            accountId === params.accountId && active && clientUuid === own,
        );
        if (!found) throw new NotFound('account');
        await db.withTenant(found.tenantId, tx =>
          recordAudit(tx, found.tenantId, {
            event: 'operator.admin-token-issued',
            actor: { kind: 'operator', id: null },
          }),
        );
        const { token, expiresAt } = mint.issue({ kind: 'admin', tenantId: found.tenantId, by: 'operator' });
        return { status: 201, body: { token, expiresAt: expiresAt.toISOString() } };
      },
    }),
  ];
}
