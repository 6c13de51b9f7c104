import { z } from 'zod';
import { recordAudit } from '../../audit/index.ts';
import { actorOf, type Route, route, tenantOf } from '../../http/index.ts';
import { NotFound, newId, storable } from '../../kernel/index.ts';
import type { QualityDeps } from '../deps.ts';
import { claimOnce } from '../once.ts';
import { questionRoutes } from './question-routes.ts';
import { readSet, SetView, selectSets } from './sets.ts';

const name = z.string().max(200).transform(storable).pipe(z.string().min(1));
const tolerance = z.number().min(0).max(1);
const NewSet = z.object({
  name,
  tolerance: tolerance.default(0.02),
  gatesPublish: z.boolean().default(false),
});
const SetChanges = z.object({
  name: name.optional(),
  tolerance: tolerance.optional(),
  gatesPublish: z.boolean().optional(),
});
const SetId = z.object({ setId: z.uuid() });
const shared = { tag: 'quality', permission: 'admin' } as const;
const missing = { 404: ['golden-set-not-found'] };

function columnsOf({ gatesPublish, ...rest }: z.output<typeof SetChanges>) {
  return { ...rest, ...(gatesPublish === undefined ? {} : { gates_publish: gatesPublish }) };
}

/** Sets of questions of which the right answers are known. */
export function goldenRoutes(deps: QualityDeps): Route[] {
  const { db } = deps;
  return [
    route({
      ...shared,
      method: 'post',
      path: '/v1/golden-sets',
      operation: 'addGoldenSet',
      summary: 'Begin a set of questions of which the right answers are known.',
      body: NewSet,
      answers: { 201: SetView },
      problems: { 422: ['quality-key-reused'] },
      async handle({ caller, body, idempotencyKey }) {
        const tenantId = tenantOf(caller);
        const actor = actorOf(caller);
        const set = await db.withTenant(tenantId, async tx => {
          const request = { actor, idempotencyKey, operation: 'addGoldenSet', asked: body };
          const { id, isNew } = await claimOnce(tx, tenantId, request, newId());
          if (isNew) {
            const created_by = `${actor.kind}:${actor.id ?? ''}`;
            await tx('golden_sets').insert({ tenant_id: tenantId, id, ...columnsOf(body), created_by });
            await recordAudit(tx, tenantId, { event: 'quality.set-added', actor, target: id });
          }
          return readSet(tx, tenantId, id);
        });
        return { status: 201, body: set };
      },
    }),
    route({
      ...shared,
      method: 'get',
      path: '/v1/golden-sets',
      operation: 'listGoldenSets',
      summary: 'Golden sets, newest first.',
      query: z.object({
        limit: z.coerce.number().int().min(1).max(100).default(50),
        after: z.uuid().optional(),
      }),
      answers: { 200: z.object({ sets: z.array(SetView), next: z.uuid().nullable() }) },
      async handle({ caller, query: { limit, after } }) {
        const tenantId = tenantOf(caller);
        const page = { after: after ?? null, limit: limit + 1 };
        const found = await db.withTenant(tenantId, tx => selectSets(tx, tenantId, page));
        const sets = found.slice(0, limit);
        return { status: 200, body: { sets, next: found.length > limit ? (sets.at(-1)?.id ?? null) : null } };
      },
    }),
    route({
      ...shared,
      method: 'get',
      path: '/v1/golden-sets/{setId}',
      operation: 'getGoldenSet',
      summary: 'A golden set.',
      params: SetId,
      answers: { 200: SetView },
      problems: missing,
      async handle({ caller, params }) {
        const tenantId = tenantOf(caller);
        return {
          status: 200,
          body: await db.withTenant(tenantId, tx => readSet(tx, tenantId, params.setId)),
        };
      },
    }),
    route({
      ...shared,
      method: 'patch',
      path: '/v1/golden-sets/{setId}',
      operation: 'changeGoldenSet',
      summary: 'Rename a set, or choose how much its figures may fall before a publish is held back.',
      params: SetId,
      body: SetChanges,
      answers: { 200: SetView },
      problems: missing,
      async handle({ caller, params: { setId }, body }) {
        const tenantId = tenantOf(caller);
        const set = await db.withTenant(tenantId, async tx => {
          const changes = { ...columnsOf(body), updated_at: tx.fn.now() };
          await tx('golden_sets').where({ tenant_id: tenantId, id: setId }).update(changes);
          const changed = await readSet(tx, tenantId, setId);
          const event = 'quality.set-changed';
          await recordAudit(tx, tenantId, { event, actor: actorOf(caller), target: setId });
          return changed;
        });
        return { status: 200, body: set };
      },
    }),
    route({
      ...shared,
      method: 'delete',
      path: '/v1/golden-sets/{setId}',
      operation: 'deleteGoldenSet',
      summary: 'Delete a set with its questions and runs.',
      params: SetId,
      answers: { 204: null },
      problems: missing,
      async handle({ caller, params: { setId } }) {
        const tenantId = tenantOf(caller);
        await db.withTenant(tenantId, async tx => {
          const gone = await tx('golden_sets').where({ tenant_id: tenantId, id: setId }).delete();
          if (gone === 0) throw new NotFound('golden set');
          const event = 'quality.set-deleted';
          await recordAudit(tx, tenantId, { event, actor: actorOf(caller), target: setId });
        });
        return { status: 204 };
      },
    }),
    ...questionRoutes(deps),
  ];
}
