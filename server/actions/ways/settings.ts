import { z } from 'zod';
import { recordAudit } from '../../audit/index.ts';
import type { Tx } from '../../db/index.ts';
import { actorOf, type Caller } from '../../http/index.ts';
import { InvalidInput, type TenantId } from '../../kernel/index.ts';
import type { Way } from '../choices.ts';
import type { ActionsDeps } from '../deps.ts';
import { claimKey, type RequestKey } from '../idempotency.ts';

const Id = z.int().positive().max(Number.MAX_SAFE_INTEGER);

/** What each way needs to know; the others are kept while one is chosen. */
export const WaySettings = z.strictObject({
  /** `field-bot`: the textarea of leads that the bot sends, and the bot. */
  fieldId: Id.optional(),
  botId: Id.optional(),
  /** `channel`: as Kommo's support gave them at its registration. */
  channelId: z.uuid().optional(),
  channelBotId: z.uuid().optional(),
  secret: z.string().min(16).max(200).optional(),
});
export type WaySettings = Omit<z.infer<typeof WaySettings>, 'secret'>;

export interface ChosenWay {
  way: Way;
  settings: WaySettings;
  sealedSecret: Buffer | null;
}

export const secretPlace = 'chat-channel-secret';

export async function readWay(tx: Tx, tenantId: TenantId): Promise<ChosenWay> {
  const row = await tx('message_ways').where({ tenant_id: tenantId }).first();
  return row
    ? { way: row.way, settings: row.settings, sealedSecret: row.sealed_secret }
    : { way: 'draft', settings: {}, sealedSecret: null };
}

/** @throws InvalidInput where the way lacks what it needs */
export async function saveWay(
  deps: ActionsDeps,
  caller: Caller | null,
  tenantId: TenantId,
  { way, settings: { secret, ...given } }: { way: Way; settings: z.output<typeof WaySettings> },
  request: RequestKey,
): Promise<{ way: Way; settings: WaySettings; hasSecret: boolean }> {
  return deps.db.withTenant(tenantId, async tx => {
    const repeated = (await claimKey(tx, tenantId, request, {})) !== null;
    const known = await readWay(tx, tenantId);
    if (repeated) return { way: known.way, settings: known.settings, hasSecret: known.sealedSecret !== null };
    const settings = { ...known.settings, ...given };
    const sealed = secret ? await deps.secrets.seal(tx, tenantId, secretPlace, secret) : known.sealedSecret;
    const needed: Record<Way, (keyof WaySettings)[]> = {
      talk: [],
      draft: [],
      salesbot: [],
      'field-bot': ['fieldId', 'botId'],
      channel: ['channelId', 'channelBotId'],
    };
    const missing = needed[way].filter(name => settings[name] === undefined) as string[];
    if (way === 'channel' && sealed === null) missing.push('secret');
    if (missing.length > 0)
      throw new InvalidInput(
        missing.map(name => ({ path: `body.settings.${name}`, message: `is required for the way "${way}"` })),
      );
    const row = {
      way,
      settings: JSON.stringify(settings),
      sealed_secret: sealed,
      updated_at: deps.clock.now(),
    };
    await tx('message_ways')
      .insert({ tenant_id: tenantId, ...row })
      .onConflict('tenant_id')
      .merge(row);
    await recordAudit(tx, tenantId, {
      event: 'action.message-way-set',
      actor: actorOf(caller),
      details: { way },
    });
    return { way, settings, hasSecret: sealed !== null };
  });
}
