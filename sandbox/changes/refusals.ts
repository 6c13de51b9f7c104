import type { z } from 'zod';
import type { FieldFault } from '../errors.ts';

const details: Record<string, string> = {
  NotSupportedChoice: 'The value you selected is not a valid choice.',
  FieldMissing: 'This field is missing.',
  EntityNotFound: 'The entity was not found.',
  TooFew: 'This collection should contain 1 element or more.',
};

/** Gathers what is wrong with one item of a write: all of it is told at once. */
export class Refusals {
  readonly errors: FieldFault[] = [];

  add(code: string, path: string, detail = details[code] ?? 'This value is not valid.'): void {
    this.errors.push({ code, path, detail });
  }
}

/** A schema's complaints in the platform's words. */
export function faultsOf(error: z.ZodError): FieldFault[] {
  return error.issues.map(issue => ({ ...wordOf(issue), path: issue.path.join('.') }));
}

function wordOf(issue: z.core.$ZodIssue): { code: string; detail: string } {
  switch (issue.code) {
    case 'invalid_type':
      return issue.message.endsWith('received undefined')
        ? { code: 'FieldMissing', detail: 'This field is missing.' }
        : { code: 'InvalidType', detail: `This value should be of type ${issue.expected}.` };
    case 'invalid_value':
      return { code: 'NotSupportedChoice', detail: 'The value you selected is not a valid choice.' };
    case 'too_big':
      return tooBig(issue.origin, Number(issue.maximum));
    case 'too_small':
      return tooSmall(issue.origin, Number(issue.minimum));
    default:
      return { code: 'InvalidType', detail: 'This value is not of a valid type.' };
  }
}

function tooBig(origin: string, max: number): { code: string; detail: string } {
  if (origin === 'string') {
    return {
      code: 'TooLong',
      detail: `This value is too long. It should have ${max} characters or less.`,
    };
  }
  if (origin === 'array') {
    return { code: 'TooMany', detail: `This collection should contain ${max} elements or less.` };
  }
  return { code: 'TooHigh', detail: `This value should be ${max} or less.` };
}

function tooSmall(origin: string, min: number): { code: string; detail: string } {
  if (origin === 'string') return { code: 'NotBlank', detail: 'This value should not be blank.' };
  if (origin === 'array') {
    return { code: 'TooFew', detail: `This collection should contain ${min} element or more.` };
  }
  return { code: 'TooLow', detail: `This value should be ${min} or more.` };
}
