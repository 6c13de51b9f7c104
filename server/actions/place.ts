import { NotFound, type TenantId } from '../kernel/index.ts';
import { type KommoUser, type Right, readUser, rightOnLead } from '../kommo/index.ts';
import type { Place, Sight } from './action.ts';
import type { ActionsDeps } from './deps.ts';
import { MayNotChange } from './errors.ts';
import { kommoAs } from './kommo-as.ts';

/** The lead as one person reaches it. */
export async function placeOf(
  deps: ActionsDeps,
  tenantId: TenantId,
  {
    leadId,
    userId,
    locale = 'en',
    signal,
  }: { leadId: number; userId: number; locale?: string; signal?: AbortSignal | undefined },
): Promise<Place> {
  const account = await deps.accountOf(tenantId);
  return {
    deps,
    account,
    leadId,
    userId,
    locale,
    kommo: kommoAs(deps.client, account, { userId, signal }),
    asAdmin: kommoAs(deps.client, account, { userId: null, signal }),
    ...(signal ? { signal } : {}),
  };
}

/** @throws NotFound unless the person may see the lead */
export async function authoriseLead({ deps, account, userId, leadId, signal }: Place): Promise<void> {
  await deps.leads.authorise(account, userId, leadId, signal);
}

/**
 * Kommo decides when the change is written; asking here spares the person a promise that it would break.
 *
 * @throws MayNotChange
 */
export async function authoriseChange({ deps, account, userId }: Place, sight: Sight): Promise<void> {
  const { tenantId } = account;
  const user = await deps.db.withTenant(tenantId, tx => readUser(tx, tenantId, userId));
  if (!user?.isActive) throw new NotFound('lead');
  if (!mayChange(user, sight.guarded)) throw new MayNotChange();
}

export function mayChange(user: KommoUser, guarded: Sight['guarded']): boolean {
  const { responsibleUserId, groupId } = guarded;
  const letter = right(user, guarded);
  if (user.isAdmin || responsibleUserId === user.userId) return user.isAdmin || letter !== 'D';
  return letter === 'A' || (letter === 'G' && user.groupId !== null && groupId === user.groupId);
}

/** Unknown until the users are read again after an upgrade; Kommo itself decides then. */
function right(user: KommoUser, { by, pipelineId, statusId }: Sight['guarded']): Right {
  return (
    (by === 'leads' ? rightOnLead(user, 'edit', { pipelineId, statusId }) : user.rights.tasksEdit) ?? 'A'
  );
}
