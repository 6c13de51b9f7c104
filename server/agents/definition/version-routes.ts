import { z } from 'zod';
import { keyOf } from '../../actions/index.ts';
import { type Route, route, tenantOf } from '../../http/index.ts';
import { storable, type TenantId } from '../../kernel/index.ts';
import { listVersions, readAgent, readVersion, type StoredVersion } from './agent-queries.ts';
import { compareDefinitions } from './compare-definitions.ts';
import { AgentDefinition } from './definition.ts';
import type { AgentAdminDeps } from './deps.ts';
import { listPublications, type Publication, readPublication } from './publication-queries.ts';
import { publish, rollBack } from './publish.ts';

const Ordinal = z.coerce.number().int().min(1).max(2_147_483_647);
const AgentId = z.object({ agentId: z.uuid() });
const VersionView = z.object({
  number: z.int(),
  digest: z.string(),
  note: z.string().nullable(),
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
});
const PublicationView = z.object({
  id: z.uuid(),
  version: z.int(),
  kind: z.enum(['publish', 'roll-back']),
  state: z.enum(['queued', 'running', 'published', 'refused', 'failed']),
  result: z.record(z.string(), z.unknown()).nullable(),
  requestedBy: z.string(),
  createdAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
});
/** A version by its number, or what is being worked on. */
const Side = z.union([z.literal('draft'), Ordinal]);
const pageSize = 50;
const shared = { tag: 'agents', permission: 'admin' } as const;

/** Versions of an agent: what they say, how they differ, and which one answers. */
export function versionRoutes(deps: AgentAdminDeps): Route[] {
  return [...readingRoutes(deps), ...publishingRoutes(deps)];
}

function readingRoutes(deps: AgentAdminDeps): Route[] {
  async function definitionOf(tenantId: TenantId, agentId: string, side: 'draft' | number) {
    return deps.db.withTenant(tenantId, async tx => {
      const agent = await readAgent(tx, tenantId, { agentId });
      if (side === 'draft') return agent.draft;
      return (await readVersion(tx, tenantId, { agentId, number: side })).definition;
    });
  }

  return [
    route({
      ...shared,
      method: 'get',
      path: '/v1/agents/{agentId}/versions',
      operation: 'listAgentVersions',
      summary: 'The versions of an agent, newest first.',
      params: AgentId,
      query: z.object({ beforeNumber: Ordinal.optional() }),
      answers: { 200: z.object({ versions: z.array(VersionView) }) },
      problems: { 404: ['agent-not-found'] },
      async handle({ caller, params, query }) {
        const tenantId = tenantOf(caller);
        const before = query.beforeNumber ?? null;
        const versions = await deps.db.withTenant(tenantId, async tx => {
          await readAgent(tx, tenantId, params);
          return listVersions(tx, tenantId, { ...params, before, limit: pageSize });
        });
        return { status: 200, body: { versions: versions.map(toVersionView) } };
      },
    }),
    route({
      ...shared,
      method: 'get',
      path: '/v1/agents/{agentId}/versions/{number}',
      operation: 'getAgentVersion',
      summary: 'A version with all that it says. It never changes.',
      params: AgentId.extend({ number: Ordinal }),
      answers: { 200: VersionView.extend({ definition: AgentDefinition }) },
      problems: { 404: ['agent-not-found', 'agent-version-not-found'] },
      async handle({ caller, params }) {
        const tenantId = tenantOf(caller);
        const version = await deps.db.withTenant(tenantId, async tx => {
          await readAgent(tx, tenantId, params);
          return readVersion(tx, tenantId, params);
        });
        return { status: 200, body: { ...toVersionView(version), definition: version.definition } };
      },
    }),
    route({
      ...shared,
      method: 'get',
      path: '/v1/agents/{agentId}/diff',
      operation: 'compareAgentVersions',
      summary: 'What differs between two versions, or between a version and the draft.',
      params: AgentId,
      query: z.object({ from: Side, to: Side }),
      answers: {
        200: z.object({
          changes: z.array(
            z.object({
              path: z.string(),
              before: z.unknown(),
              after: z.unknown(),
              lines: z
                .array(z.object({ kind: z.enum(['same', 'removed', 'added']), text: z.string() }))
                .nullable(),
            }),
          ),
        }),
      },
      problems: { 404: ['agent-not-found', 'agent-version-not-found'] },
      async handle({ caller, params, query }) {
        const tenantId = tenantOf(caller);
        const before = await definitionOf(tenantId, params.agentId, query.from);
        const after = await definitionOf(tenantId, params.agentId, query.to);
        return { status: 200, body: { changes: compareDefinitions(before, after) } };
      },
    }),
    route({
      ...shared,
      method: 'get',
      path: '/v1/agents/{agentId}/publications',
      operation: 'listPublications',
      summary: 'What was published and what was refused, newest first.',
      params: AgentId,
      answers: { 200: z.object({ publications: z.array(PublicationView) }) },
      problems: { 404: ['agent-not-found'] },
      async handle({ caller, params }) {
        const tenantId = tenantOf(caller);
        const publications = await deps.db.withTenant(tenantId, async tx => {
          await readAgent(tx, tenantId, params);
          return listPublications(tx, tenantId, params.agentId);
        });
        return { status: 200, body: { publications: publications.map(toPublicationView) } };
      },
    }),
    route({
      ...shared,
      method: 'get',
      path: '/v1/agents/{agentId}/publications/{publicationId}',
      operation: 'getPublication',
      summary: 'How far the check of a version is, and what it found.',
      params: AgentId.extend({ publicationId: z.uuid() }),
      answers: { 200: PublicationView },
      problems: { 404: ['agent-not-found', 'publication-not-found'] },
      async handle({ caller, params }) {
        const tenantId = tenantOf(caller);
        const publication = await deps.db.withTenant(tenantId, async tx => {
          await readAgent(tx, tenantId, params);
          return readPublication(tx, tenantId, params);
        });
        return { status: 200, body: toPublicationView(publication) };
      },
    }),
  ];
}

function publishingRoutes(deps: AgentAdminDeps): Route[] {
  return [
    route({
      ...shared,
      method: 'post',
      path: '/v1/agents/{agentId}/publish',
      operation: 'publishAgent',
      summary: 'Makes the draft a version and publishes it once it has stood its check.',
      params: AgentId,
      idempotent: true,
      body: z.object({
        note: z.string().transform(storable).pipe(z.string().max(500)).optional(),
      }),
      answers: { 202: PublicationView },
      problems: {
        404: ['agent-not-found'],
        409: ['publication-running'],
        422: ['action-key-reused'],
      },
      async handle({ caller, params, body, idempotencyKey }) {
        const { agentId } = params;
        const note = body.note ?? null;
        const request = keyOf({ caller, idempotencyKey }, 'publishAgent', [agentId, note]);
        const made = await publish(deps, caller, tenantOf(caller), { agentId, note, request });
        return { status: 202, body: toPublicationView(made) };
      },
    }),
    route({
      ...shared,
      method: 'post',
      path: '/v1/agents/{agentId}/roll-back',
      operation: 'rollBackAgent',
      summary: 'Answers with an earlier published version again, at once.',
      params: AgentId,
      idempotent: true,
      body: z.object({ version: z.int().min(1).max(2_147_483_647) }),
      answers: { 200: PublicationView },
      problems: {
        404: ['agent-not-found', 'agent-version-not-found'],
        409: ['version-not-published'],
        422: ['action-key-reused'],
      },
      async handle({ caller, params, body, idempotencyKey }) {
        const wanted = { agentId: params.agentId, version: body.version };
        const request = keyOf({ caller, idempotencyKey }, 'rollBackAgent', wanted);
        const made = await rollBack(deps, caller, tenantOf(caller), { ...wanted, request });
        return { status: 200, body: toPublicationView(made) };
      },
    }),
  ];
}

function toVersionView({ number, digest, note, createdBy, createdAt }: StoredVersion) {
  return { number, digest, note, createdBy, createdAt: createdAt.toISOString() };
}

function toPublicationView({ agentId: _, ...publication }: Publication) {
  return {
    ...publication,
    createdAt: publication.createdAt.toISOString(),
    endedAt: publication.endedAt?.toISOString() ?? null,
  };
}
