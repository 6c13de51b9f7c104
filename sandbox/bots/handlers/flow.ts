import { z } from 'zod';
import { closeTalk } from '../../conversations/close-talk.ts';
import { readSource } from '../source.ts';
import { BotFault, enter, Handlers, insert, type Perform, read, talkOf } from '../turn.ts';

const Step = z.coerce.number().int().nonnegative();
const Goto = z.looseObject({ type: z.enum(['question', 'answer', 'finish']), step: Step });

/** Steps count from 0, within the flow the handler stands in. `finish` is a section of a step, not the end. */
export const goto: Perform = ({ frame }, params) => {
  const { type, step } = read('goto', Goto, params);
  enter(frame, type, step);
};

const Wait = z.looseObject({ type: z.enum(['question', 'answer']), step: Step });

export const waitAnswer: Perform = ({ run, frame }, params) => {
  const { type, step } = read('wait_answer', Wait, params);
  if (!frame.source.steps[step]) throw new BotFault(`wait_answer: there is no step ${step}`);
  run.next = { section: type, step };
  run.state = 'waiting-answer';
};

const Buttons = z.array(z.looseObject({ value: z.string(), params: Handlers }));

/** Kommo: the answer must be exactly a button's text; one that is none of them leads nowhere. */
export const buttons: Perform = ({ run, frame }, params) => {
  const pressed = read('buttons', Buttons, params).find(({ value }) => value === run.messageText.trim());
  if (pressed) insert(frame, pressed.params);
};

/** Leaves the widget's step by one of its exits, for what the bot has there. */
export const exits: Perform = ({ run, frame }, params) => {
  const { value } = read('exits', z.looseObject({ value: z.string() }), params);
  if (!frame.widget) throw new BotFault('exits: only a widget step has exits');
  run.frames.pop();
  run.why = `exit ${value}`;
  const around = run.frames.at(-1);
  const handlers = Object.hasOwn(frame.exits, value) ? frame.exits[value] : undefined;
  if (around && handlers) insert(around, handlers);
};

const Stop = z.looseObject({
  action: z.enum(['talk-close', 'salesbot-start']).optional(),
  bot: z.coerce.number().int().optional(),
});

/** Ends the bot, closing the talk or handing over to another bot where asked to. */
export const stop: Perform = (turn, params) => {
  const { action, bot } = read('stop', Stop, params);
  const talk = talkOf(turn.site, turn.run);
  turn.run.frames = [];
  if (action === 'talk-close' && talk) closeTalk(turn.site, talk);
  if (action === 'salesbot-start') {
    if (bot === undefined) throw new BotFault('stop: salesbot-start needs a bot');
    turn.startAfterwards(bot);
  }
};

const Widget = z.looseObject({
  client_id: z.string(),
  flow: z.unknown(),
  exits: z.record(z.string(), Handlers).default({}),
  encoding: z.enum(['form', 'json']).default('form'),
  algorithm: z.enum(['HS512', 'HS256']).default('HS512'),
});

/** A widget's step: its own flow, whose steps are counted anew, and where its exits lead in the bot around it. */
export const widget: Perform = ({ run }, params) => {
  const { client_id, flow, exits: ways, encoding, algorithm } = read('widget', Widget, params);
  const source = readSource(flow);
  run.frames.push({
    source,
    widget: { clientId: client_id, encoding, algorithm },
    step: 0,
    section: 'question',
    queue: structuredClone(source.steps[0]?.question ?? []),
    exits: ways,
  });
};
