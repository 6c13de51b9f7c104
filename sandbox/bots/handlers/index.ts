import type { Perform } from '../turn.ts';
import { action } from './action.ts';
import { condition, conditions, validations } from './ask.ts';
import { buttons, exits, goto, stop, waitAnswer, widget } from './flow.ts';
import { filter, find, meta, preset, request } from './look-up.ts';
import { sendExternal, sendInternal, show } from './say.ts';
import { widgetRequest } from './widget-request.ts';

export const handlers: Record<string, Perform> = {
  show,
  buttons,
  goto,
  wait_answer: waitAnswer,
  condition,
  conditions,
  validations,
  action,
  preset,
  find,
  filter,
  meta,
  request,
  send_internal: sendInternal,
  send_external_message: sendExternal,
  widget,
  widget_request: widgetRequest,
  exits,
  stop,
};
