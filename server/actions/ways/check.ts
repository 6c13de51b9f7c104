import { z } from 'zod';
import { AppError, type TenantId } from '../../kernel/index.ts';
import { KommoForbidden, KommoUnpaid } from '../../kommo/index.ts';
import type { WayView } from '../choices.ts';
import type { ActionsDeps } from '../deps.ts';
import { placeOf } from '../place.ts';
import { openWait } from './bot-waits.ts';
import { callChannel } from './channel.ts';
import { readWay } from './settings.ts';

const Bot = z.object({ id: z.int(), settings: z.object({ active: z.boolean() }).nullish() });

/**
 * Asks Kommo which ways this account has. Nothing is sent to anybody. With `connect` a channel of our own is
 * connected, which alone tells whether its secret is right; without, nothing is changed anywhere.
 */
export async function checkWays(
  deps: ActionsDeps,
  tenantId: TenantId,
  { connect }: { connect: boolean },
): Promise<WayView[]> {
  const place = await placeOf(deps, tenantId, { leadId: 0, userId: 0 });
  const { asAdmin, account } = place;
  const { settings, sealedSecret, waiting } = await deps.db.withTenant(tenantId, async tx => ({
    ...(await readWay(tx, tenantId)),
    waiting: await openWait(tx, tenantId, { leadId: null, now: deps.clock.now() }),
  }));
  const because = (error: unknown): string => {
    if (error instanceof KommoForbidden) return 'scope-missing';
    if (error instanceof KommoUnpaid) return 'not-in-plan';
    if (error instanceof AppError) return error.code;
    throw error;
  };
  const [catalogue, bots, talks] = await Promise.all([
    deps.catalogues.of(account),
    asAdmin.list('/bots?limit=250', 'bots').catch(because),
    asAdmin.list('/talks?limit=1', 'talks', 1).catch(because),
  ]);
  const known = typeof bots === 'string' ? [] : bots.flatMap(readBot);
  const noBots = typeof bots === 'string' ? bots : known.length === 0 ? 'no-bot' : null;
  const field = catalogue.fields.find(({ id }) => id === settings.fieldId);
  const bot = known.find(({ id }) => id === settings.botId);
  const channel = async (): Promise<string | null> => {
    if (!settings.channelId || !settings.channelBotId || sealedSecret === null) return 'settings-missing';
    if (!connect) return null;
    const read = z.object({ amojo_id: z.string() }).safeParse(await asAdmin.get('/account?with=amojo_id'));
    if (!read.success) return 'scope-missing';
    const body = { account_id: read.data.amojo_id, hook_api_version: 'v2' };
    return callChannel(place, 'POST', `/v2/origin/custom/${settings.channelId}/connect`, body).then(
      () => null,
      because,
    );
  };
  const reasons: [WayView['way'], string | null][] = [
    ['talk', typeof talks === 'string' ? talks : null],
    [
      'field-bot',
      noBots ??
        (settings.fieldId === undefined || settings.botId === undefined
          ? 'settings-missing'
          : !field
            ? 'field-missing'
            : field.type !== 'textarea'
              ? 'field-is-no-textarea'
              : !bot
                ? 'bot-missing'
                : bot.settings?.active === false
                  ? 'bot-inactive'
                  : null),
    ],
    ['salesbot', noBots ?? (waiting === null ? 'no-waiting-bot' : null)],
    ['channel', await channel()],
    ['draft', null],
  ];
  return reasons.map(([way, reason]) => ({
    way,
    available: reason === null,
    reason,
    note: way === 'salesbot' ? ('own-bot-run-only' as const) : null,
  }));
}

function readBot(item: unknown): z.output<typeof Bot>[] {
  const parsed = Bot.safeParse(item);
  return parsed.success ? [parsed.data] : [];
}
