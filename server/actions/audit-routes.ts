import { z } from 'zod';
import { verifyAudit } from '../audit/index.ts';
import type { Db } from '../db/index.ts';
import { type Route, route, tenantOf } from '../http/index.ts';

const AuditLine = z.object({
  seq: z.int(),
  at: z.iso.datetime(),
  event: z.string(),
  actor: z.object({ kind: z.string(), id: z.string().nullable() }),
  target: z.string().nullable(),
  details: z.record(z.string(), z.unknown()),
  hash: z.string(),
});
const Verdict = z.object({
  ok: z.boolean(),
  checked: z.int(),
  broken: z.object({ seq: z.int(), reason: z.enum(['changed', 'missing', 'unchained']) }).nullable(),
});
const pageSize = 100;
const shared = { tag: 'audit', permission: 'admin', method: 'get' } as const;

/** What happened in the account, and whether the log of it is whole. */
export function auditRoutes(db: Db): Route[] {
  return [
    route({
      ...shared,
      path: '/v1/audit',
      operation: 'listAudit',
      summary: 'The audit log, newest first.',
      query: z.object({ cursor: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional() }),
      answers: { 200: z.object({ lines: z.array(AuditLine), nextCursor: z.int().nullable() }) },
      async handle({ caller, query }) {
        const tenantId = tenantOf(caller);
        const rows = await db.withTenant(tenantId, tx => {
          const lines = tx('audit_events')
            .where({ tenant_id: tenantId })
            .orderBy('seq', 'desc')
            .limit(pageSize + 1);
          return query.cursor === undefined ? lines : lines.where('seq', '<', query.cursor);
        });
        const lines = rows.slice(0, pageSize).map(row => ({
          seq: row.seq,
          at: row.at.toISOString(),
          event: row.event,
          actor: { kind: row.actor_kind, id: row.actor_id },
          target: row.target,
          details: row.details,
          hash: row.hash,
        }));
        const nextCursor = rows.length > pageSize ? (lines.at(-1)?.seq ?? null) : null;
        return { status: 200, body: { lines, nextCursor } };
      },
    }),
    route({
      ...shared,
      path: '/v1/audit/verify',
      operation: 'verifyAudit',
      summary: 'Walks the chain of the audit log and names the first line that does not hold.',
      answers: { 200: Verdict },
      async handle({ caller }) {
        return { status: 200, body: await verifyAudit(db, tenantOf(caller)) };
      },
    }),
  ];
}
