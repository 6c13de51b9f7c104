import type { Account } from '../client.ts';
import type { MirrorKind } from './kinds.ts';
import type { MirrorDeps } from './wanted.ts';

/** Has all records of a kind read again at its next turn; until then the mirror does not answer for it. */
export async function wantWalk(
  { db }: Pick<MirrorDeps, 'db'>,
  { tenantId }: Account,
  kind: MirrorKind,
): Promise<void> {
  await db.withTenant(tenantId, tx =>
    tx('mirror_syncs').where({ tenant_id: tenantId, kind }).update({ walk_wanted: true }),
  );
}
