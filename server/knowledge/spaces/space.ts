import type { Tx } from '../../db/index.ts';
import { newId, type TenantId } from '../../kernel/index.ts';
import type { Embedder } from '../../llm/index.ts';

export type Precision = 'full' | 'half';

/** What makes vectors comparable: the same model, as many numbers, kept as precisely. */
export interface SpaceKind {
  model: string;
  dimensions: number;
  precision: Precision;
}

export interface Space extends SpaceKind {
  id: string;
  state: 'building' | 'serving' | 'retired';
  /** Chosen for this tenant, who then does not follow the configuration. */
  chosen: boolean;
  /** Its graph answers searches; otherwise its vectors are scanned. */
  indexed: boolean;
  passagesDone: number;
  passagesTotal: number;
  failureCode: string | null;
  failedAt: Date | null;
}

/** More numbers of full precision than this cannot be indexed, nor kept in one page with their row. */
const fullDimensionsMax = 2000;

export function precisionOf(dimensions: number, wanted: Precision | null = null): Precision {
  return dimensions > fullDimensionsMax ? 'half' : (wanted ?? 'full');
}

/** The space that the configuration names. */
export function configuredKind(
  { model, dimensions }: Embedder,
  precision: Precision | null | undefined,
): SpaceKind {
  return { model, dimensions, precision: precisionOf(dimensions, precision) };
}

/** The column that holds a space's vectors, and their type; fit to stand in SQL. */
export function vectorColumn({ precision, dimensions }: Pick<SpaceKind, 'precision' | 'dimensions'>) {
  return precision === 'half'
    ? { column: 'half', type: `halfvec(${Math.trunc(dimensions)})` }
    : { column: 'embedding', type: `vector(${Math.trunc(dimensions)})` };
}

const columns = `id, model, dimensions, precision, state, chosen, indexed_at is not null as indexed,
  passages_done as "passagesDone", passages_total as "passagesTotal", failure_code as "failureCode",
  failed_at as "failedAt"`;

/** The tenant's spaces that are in use or being filled, by their states. */
export async function openSpaces(
  tx: Tx,
  tenantId: TenantId,
): Promise<{ serving: Space | null; building: Space | null }> {
  const { rows } = await tx.raw(
    `select ${columns} from embedding_spaces where tenant_id = :tenantId and state <> 'retired'`,
    { tenantId },
  );
  const spaces = rows as Space[];
  return {
    serving: spaces.find(({ state }) => state === 'serving') ?? null,
    building: spaces.find(({ state }) => state === 'building') ?? null,
  };
}

/** Every space the tenant ever had, the newest first. */
export async function selectSpaces(tx: Tx, tenantId: TenantId): Promise<Space[]> {
  const { rows } = await tx.raw(
    `select ${columns} from embedding_spaces where tenant_id = :tenantId order by id desc`,
    { tenantId },
  );
  return rows;
}

/**
 * The space that answers searches. Where there is none yet, the one most documents have their vectors in
 * becomes it, and for a tenant without any vectors the one that the configuration names.
 */
export async function servingSpace(tx: Tx, tenantId: TenantId, configured: SpaceKind): Promise<Space> {
  const { serving } = await openSpaces(tx, tenantId);
  if (serving !== null) return serving;
  const { rows } = await tx.raw(
    `
    select s.id from embedding_spaces s
    join documents d on d.tenant_id = :tenantId and d.embedded_space_id = s.id and d.current_version_id is not null
    where s.tenant_id = :tenantId
    group by s.id order by count(*) desc, s.id limit 1`,
    { tenantId },
  );
  const [used] = rows as { id: string }[];
  const id = used?.id ?? (await keepSpace(tx, tenantId, configured));
  // Two at once may want this; the second finds that it is done.
  await tx.raw(
    `
    update embedding_spaces set state = 'serving', retired_at = null
    where tenant_id = :tenantId and id = :id and state = 'retired'
      and not exists (select from embedding_spaces where tenant_id = :tenantId and state = 'serving')`,
    { tenantId, id },
  );
  const now = await openSpaces(tx, tenantId);
  if (now.serving === null) throw new Error('A tenant was left without a serving space.');
  return now.serving;
}

/** The id of the tenant's space of this kind, made if there is none. */
export async function keepSpace(
  tx: Tx,
  tenantId: TenantId,
  { model, dimensions, precision }: SpaceKind,
): Promise<string> {
  const kind = { tenant_id: tenantId, model, dimensions, precision };
  await tx('embedding_spaces')
    .insert({ ...kind, id: newId(), retired_at: tx.fn.now() })
    .onConflict(['tenant_id', 'model', 'dimensions', 'precision'])
    .ignore();
  return (await tx('embedding_spaces').where(kind).first('id')).id;
}

/** Says that a space could not be filled, so that the sweep leaves it alone for a while. */
export async function markFailed(tx: Tx, tenantId: TenantId, spaceId: string, code: string): Promise<void> {
  await tx('embedding_spaces')
    .where({ tenant_id: tenantId, id: spaceId })
    .update({ failed_at: tx.fn.now(), failure_code: code });
}

/** Did filling this space fail within the last hour? The queue has tried by then; more tries cost money. */
export function failedLately({ failedAt }: Space): boolean {
  return failedAt !== null && failedAt.getTime() > Date.now() - 60 * 60 * 1000;
}
