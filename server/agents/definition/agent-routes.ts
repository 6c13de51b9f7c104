import { z } from 'zod';
import { keyOf } from '../../actions/index.ts';
import { type Route, route, tenantOf } from '../../http/index.ts';
import { storable } from '../../kernel/index.ts';
import { listAgents, readAgent, type StoredAgent } from './agent-queries.ts';
import { createAgent, deleteAgent, saveDraft, settleAgent, switchAgent } from './change-agent.ts';
import { AgentDefinition } from './definition.ts';
import type { AgentAdminDeps } from './deps.ts';
import { agentTemplate, templateNames } from './templates/index.ts';
import { versionRoutes } from './version-routes.ts';

const AgentId = z.object({ agentId: z.uuid() });
const Name = z.string().transform(storable).pipe(z.string().min(1).max(100));
const Template = z.enum(templateNames);
const Locale = z
  .string()
  .regex(/^[a-zA-Z]{2,3}([-_][a-zA-Z0-9]{2,8})*$/)
  .max(20)
  .default('en');
const AgentSummary = z.object({
  id: z.uuid(),
  name: z.string(),
  publishedVersion: z.int().nullable(),
  isDefault: z.boolean(),
  /** Since when it is switched off. */
  killedAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
const AgentView = AgentSummary.extend({ draft: AgentDefinition, draftRevision: z.int() });
const shared = { tag: 'agents', permission: 'admin' } as const;
const missing = { 404: ['agent-not-found'] };

/** What an administrator does with agents: write them, try and publish versions, stop them. */
export function agentAdminRoutes(deps: AgentAdminDeps): Route[] {
  return [...makingRoutes(deps), ...changingRoutes(deps), ...versionRoutes(deps)];
}

function makingRoutes(deps: AgentAdminDeps): Route[] {
  return [
    route({
      ...shared,
      method: 'get',
      path: '/v1/agent-templates',
      operation: 'listAgentTemplates',
      summary: 'What an agent can begin as, in a language of your choice.',
      query: z.object({ locale: Locale }),
      answers: {
        200: z.object({
          templates: z.array(
            z.object({
              template: Template,
              name: z.string(),
              about: z.string(),
              definition: AgentDefinition,
            }),
          ),
        }),
      },
      async handle({ query }) {
        const templates = templateNames.map(name => agentTemplate(name, query.locale));
        return { status: 200, body: { templates } };
      },
    }),
    route({
      ...shared,
      method: 'get',
      path: '/v1/agents',
      operation: 'listAgents',
      summary: 'The agents of this account, oldest first.',
      answers: { 200: z.object({ agents: z.array(AgentSummary) }) },
      async handle({ caller }) {
        const tenantId = tenantOf(caller);
        const agents = await deps.db.withTenant(tenantId, tx => listAgents(tx, tenantId));
        return { status: 200, body: { agents: agents.map(toSummary) } };
      },
    }),
    route({
      ...shared,
      method: 'post',
      path: '/v1/agents',
      operation: 'createAgent',
      summary:
        'Makes an agent of a template or of a whole definition; it answers nobody until it is published.',
      idempotent: true,
      body: z
        .object({
          name: Name,
          template: Template.optional(),
          locale: Locale,
          definition: AgentDefinition.optional(),
        })
        .refine(body => (body.template === undefined) !== (body.definition === undefined), {
          message: 'give either a template or a definition',
          path: ['definition'],
        }),
      answers: { 201: AgentView },
      problems: { 404: ['source-not-found'], 422: ['action-key-reused'] },
      async handle({ caller, body, idempotencyKey }) {
        const { name, template, locale } = body;
        const definition = body.definition ?? agentTemplate(template ?? 'answer', locale).definition;
        const request = keyOf({ caller, idempotencyKey }, 'createAgent', [name, definition]);
        const agent = await createAgent(deps, caller, tenantOf(caller), { name, definition, request });
        return { status: 201, body: toView(agent) };
      },
    }),
    route({
      ...shared,
      method: 'get',
      path: '/v1/agents/{agentId}',
      operation: 'getAgent',
      summary: 'An agent with its draft.',
      params: AgentId,
      answers: { 200: AgentView },
      problems: missing,
      async handle({ caller, params }) {
        const tenantId = tenantOf(caller);
        const agent = await deps.db.withTenant(tenantId, tx => readAgent(tx, tenantId, params));
        return { status: 200, body: toView(agent) };
      },
    }),
  ];
}

function changingRoutes(deps: AgentAdminDeps): Route[] {
  return [
    route({
      ...shared,
      method: 'patch',
      path: '/v1/agents/{agentId}',
      operation: 'changeAgent',
      summary: 'Renames an agent, or lets it answer in the lead card from now on.',
      params: AgentId,
      body: z.object({ name: Name.optional(), isDefault: z.literal(true).optional() }),
      answers: { 200: AgentView },
      problems: { ...missing, 409: ['agent-not-published'] },
      async handle({ caller, params, body }) {
        const agent = await settleAgent(deps, caller, tenantOf(caller), { ...params, ...body });
        return { status: 200, body: toView(agent) };
      },
    }),
    route({
      ...shared,
      method: 'delete',
      path: '/v1/agents/{agentId}',
      operation: 'deleteAgent',
      summary: 'Removes an agent that does not answer in the lead card.',
      params: AgentId,
      answers: { 204: null },
      problems: { ...missing, 409: ['agent-in-use'] },
      async handle({ caller, params }) {
        await deleteAgent(deps, caller, tenantOf(caller), params.agentId);
        return { status: 204 };
      },
    }),
    route({
      ...shared,
      method: 'put',
      path: '/v1/agents/{agentId}/draft',
      operation: 'saveAgentDraft',
      summary: 'Replaces the draft. With `revision`, only if nobody else changed it since.',
      params: AgentId,
      body: z.object({ definition: AgentDefinition, revision: z.int().positive().optional() }),
      answers: { 200: AgentView },
      problems: { 404: ['agent-not-found', 'source-not-found'], 409: ['draft-changed'] },
      async handle({ caller, params, body }) {
        const { definition, revision = null } = body;
        const draft = { ...params, definition, revision };
        return { status: 200, body: toView(await saveDraft(deps, caller, tenantOf(caller), draft)) };
      },
    }),
    ...(['kill', 'revive'] as const).map(verb =>
      route({
        ...shared,
        method: 'post',
        path: `/v1/agents/{agentId}/${verb}`,
        operation: `${verb}Agent`,
        summary:
          verb === 'kill'
            ? 'Stops the agent at once, runs under way included. Stopping it again changes nothing.'
            : 'Lets a stopped agent work again.',
        params: AgentId,
        answers: { 200: AgentView },
        problems: missing,
        async handle({ caller, params }) {
          const change = { ...params, on: verb === 'revive' };
          return { status: 200, body: toView(await switchAgent(deps, caller, tenantOf(caller), change)) };
        },
      }),
    ),
  ];
}

function toSummary(agent: StoredAgent): z.input<typeof AgentSummary> {
  return {
    id: agent.id,
    name: agent.name,
    publishedVersion: agent.publishedVersion,
    isDefault: agent.isDefault,
    killedAt: agent.killedAt?.toISOString() ?? null,
    createdAt: agent.createdAt.toISOString(),
    updatedAt: agent.updatedAt.toISOString(),
  };
}

function toView(agent: StoredAgent): z.input<typeof AgentView> {
  return { ...toSummary(agent), draft: agent.draft, draftRevision: agent.draftRevision };
}
