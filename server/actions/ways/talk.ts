import { z } from 'zod';
import { KommoAmbiguous } from '../../kommo/index.ts';
import { type MessageWay, NoWayToClient } from './message-way.ts';
import { markTalk, messageResult, newOutgoing, openTalk, TalkMark } from './talks.ts';

const Sent = z.object({ id: z.string() });

/** Kommo's talk API: any channel, text only, a paid add-on. What was sent is found in the talk's history. */
export const talkWay: MessageWay = {
  async mark(place, message) {
    const talk = await openTalk(place, message);
    if (!talk) throw new NoWayToClient('no-open-talk', 'There is no open conversation with this client.');
    return { ...(await markTalk(place, talk.talk_id)) };
  },
  async write(place, { text }, mark) {
    const { talkId } = TalkMark.parse(mark);
    const body = await place.kommo.write('POST', `/talks/${talkId}/send_message`, { text });
    const sent = Sent.safeParse(body);
    if (!sent.success) throw new KommoAmbiguous(sent.error);
    return messageResult(place, sent.data.id);
  },
  find: (place, { text }, mark) => newOutgoing(place, TalkMark.parse(mark), text),
};
