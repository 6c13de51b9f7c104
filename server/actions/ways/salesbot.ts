import { z } from 'zod';
import { KommoNotFound } from '../../kommo/index.ts';
import type { Place } from '../action.ts';
import { openWait, useUpWait } from './bot-waits.ts';
import { type MessageWay, NoWayToClient } from './message-way.ts';
import { toPieces } from './pieces.ts';
import { messageResult } from './talks.ts';

const Mark = z.object({ waitId: z.string(), returnUrl: z.string(), pieces: z.array(z.string()) });

/**
 * The bot step: answers inside a run of its own bot, and only while that waits for us. Kommo takes one
 * answer for each wait and refuses a second; whether a call without an answer got through nothing tells.
 */
export const salesbotWay: MessageWay = {
  async mark({ deps, account, leadId }, { text }) {
    const pieces = toPieces(text);
    if (pieces === null)
      throw new NoWayToClient('message-too-long', 'A bot can show nine pieces of 80 characters at most.');
    const { tenantId } = account;
    const wait = await deps.db.withTenant(tenantId, tx =>
      openWait(tx, tenantId, { leadId, now: deps.clock.now() }),
    );
    if (!wait) throw new NoWayToClient('no-waiting-bot', 'No bot of this lead waits for an answer.');
    return { waitId: wait.id, returnUrl: wait.returnUrl, pieces };
  },
  async write(place, _message, mark) {
    const { waitId, returnUrl, pieces } = Mark.parse(mark);
    const answer = {
      data: { status: 'success' },
      execute_handlers: pieces.map(value => ({ handler: 'show', params: { type: 'text', value } })),
    };
    try {
      await place.asAdmin.write('POST', returnUrl, answer);
    } catch (thrown) {
      // Kommo: 404 when the bot was answered before, or waits no more.
      if (!(thrown instanceof KommoNotFound)) throw thrown;
      await useUp(place, waitId);
      throw new NoWayToClient('no-waiting-bot', 'The bot of this lead waits no more.');
    }
    await useUp(place, waitId);
    return messageResult(place, waitId);
  },
  find: async () => null,
};

async function useUp({ deps, account: { tenantId } }: Place, waitId: string): Promise<void> {
  await deps.db.withTenant(tenantId, tx => useUpWait(tx, tenantId, waitId, deps.clock.now()));
}
