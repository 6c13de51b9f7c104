import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Tx } from '../../db/index.ts';
import type { TenantId } from '../../kernel/index.ts';
import {
  findPersonKey,
  type Person,
  personKeySince,
  seal,
  type TenantSecrets,
  unseal,
} from '../../secrets/index.ts';
import { Trace } from './trace.ts';

const place = (tenantId: TenantId, runId: string) => `run-trace:${tenantId}:${runId}`;

/**
 * Keeps a trace, sealed under the key of the person it is about; its digest stays when that key is gone. Of a run
 * during which they were erased none is kept.
 */
export async function storeTrace(
  tx: Tx,
  secrets: TenantSecrets,
  tenantId: TenantId,
  person: Person,
  trace: Trace,
): Promise<void> {
  const plain = Buffer.from(JSON.stringify(trace));
  const people: [Person, Person] = [person, `lead-${trace.leadId}`];
  const kept = await personKeySince(tx, secrets, tenantId, people, new Date(trace.startedAt));
  if (kept === null) return;
  const { id, key } = kept;
  await tx('run_traces').insert({
    tenant_id: tenantId,
    run_id: trace.runId,
    person,
    key_id: id,
    digest: createHash('sha256').update(plain).digest('hex'),
    sealed: seal(key, gzipSync(plain, { level: 1 }), place(tenantId, trace.runId)),
  });
}

/** Null where none was kept; `erased` where the person's key was destroyed. @throws CannotUnseal */
export async function readTrace(
  tx: Tx,
  secrets: TenantSecrets,
  tenantId: TenantId,
  runId: string,
): Promise<Trace | 'erased' | null> {
  const row = await tx('run_traces')
    .where({ tenant_id: tenantId, run_id: runId })
    .first('person', 'key_id', 'sealed');
  if (!row) return null;
  const found = await findPersonKey(tx, secrets, tenantId, row.person);
  if (found === null || found.id !== row.key_id) return 'erased';
  const plain = gunzipSync(unseal(found.key, row.sealed, place(tenantId, runId)));
  return Trace.parse(JSON.parse(plain.toString()));
}

/** What is older than the tenant's operator keeps traces; several thousand at a time. @returns how many went */
export async function dropTracesBefore(tx: Tx, tenantId: TenantId, before: Date): Promise<number> {
  const old = tx('run_traces')
    .where({ tenant_id: tenantId })
    .where('created_at', '<', before)
    .limit(5_000)
    .select('run_id');
  return tx('run_traces').where({ tenant_id: tenantId }).whereIn('run_id', old).delete();
}
