import { z } from 'zod';
import { sendMessage } from '../../conversations/send-message.ts';
import type { MessageButton, Talk } from '../../records.ts';
import { fill } from '../placeholders.ts';
import {
  authorOf,
  contactOf,
  Handlers,
  insert,
  leadOf,
  type Perform,
  read,
  type Turn,
  talkOf,
} from '../turn.ts';

const Button = z.union([
  z.string(),
  z.looseObject({ text: z.string(), url: z.string().optional(), type: z.string().optional() }),
]);
type Button = z.infer<typeof Button>;

const Show = z.looseObject({
  type: z.enum(['text', 'buttons', 'buttons_url']),
  value: z.string(),
  buttons: z.array(Button).max(25).optional(),
});

/** A message to the client. */
export const show: Perform = (turn, params) => {
  const { value, buttons } = read('show', Show, params);
  say(turn, talkOf(turn.site, turn.run), value, buttons);
};

const External = z.looseObject({
  message: z.looseObject({ text: z.string().default(''), buttons: z.array(Button).max(25).optional() }),
  recipient: z
    .looseObject({
      type: z.enum(['main_contact', 'all_contacts', 'filtered_contacts']).default('main_contact'),
      way_of_communication: z.enum(['over_all', 'any_first', 'last_active']).default('last_active'),
    })
    .default({ type: 'main_contact', way_of_communication: 'last_active' }),
  on_error: z.looseObject({ handler: z.unknown() }).optional(),
});

/** A message to one or all of the lead's contacts, in the last conversation or in all of them. */
export const sendExternal: Perform = (turn, params) => {
  const { message, recipient, on_error } = read('send_external_message', External, params);
  const { site, run } = turn;
  const contactIds =
    recipient.type === 'main_contact'
      ? [contactOf(site, run)?.id]
      : (leadOf(site, run)?.contact_ids ?? [run.entityId]);
  const open = site.data.talks.filter(talk => talk.is_in_work && contactIds.includes(talk.contact_id));
  open.sort((a, b) => b.updated_at - a.updated_at);
  const first = recipient.way_of_communication === 'any_first' ? open.slice(-1) : open.slice(0, 1);
  const talks = recipient.way_of_communication === 'over_all' ? open : first;
  if (talks.length > 0) {
    for (const talk of talks) say(turn, talk, message.text, message.buttons);
    return;
  }
  const branch = Handlers.safeParse([on_error?.handler].flat());
  if (on_error && branch.success) insert(turn.frame, branch.data);
  else turn.refused();
};

const Internal = z.looseObject({ message: z.string() });

/** A message among the colleagues: the client never sees it, so it stands in the lead's history as a notice. */
export const sendInternal: Perform = (turn, params) => {
  const { message } = read('send_internal', Internal, params);
  turn.site.live.add({
    kind: 'bot',
    title: `${turn.bot.name}: send_internal`,
    status: null,
    request: { message: fill(turn.site, turn.run, message) },
    response: null,
  });
};

export function say(turn: Turn, talk: Talk | undefined, text: string, buttons: Button[] = []): void {
  if (!talk) {
    turn.refused();
    return;
  }
  const filled = buttons.map((button): MessageButton => {
    const { text: label, url } = typeof button === 'string' ? { text: button, url: undefined } : button;
    return { text: fill(turn.site, turn.run, label), ...(url === undefined ? {} : { url }) };
  });
  sendMessage(
    turn.site,
    talk,
    { text: fill(turn.site, turn.run, text), author: authorOf(turn.bot), buttons: filled },
    () => turn.refused(),
  );
}
