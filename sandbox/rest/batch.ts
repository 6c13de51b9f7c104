import type { Request } from 'express';
import { type FieldFault, invalid, Problem } from '../errors.ts';
import { isObject } from './answer.ts';

const itemsMax = 250;
/** Kommo's gateway gives up on batches far over the limit before the API has said a word. */
const itemsHopeless = 1000;

export interface Item {
  /** Names the item in answers and refusals: its own `request_id`, or its place. */
  requestId: string;
  given: unknown;
}

/**
 * The items of a batch write. Kommo: a collection takes an array, one record takes an object.
 *
 * @throws Problem 400 for anything but one to 250 items, 504 for far more
 */
export function itemsOf(req: Request, max = itemsMax): Item[] {
  const { body } = req as { body: unknown };
  if (!Array.isArray(body)) throw refusedBody('InvalidType', 'This value should be of type array.');
  if (body.length > itemsHopeless) throw new Problem(504, 'Gateway Timeout', 'The request took too long');
  if (body.length === 0) throw refusedBody('TooFew', 'This collection should contain 1 element or more.');
  if (body.length > max) {
    throw refusedBody('TooMany', `This collection should contain ${max} elements or less.`);
  }
  return body.map((given: unknown, index) => ({ requestId: requestIdOf(given, index), given }));
}

/** One record's body. */
export function itemOf(req: Request): Item {
  const { body } = req as { body: unknown };
  if (!isObject(body)) throw refusedBody('InvalidType', 'This value should be of type object.');
  return { requestId: requestIdOf(body, 0), given: body };
}

function requestIdOf(given: unknown, index: number): string {
  const id = isObject(given) ? given['request_id'] : undefined;
  return id === undefined ? String(index) : String(id);
}

function refusedBody(code: string, detail: string): Problem {
  return invalid([{ errors: [{ code, path: '', detail }] }]);
}

/** @throws Problem 400 with the faults of every item that has any */
export function refuseItems(items: Item[], faultsOf: (item: Item) => FieldFault[]): void {
  const faults = items.flatMap(item => {
    const errors = faultsOf(item);
    return errors.length > 0 ? [{ requestId: item.requestId, errors }] : [];
  });
  if (faults.length > 0) throw invalid(faults);
}
