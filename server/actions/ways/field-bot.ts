import { z } from 'zod';
import { AppError } from '../../kernel/index.ts';
import { KommoAmbiguous, KommoUnavailable } from '../../kommo/index.ts';
import { withLease } from '../../tenants/index.ts';
import type { Place } from '../action.ts';
import { type MessageWay, NoWayToClient } from './message-way.ts';
import { markTalk, messageResult, newOutgoing, openTalk, TalkMark } from './talks.ts';

const Mark = TalkMark.extend({ botId: z.int(), fieldId: z.int() });

/** Another message to the same client is on its way and stands in the field that both would use. */
class MessageAhead extends AppError {
  readonly code = 'message-ahead';
  readonly status = 409;
  override readonly retryable = true;

  constructor() {
    super('Another message to this client is being sent; this one follows it.');
  }
}

/**
 * A textarea of the lead and a bot that sends what stands in it. Only the run of the bot reaches the client.
 * The bot may add words, the field may cut them and the run may be queued: what is not found may have been
 * said all the same, so it is never run again on its own.
 */
export const fieldBotWay: MessageWay = {
  async mark(place, message, { settings: { fieldId, botId } }, effectId) {
    if (fieldId === undefined || botId === undefined)
      throw new NoWayToClient('no-waiting-bot', 'The field and the bot for messages are not set.');
    // Whoever dies waiting for its turn behind a mark cannot tell afterwards that it never sent anything.
    await awaitTurn(place, effectId);
    const talk = await openTalk(place, message).catch(() => null);
    return { ...(await markTalk(place, talk?.talk_id ?? null)), botId, fieldId };
  },
  async write(place, { text }, mark, effectId) {
    const { botId, fieldId } = Mark.parse(mark);
    const { deps, account, leadId } = place;
    const lease = { name: `field-bot:${leadId}`, ttlMs: deps.timing.claimMs, waitMs: 0 };
    const held = await withLease(deps.db, account.tenantId, lease, async () => {
      await awaitTurn(place, effectId);
      await place.kommo
        .write('PATCH', `/leads/${leadId}`, {
          custom_fields_values: [{ field_id: fieldId, values: [{ value: text }] }],
        })
        // Nothing was said yet, so this may be repeated.
        .catch(thrown => {
          throw thrown instanceof KommoAmbiguous ? new KommoUnavailable(thrown) : thrown;
        });
      const body = { entity_id: leadId, entity_type: 'leads' };
      await place.asAdmin.write('POST', `/bots/${botId}/run`, body);
    });
    if (held === null) throw new MessageAhead();
    return messageResult(place, null);
  },
  async find(place, { text }, mark) {
    const said = await newOutgoing(place, Mark.parse(mark), text);
    const same = said?.filter(({ altered }) => !altered) ?? [];
    return same.length > 0 ? same : null;
  },
};

/** The bot reads the field when it runs, a moment after it was told to: one message at a time. */
const botMs = 3_000;

/** Whoever was first to store a mark is first to use the field; one whose outcome nobody saw uses it still. */
async function awaitTurn({ deps, account, leadId }: Place, effectId: string): Promise<void> {
  const { tenantId } = account;
  const since = new Date(deps.clock.now().getTime() - botMs);
  const { rows } = await deps.db.withTenant(tenantId, tx =>
    tx.raw(
      `select 1 from effects other
         join effects own on own.tenant_id = other.tenant_id and own.id = :effectId::uuid
       where other.tenant_id = :tenantId and other.lead_id = :leadId::bigint and other.action = 'message'
         and other.id <> own.id and (
           (other.state in ('performing', 'failed') and other.sent_at is not null
             and (own.sent_at is null or (other.sent_at, other.id) < (own.sent_at, own.id)))
           or (other.state = 'done' and other.done_at > :since::timestamptz))
       limit 1`,
      { effectId, tenantId, leadId, since },
    ),
  );
  if (rows.length > 0) throw new MessageAhead();
}
