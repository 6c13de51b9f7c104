import { z } from 'zod';
import { KommoAmbiguous } from '../../kommo/index.ts';
import { type MessageWay, NoWayToClient } from './message-way.ts';
import { messageResult, newOutgoing, openTalks, outgoing } from './talks.ts';

const Mark = z.object({ talkId: z.int(), seen: z.array(z.string()).nullable() });
const Sent = z.object({ id: z.string() });

/** Kommo's talk API: any channel, text only, a paid add-on. What was sent is found in the talk's history. */
export const talkWay: MessageWay = {
  async mark(place, { talkId }) {
    const talks = await openTalks(place);
    const talk = talkId === undefined ? talks[0] : talks.find(one => one.talk_id === talkId);
    if (!talk) throw new NoWayToClient('no-open-talk', 'There is no open conversation with this client.');
    const said = await outgoing(place, talk.talk_id);
    return { talkId: talk.talk_id, seen: said?.map(({ id }) => id) ?? null };
  },
  async write(place, { text }, mark) {
    const { talkId } = Mark.parse(mark);
    const body = await place.kommo.write('POST', `/talks/${talkId}/send_message`, { text });
    const sent = Sent.safeParse(body);
    if (!sent.success) throw new KommoAmbiguous(sent.error);
    return messageResult(place, sent.data.id);
  },
  find: (place, { text }, mark) => newOutgoing(place, Mark.parse(mark), text),
};
