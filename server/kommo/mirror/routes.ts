import { z } from 'zod';
import type { Db } from '../../db/index.ts';
import { type Route, route, tenantOf } from '../../http/index.ts';
import type { TenantId } from '../../kernel/index.ts';
import { wantReconcile } from './sync.ts';
import { MirrorView, readMirrorView } from './view.ts';

export interface MirrorRoutesDeps {
  db: Db;
  /** Asks for a turn now. */
  startSync(tenantId: TenantId): Promise<void>;
}

/** For administrators: how far the copy of their account is, and a comparison at once. */
export function mirrorRoutes({ db, startSync }: MirrorRoutesDeps): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/mirror',
      operation: 'readMirror',
      summary: "How far our copy of the account's records is, and how it hears of changes.",
      tag: 'kommo',
      permission: 'admin',
      answers: { 200: MirrorView },
      async handle({ caller }) {
        const tenantId = tenantOf(caller);
        return { status: 200, body: await db.withTenant(tenantId, tx => readMirrorView(tx, tenantId)) };
      },
    }),
    route({
      method: 'post',
      path: '/v1/mirror/reconcile',
      operation: 'reconcileMirror',
      summary: 'Compares our copy with Kommo now, rather than at its next time.',
      tag: 'kommo',
      permission: 'admin',
      bodyKind: 'none',
      answers: { 202: z.object({ accepted: z.literal(true) }) },
      async handle({ caller }) {
        const tenantId = tenantOf(caller);
        await wantReconcile(db, tenantId);
        await startSync(tenantId);
        return { status: 202, body: { accepted: true } };
      },
    }),
  ];
}
