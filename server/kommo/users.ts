import { z } from 'zod';
import type { Db, Tx } from '../db/index.ts';
import type { Clock, TenantId } from '../kernel/index.ts';
import type { Account, KommoClient, Lane } from './client.ts';
import { KommoUnavailable } from './errors.ts';

/** A right as Kommo spells it: all, group, own, denied. */
export type Right = 'A' | 'G' | 'M' | 'D';

/** What is set for one stage holds for the leads in it, in place of the right on all leads. */
interface StageRight {
  pipelineId: number;
  statusId: number;
  view: Right;
  edit: Right;
}

export interface KommoUser {
  userId: number;
  name: string;
  locale: string | null;
  groupId: number | null;
  isAdmin: boolean;
  isActive: boolean;
  /** What may be seen; and changed, where it has been read already. */
  rights: {
    leads: Right;
    contacts: Right;
    leadsEdit?: Right;
    tasksEdit?: Right;
    /** Null for one in a shape that we do not know. Left out until the users are read again after an upgrade. */
    stages?: (StageRight | null)[];
  };
}

const RightLetter = z.enum(['A', 'G', 'M', 'D']).catch('D');
const EntityRights = z.object({ view: RightLetter, edit: RightLetter }).catch({ view: 'D', edit: 'D' });
const TaskRights = z.object({ edit: RightLetter }).catch({ edit: 'M' });
const StageRights = z.object({
  entity_type: z.literal('leads'),
  pipeline_id: z.int(),
  status_id: z.int(),
  rights: z.object({ view: RightLetter, edit: RightLetter }).catch({ view: 'D', edit: 'D' }),
});
const User = z.object({
  id: z.int(),
  name: z.string().catch(''),
  lang: z.string().nullish(),
  rights: z.object({
    leads: EntityRights,
    contacts: EntityRights,
    tasks: TaskRights,
    // A list with gaps comes as an object with numbered keys.
    status_rights: z
      .union([z.array(z.unknown()), z.record(z.string(), z.unknown())])
      .nullish()
      .catch([null]),
    is_admin: z.boolean().catch(false),
    is_active: z.boolean().catch(true),
    group_id: z.int().nullish(),
  }),
});
const pagesMax = 20;

/**
 * Reads all users of the account and stores them; users that are gone become inactive.
 *
 * @throws KommoUnavailable if Kommo names none: every account has an administrator, so that is a fault of
 * the answer, and taking it for one would lock everybody out
 */
export async function syncUsers(
  { db, client, clock }: { db: Db; client: KommoClient; clock: Clock },
  account: Account,
  lane: Lane,
): Promise<void> {
  const users: z.output<typeof User>[] = [];
  const list = client.list(account, '/users?limit=250', { lane, embedded: 'users', pagesMax });
  for await (const item of list) {
    const parsed = User.safeParse(item);
    if (!parsed.success) throw new KommoUnavailable(parsed.error);
    users.push(parsed.data);
  }
  if (users.length === 0) throw new KommoUnavailable(new Error('the list of users is empty'));
  const syncedAt = clock.now();
  await db.withTenant(account.tenantId, async tx => {
    for (const user of users) {
      const row = {
        name: user.name,
        locale: user.lang ?? null,
        group_id: user.rights.group_id ?? null,
        is_admin: user.rights.is_admin,
        is_active: user.rights.is_active,
        rights: JSON.stringify({
          leads: user.rights.leads.view,
          contacts: user.rights.contacts.view,
          leadsEdit: user.rights.leads.edit,
          tasksEdit: user.rights.tasks.edit,
          stages: Object.values(user.rights.status_rights ?? []).map(toStageRight),
        }),
        synced_at: syncedAt,
      };
      await tx('kommo_users')
        .insert({ tenant_id: account.tenantId, user_id: user.id, ...row })
        .onConflict(['tenant_id', 'user_id'])
        .merge(row);
    }
    await tx('kommo_users')
      .where({ tenant_id: account.tenantId })
      .where('synced_at', '<', syncedAt)
      .update({ is_active: false });
  });
}

export async function readUser(tx: Tx, tenantId: TenantId, userId: number): Promise<KommoUser | null> {
  const row = await tx('kommo_users').where({ tenant_id: tenantId, user_id: userId }).first();
  if (!row) return null;
  return {
    userId,
    name: row.name,
    locale: row.locale,
    groupId: row.group_id,
    isAdmin: row.is_admin,
    isActive: row.is_active,
    rights: row.rights,
  };
}

function toStageRight(item: unknown): StageRight | null {
  const parsed = StageRights.safeParse(item);
  if (!parsed.success) return null;
  const { pipeline_id, status_id, rights } = parsed.data;
  return { pipelineId: pipeline_id, statusId: status_id, ...rights };
}

/** Whether rights on single stages decide what the user sees: then only Kommo, asked as that user, can tell. */
export function isLimitedByStage({ isAdmin, rights: { stages } }: KommoUser): boolean {
  return !isAdmin && (stages === undefined || stages.length > 0);
}

/** The user's right on leads in this stage; null where it was not read yet. */
export function rightOnLead(
  { rights }: KommoUser,
  verb: 'view' | 'edit',
  { pipelineId, statusId }: { pipelineId?: number | null | undefined; statusId?: number | null | undefined },
): Right | null {
  // Won and lost have the same number in every pipeline.
  const stage = rights.stages?.find(
    one => one !== null && one.pipelineId === pipelineId && one.statusId === statusId,
  );
  if (stage) return stage[verb];
  return (verb === 'view' ? rights.leads : rights.leadsEdit) ?? null;
}

/** May the user see a record with this owner? The same reading as Kommo's own pages. */
export function maySee(
  right: Right,
  user: KommoUser,
  record: { responsibleUserId: number | null; groupId: number | null },
): boolean {
  if (user.isAdmin || right === 'A') return true;
  if (right === 'D') return false;
  if (record.responsibleUserId === user.userId) return true;
  return right === 'G' && user.groupId !== null && record.groupId === user.groupId;
}
