import { z } from 'zod';
import { actorOf, type Route, route, tenantOf } from '../../http/index.ts';
import type { TenantId } from '../../kernel/index.ts';
import type { KnowledgeDeps } from '../deps.ts';
import { estimateSpace } from './estimate.ts';
import { cancelSpace, NoEmbeddingModel, requestSpace, sameKind } from './request-space.ts';
import { configuredKind, precisionOf, type Space, type SpaceKind, selectSpaces } from './space.ts';

const model = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[\x21-\x7e]+$/, 'must be the name of a model');
const dimensions = z.coerce.number().int().min(256).max(3072);
const precision = z.enum(['full', 'half']);

const Kind = { model: z.string(), dimensions: z.int(), precision };
const SpaceView = z.object({
  id: z.uuid(),
  ...Kind,
  state: z.enum(['building', 'serving', 'retired']),
  /** True for one that was chosen for this account, which then does not follow the configuration. */
  chosen: z.boolean(),
  /** True where a graph answers searches; false where every vector is looked at. */
  indexed: z.boolean(),
  /** Passages gone through while it is built. */
  progress: z.object({ done: z.int(), total: z.int() }),
  failure: z.object({ code: z.string(), at: z.iso.datetime() }).nullable(),
});
const EstimateView = z.object({
  ...Kind,
  passages: z.int(),
  missing: z.int(),
  tokens: z.int(),
  costMicros: z.int(),
  /** The month of the price list; null for a model that is not on it and counts with a cautious price. */
  pricesOf: z.string().nullable(),
});
const Spaces = z.object({
  spaces: z.array(SpaceView),
  /** What the configuration asks for and this account does not have yet: confirm it to change over. */
  pending: z.object(Kind).nullable(),
});

const shared = { tag: 'knowledge', permission: 'admin' } as const;
const noModel = ['no-embedding-model'];

/** Which model's vectors answer searches, what another would cost, and the change to it. */
export function spaceRoutes(deps: KnowledgeDeps): Route[] {
  const configured = (): SpaceKind | null => deps.embedder && configuredKind(deps.embedder, deps.precision);
  const readSpaces = async (tenantId: TenantId): Promise<z.infer<typeof Spaces>> => {
    const spaces = await deps.db.withTenant(tenantId, tx => selectSpaces(tx, tenantId));
    const current = spaces.find(({ state }) => state === 'building') ?? spaces.find(isServing);
    const wanted = configured();
    const differs = current !== undefined && wanted !== null && !sameKind(current, wanted);
    return { spaces: spaces.map(toView), pending: differs && !current.chosen ? wanted : null };
  };
  const kindOf = (asked: {
    model?: string | undefined;
    dimensions?: number | undefined;
    precision?: 'full' | 'half' | undefined;
  }): SpaceKind => {
    const usual = configured();
    if (usual === null) throw new NoEmbeddingModel();
    const length = asked.dimensions ?? usual.dimensions;
    const same = asked.dimensions === undefined || asked.dimensions === usual.dimensions;
    return {
      model: asked.model ?? usual.model,
      dimensions: length,
      precision: precisionOf(length, asked.precision ?? (same ? usual.precision : null)),
    };
  };
  return [
    route({
      ...shared,
      method: 'get',
      path: '/v1/embedding-spaces',
      operation: 'listEmbeddingSpaces',
      summary: 'The models whose vectors this account has, newest first, and which of them answers searches.',
      answers: { 200: Spaces },
      async handle({ caller }) {
        return { status: 200, body: await readSpaces(tenantOf(caller)) };
      },
    }),
    route({
      ...shared,
      method: 'get',
      path: '/v1/embedding-spaces/estimate',
      operation: 'estimateEmbeddingSpace',
      summary: 'What changing the embedding model would take; the configured model unless another is named.',
      query: z.object({
        model: model.optional(),
        dimensions: dimensions.optional(),
        precision: precision.optional(),
      }),
      answers: { 200: EstimateView },
      problems: { 409: noModel },
      async handle({ caller, query }) {
        const tenantId = tenantOf(caller);
        const kind = kindOf(query);
        const body = await deps.db.withTenant(tenantId, tx => estimateSpace(tx, tenantId, kind, deps.prices));
        return { status: 200, body };
      },
    }),
    route({
      ...shared,
      method: 'post',
      path: '/v1/embedding-spaces',
      operation: 'requestEmbeddingSpace',
      summary: 'Change the embedding model: vectors are made in the background, then searches change over.',
      body: z.object({
        model: model.optional(),
        dimensions: dimensions.optional(),
        precision: precision.optional(),
        /** The estimate that was confirmed, millionths of a US dollar. */
        costMicrosMax: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
      }),
      answers: { 202: Spaces },
      problems: { 409: [...noModel, 'embedding-cost-changed', 'not-in-that-state'] },
      async handle({ caller, body: { costMicrosMax, ...asked } }) {
        const tenantId = tenantOf(caller);
        await requestSpace(deps, tenantId, { ...kindOf(asked), costMicrosMax }, actorOf(caller));
        return { status: 202, body: await readSpaces(tenantId) };
      },
    }),
    route({
      ...shared,
      method: 'post',
      path: '/v1/embedding-spaces/{spaceId}/cancel',
      operation: 'cancelEmbeddingSpace',
      summary: 'Stop making vectors; the old ones go on answering.',
      params: z.object({ spaceId: z.uuid() }),
      answers: { 200: Spaces },
      problems: { 404: ['embedding-space-not-found'], 409: ['not-in-that-state'] },
      async handle({ caller, params }) {
        const tenantId = tenantOf(caller);
        await cancelSpace(deps, tenantId, params.spaceId, actorOf(caller));
        return { status: 200, body: await readSpaces(tenantId) };
      },
    }),
  ];
}

const isServing = ({ state }: Space) => state === 'serving';

function toView({ passagesDone, passagesTotal, failureCode, failedAt, ...space }: Space) {
  const failure = failedAt && { code: failureCode ?? 'embedding-failed', at: failedAt.toISOString() };
  return { ...space, progress: { done: passagesDone, total: passagesTotal }, failure };
}
