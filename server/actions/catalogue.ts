import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { Db } from '../db/index.ts';
import type { TenantId } from '../kernel/index.ts';
import { type Account, type KommoClient, KommoForbidden } from '../kommo/index.ts';
import { kommoAs } from './kommo-as.ts';

const Pipeline = z.object({
  id: z.int(),
  name: z.string(),
  is_archive: z.boolean().nullish(),
  _embedded: z.object({
    statuses: z.array(
      z.object({ id: z.int(), name: z.string(), color: z.string().nullish(), type: z.int().nullish() }),
    ),
  }),
});
const Named = z.object({ id: z.int(), name: z.string() });
const Field = z.object({
  id: z.int(),
  name: z.string(),
  type: z.string(),
  is_api_only: z.boolean().nullish(),
  enums: z.array(z.object({ id: z.int(), value: z.string() })).nullish(),
});
const AccountTypes = z.object({ _embedded: z.object({ task_types: z.array(Named) }) });

export interface CatalogueField {
  id: number;
  name: string;
  type: string;
  enums: { id: number; value: string }[] | null;
}

/** What records of an account are made of: stages, people, kinds of tasks, tags and fields. */
export interface Catalogue {
  stages: { pipelineId: number; statusId: number; pipeline: string; status: string; color: string | null }[];
  users: { id: number; name: string; isActive: boolean }[];
  taskTypes: { id: number; name: string }[];
  tags: { id: number; name: string }[];
  fields: CatalogueField[];
  lossReasons: { id: number; name: string }[];
}

export interface Catalogues {
  /** At most a minute old. */
  of(account: Account): Promise<Catalogue>;
}

export function openCatalogues({ db, client }: { db: Db; client: KommoClient }): Catalogues {
  const remembered = new LRUCache<TenantId, Promise<Catalogue>>({ max: 2_000, ttl: 60_000 });
  return {
    of(account) {
      const known = remembered.get(account.tenantId);
      if (known) return known;
      const reading = readCatalogue(db, client, account);
      remembered.set(account.tenantId, reading);
      reading.catch(() => remembered.delete(account.tenantId));
      return reading;
    },
  };
}

async function readCatalogue(db: Db, client: KommoClient, account: Account): Promise<Catalogue> {
  const kommo = kommoAs(client, account, { userId: null });
  const read = <S extends z.ZodType>(path: string, embedded: string, schema: S) =>
    kommo.list(path, embedded).then(items => known(items, schema));
  const [pipelines, fields, tags, lossReasons, types, users] = await Promise.all([
    read('/leads/pipelines', 'pipelines', Pipeline),
    read('/leads/custom_fields?limit=250', 'custom_fields', Field),
    read('/leads/tags?limit=250', 'tags', Named).catch(lacking),
    read('/leads/loss_reasons?limit=250', 'loss_reasons', Named).catch(lacking),
    kommo.get('/account?with=task_types'),
    db.withTenant(account.tenantId, tx =>
      tx('kommo_users').where({ tenant_id: account.tenantId }).orderBy('user_id'),
    ),
  ]);
  const parsedTypes = AccountTypes.safeParse(types);
  return {
    stages: pipelines
      .filter(pipeline => !pipeline.is_archive)
      .flatMap(pipeline =>
        pipeline._embedded.statuses
          .filter(status => status.type !== 1)
          .map(status => ({
            pipelineId: pipeline.id,
            statusId: status.id,
            pipeline: pipeline.name,
            status: status.name,
            color: status.color ?? null,
          })),
      ),
    users: users.map(row => ({ id: row.user_id, name: row.name, isActive: row.is_active })),
    taskTypes: parsedTypes.success ? parsedTypes.data._embedded.task_types.map(toNamed) : [],
    tags: tags.map(toNamed),
    fields: fields.map(({ id, name, type, enums }) => ({
      id,
      name,
      type,
      enums: enums?.map(toEnum) ?? null,
    })),
    lossReasons: lossReasons.map(toNamed),
  };
}

/** An account may lack a part, or not let us read it; the others still serve. */
function lacking(error: unknown): never[] {
  if (error instanceof KommoForbidden) return [];
  throw error;
}

function known<S extends z.ZodType>(items: unknown[], schema: S): z.output<S>[] {
  return items.flatMap(item => {
    const parsed = schema.safeParse(item);
    return parsed.success ? [parsed.data] : [];
  });
}

const toNamed = ({ id, name }: { id: number; name: string }) => ({ id, name });
const toEnum = ({ id, value }: { id: number; value: string }) => ({ id, value });

export function stageName(catalogue: Catalogue, pipelineId: unknown, statusId: unknown): string | null {
  const stage = catalogue.stages.find(one => one.pipelineId === pipelineId && one.statusId === statusId);
  if (stage) return `${stage.pipeline} · ${stage.status}`;
  return statusId === null || statusId === undefined ? null : `#${statusId}`;
}

export function userName(catalogue: Catalogue, userId: unknown): string | null {
  if (userId === null || userId === undefined) return null;
  return catalogue.users.find(({ id }) => id === userId)?.name ?? `#${userId}`;
}
