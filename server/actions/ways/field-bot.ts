import { z } from 'zod';
import { AppError } from '../../kernel/index.ts';
import type { Place } from '../action.ts';
import { type MessageWay, NoWayToClient } from './message-way.ts';
import { messageResult, newOutgoing, openTalks, outgoing } from './talks.ts';

const Mark = z.object({
  botId: z.int(),
  talkId: z.int().nullable(),
  seen: z.array(z.string()).nullable(),
});

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
 * A textarea of the lead and a bot that sends what stands in it. Only the run of the bot reaches the client,
 * so writing the field is part of the mark and may be repeated. Without the history nothing tells of the run.
 */
export const fieldBotWay: MessageWay = {
  async mark(place, { text, talkId }, { settings: { fieldId, botId } }, effectId) {
    if (fieldId === undefined || botId === undefined)
      throw new NoWayToClient('no-waiting-bot', 'The field and the bot for messages are not set.');
    await awaitTurn(place, effectId);
    const talks = await openTalks(place).catch(() => []);
    const talk = talkId === undefined ? talks[0] : talks.find(one => one.talk_id === talkId);
    const said = talk ? await outgoing(place, talk.talk_id) : null;
    await place.kommo.write('PATCH', `/leads/${place.leadId}`, {
      custom_fields_values: [{ field_id: fieldId, values: [{ value: text }] }],
    });
    return { botId, talkId: talk?.talk_id ?? null, seen: said?.map(({ id }) => id) ?? null };
  },
  async write(place, _message, mark) {
    const { botId } = Mark.parse(mark);
    const body = { entity_id: place.leadId, entity_type: 'leads' };
    await place.asAdmin.write('POST', `/bots/${botId}/run`, body);
    return messageResult(place, null);
  },
  find: (place, { text }, mark) => newOutgoing(place, Mark.parse(mark), text),
};

/** The bot reads the field when it runs, a moment after it was told to: one message at a time. */
const botMs = 3_000;

async function awaitTurn({ deps, account, leadId }: Place, effectId: string): Promise<void> {
  const since = new Date(deps.clock.now().getTime() - botMs);
  const ahead = await deps.db.withTenant(account.tenantId, tx =>
    tx('effects')
      .where({ tenant_id: account.tenantId, lead_id: leadId, action: 'message' })
      .where('id', '<>', effectId)
      .where(other =>
        other
          .where(busy => busy.where({ state: 'performing' }).where('id', '<', effectId))
          .orWhere(fresh => fresh.where({ state: 'done' }).where('done_at', '>', since)),
      )
      .first('id'),
  );
  if (ahead) throw new MessageAhead();
}
