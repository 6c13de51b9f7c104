import { z } from 'zod';
import { recordAudit } from '../../audit/index.ts';
import { actorOf, type Caller } from '../../http/index.ts';
import { AppError, InvalidInput, NotFound, storable, type TenantId } from '../../kernel/index.ts';
import { PeerUnreachable } from '../../outbound/index.ts';
import type { ActionsDeps } from '../deps.ts';
import { claimKey, type RequestKey } from '../idempotency.ts';
import { type MailAccount, openMailer } from './mailer.ts';

const HostName = z
  .string()
  .regex(
    /^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$|^[0-9a-fA-F:]{2,45}$/,
    'must be a host name or an address',
  );
const Plain = (lengthMax: number) => z.string().max(lengthMax).transform(storable);

export const NewMailAccount = z.strictObject({
  host: HostName,
  port: z.int().min(1).max(65_535),
  tls: z.enum(['implicit', 'starttls', 'none']),
  user: Plain(320).nullish(),
  password: z.string().max(1000).nullish(),
  from: z.email().max(320),
});
export const MailAccountView = z.object({
  host: z.string(),
  port: z.int(),
  tls: z.enum(['implicit', 'starttls', 'none']),
  user: z.string().nullable(),
  hasPassword: z.boolean(),
  from: z.string(),
});
export type MailAccountView = z.infer<typeof MailAccountView>;

const place = 'mail-password';

export async function openMailAccount(
  { db, secrets }: ActionsDeps,
  tenantId: TenantId,
): Promise<MailAccount | null> {
  return db.withTenant(tenantId, async tx => {
    const row = await tx('mail_accounts').where({ tenant_id: tenantId }).first();
    if (!row) return null;
    const password = row.sealed_password
      ? await secrets.unseal(tx, tenantId, place, row.sealed_password)
      : null;
    return {
      host: row.host,
      port: row.port,
      tls: row.tls,
      user: row.user_name,
      password,
      from: row.from_address,
    };
  });
}

export async function readMailAccount(
  deps: ActionsDeps,
  tenantId: TenantId,
): Promise<MailAccountView | null> {
  const row = await deps.db.withTenant(tenantId, tx =>
    tx('mail_accounts').where({ tenant_id: tenantId }).first(),
  );
  if (!row) return null;
  return {
    host: row.host,
    port: row.port,
    tls: row.tls,
    user: row.user_name,
    hasPassword: row.sealed_password !== null,
    from: row.from_address,
  };
}

/** @throws AddressRefused for a server on a private network that the operator did not name */
export async function saveMailAccount(
  deps: ActionsDeps,
  caller: Caller | null,
  tenantId: TenantId,
  given: z.output<typeof NewMailAccount>,
  request: RequestKey,
): Promise<MailAccountView> {
  await deps.vetMailHost(given.host, given.port).catch(error => {
    if (!(error instanceof PeerUnreachable)) throw error;
    throw new InvalidInput([{ path: 'body.host', message: 'is not the name of any server' }]);
  });
  await deps.db.withTenant(tenantId, async tx => {
    if ((await claimKey(tx, tenantId, request, {})) !== null) return;
    const known = await tx('mail_accounts').where({ tenant_id: tenantId }).first('sealed_password', 'host');
    // Another server must not be handed the password of the old one.
    const kept = known && known.host === given.host ? known.sealed_password : null;
    const row = {
      host: given.host,
      port: given.port,
      tls: given.tls,
      user_name: given.user || null,
      sealed_password: given.password
        ? await deps.secrets.seal(tx, tenantId, place, given.password)
        : given.password === undefined
          ? kept
          : null,
      from_address: given.from,
      updated_at: deps.clock.now(),
    };
    await tx('mail_accounts')
      .insert({ tenant_id: tenantId, ...row })
      .onConflict('tenant_id')
      .merge(row);
    await recordAudit(tx, tenantId, {
      event: 'mail.account-set',
      actor: actorOf(caller),
      details: { port: given.port, tls: given.tls },
    });
  });
  const saved = await readMailAccount(deps, tenantId);
  if (saved === null) throw new NotFound('mail account');
  return saved;
}

export async function checkMailAccount(
  deps: ActionsDeps,
  tenantId: TenantId,
): Promise<{ ok: boolean; reason: string | null }> {
  const account = await openMailAccount(deps, tenantId);
  if (account === null) throw new NotFound('mail account');
  try {
    const mailer = await openMailer(deps, account);
    try {
      await mailer.verify();
    } finally {
      mailer.close();
    }
    return { ok: true, reason: null };
  } catch (thrown) {
    return { ok: false, reason: thrown instanceof AppError ? thrown.code : 'mail-unavailable' };
  }
}
