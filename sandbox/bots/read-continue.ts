import { type FieldFault, invalid } from '../errors.ts';
import { isObject } from '../rest/answer.ts';
import type { Handler } from './bot.ts';

const handlersMax = 10;
const textMax = 80;
const buttonsMax = 25;

export interface Continue {
  data: Record<string, unknown>;
  handlers: Handler[];
}

/**
 * Reads the body of a continue call.
 *
 * @throws Problem 400 with every fault, in the platform's codes (TooFew, TooMany, TooLong, FieldMissing seen live)
 */
export function readContinue(body: unknown): Continue {
  if (!isObject(body)) throw refuse([typeFault('', 'array')]);
  const { data = {}, execute_handlers: given = [] } = body;
  const faults: FieldFault[] = [];
  if (!isObject(data) && !(Array.isArray(data) && data.length === 0)) faults.push(typeFault('data', 'array'));
  if (!Array.isArray(given)) throw refuse([...faults, typeFault('execute_handlers', 'array')]);
  const asked = 'execute_handlers' in body;
  if (asked && given.length === 0) {
    faults.push({
      code: 'TooFew',
      path: 'execute_handlers',
      detail: 'This collection should contain 1 element or more.',
    });
  }
  if (given.length > handlersMax) {
    faults.push({
      code: 'TooMany',
      path: 'execute_handlers',
      detail: `This collection should contain ${handlersMax} elements or less.`,
    });
  }
  for (const [index, handler] of given.entries())
    faults.push(...faultsOf(handler, `execute_handlers.${index}`));
  if (faults.length > 0) throw refuse(faults);
  return { data: isObject(data) ? data : {}, handlers: given as Handler[] };
}

function faultsOf(given: unknown, path: string): FieldFault[] {
  if (!isObject(given)) return [typeFault(path, 'array')];
  const { handler, params = {} } = given;
  if (handler !== 'show' && handler !== 'goto') {
    const detail = handler === undefined ? 'This field is missing.' : 'Unsupported handler code';
    const code = handler === undefined ? 'FieldMissing' : 'NotSupportedChoice';
    return [{ code, path: `${path}.handler`, detail }];
  }
  if (!isObject(params)) return [typeFault(`${path}.params`, 'array')];
  return handler === 'show' ? showFaults(params, `${path}.params`) : gotoFaults(params, `${path}.params`);
}

function showFaults(params: Record<string, unknown>, path: string): FieldFault[] {
  const { type, value, buttons } = params;
  const faults = choiceFaults(type, ['text', 'buttons', 'buttons_url'], `${path}.type`);
  if (value === undefined || value === null) faults.push(missing(`${path}.value`));
  else if (typeof value !== 'string') faults.push(typeFault(`${path}.value`, 'string'));
  else if (value === '') {
    faults.push({ code: 'NotBlank', path: `${path}.value`, detail: 'This value should not be blank.' });
  } else if ([...value].length > textMax) faults.push(tooLong(`${path}.value`));
  if (type !== 'buttons' && type !== 'buttons_url') return faults;
  if (!Array.isArray(buttons)) return [...faults, missing(`${path}.buttons`)];
  if (buttons.length > buttonsMax) {
    faults.push({
      code: 'TooMany',
      path: `${path}.buttons`,
      detail: `This collection should contain ${buttonsMax} elements or less.`,
    });
  }
  const fits = (button: unknown) =>
    type === 'buttons'
      ? typeof button === 'string'
      : isObject(button) && typeof button['text'] === 'string' && typeof button['url'] === 'string';
  for (const [index, button] of buttons.entries()) {
    if (!fits(button))
      faults.push(typeFault(`${path}.buttons.${index}`, type === 'buttons' ? 'string' : 'array'));
  }
  return faults;
}

function gotoFaults({ type, step }: Record<string, unknown>, path: string): FieldFault[] {
  const faults = choiceFaults(type, ['question', 'answer', 'finish'], `${path}.type`);
  if (step === undefined || step === null) faults.push(missing(`${path}.step`));
  else if (!Number.isInteger(step) || Number(step) < 0) faults.push(typeFault(`${path}.step`, 'int'));
  return faults;
}

function choiceFaults(given: unknown, choices: string[], path: string): FieldFault[] {
  if (given === undefined) return [missing(path)];
  if (typeof given === 'string' && choices.includes(given)) return [];
  return [{ code: 'NotSupportedChoice', path, detail: 'The value you selected is not a valid choice.' }];
}

const missing = (path: string): FieldFault => ({
  code: 'FieldMissing',
  path,
  detail: 'This field is missing.',
});
const typeFault = (path: string, type: string): FieldFault => ({
  code: 'InvalidType',
  path,
  detail: `This value should be of type ${type}.`,
});
const tooLong = (path: string): FieldFault => ({
  code: 'TooLong',
  path,
  detail: `This value is too long. It should have ${textMax} characters or less.`,
});
const refuse = (errors: FieldFault[]) => invalid([{ errors }]);
