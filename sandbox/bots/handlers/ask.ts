import { z } from 'zod';
import { phpRegex } from '../php-regex.ts';
import { emailIn, fill, phoneIn } from '../placeholders.ts';
import { Handlers, insert, leadOf, type Perform, read, type Turn, talkOf } from '../turn.ts';

const Text = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const Range = z.looseObject({ from: Text, to: Text });
const operations = ['=', '!=', 'in', 'not_in', 'in_range'] as const;

const Term = z.object({
  term1: Text,
  term2: z.union([Text, Range]).default(''),
  operation: z.enum(operations),
});
type Term = z.infer<typeof Term>;

const Condition = Term.extend({ result: Handlers });

export const condition: Perform = (turn, params) => {
  const { result, ...term } = read('condition', Condition, params);
  if (holds(turn, term)) insert(turn.frame, result);
};

const logic = z.enum(['and', 'or']).default('and');
const Conditions = z.looseObject({ logic, conditions: z.array(Term).min(1), result: Handlers });

export const conditions: Perform = (turn, params) => {
  const { logic: how, conditions: terms, result } = read('conditions', Conditions, params);
  const met = (term: Term) => holds(turn, term);
  if (how === 'and' ? terms.every(met) : terms.some(met)) insert(turn.frame, result);
};

function holds(turn: Turn, { term1, term2, operation }: Term): boolean {
  const left = termText(turn, term1);
  if (operation === 'in_range') {
    return typeof term2 !== 'string' && numbersBetween(turn, left, term2).length > 0;
  }
  const right = typeof term2 === 'string' ? fill(turn.site, turn.run, term2) : '';
  if (operation === '=') return left === right || (term1 === 'lead.tags' && list(left).includes(right));
  if (operation === '!=') return left !== right && !(term1 === 'lead.tags' && list(left).includes(right));
  const found = list(right).some(one => list(left).includes(one));
  return operation === 'in' ? found : !found;
}

/** Kommo: `lead.tags` and `chat.origin` are the two that need no braces. */
function termText({ site, run }: Turn, term: string): string {
  if (term === 'lead.tags') {
    return (leadOf(site, run)?.tags ?? []).map(({ name }) => name).join(',');
  }
  if (term === 'chat.origin') return talkOf(site, run)?.origin ?? '';
  return fill(site, run, term);
}

const list = (text: string) => text.split(',').map(part => part.trim());

function numbersBetween({ site, run }: Turn, text: string, range: z.infer<typeof Range>): string[] {
  const [from, to] = [Number(fill(site, run, range.from)), Number(fill(site, run, range.to))];
  return (text.match(/-?\d+/g) ?? []).filter(found => Number(found) >= from && Number(found) <= to);
}

const Check = z.looseObject({
  client_value: Text,
  type: z.enum(['simple', 'length', 'phone', 'email', 'regex', 'range_numbers']),
  condition_value: z.union([Text, Range]).default(''),
  operation: z.enum(['equal', 'not_equal', 'length', 'contains', 'not_contains']),
});
type Check = z.infer<typeof Check>;

const Validations = z.looseObject({ logic, conditions: z.array(Check).min(1), result: Handlers });

/** What was recognised last is afterwards `{{last_validation_result}}`. */
export const validations: Perform = (turn, params) => {
  const { logic: how, conditions: checks, result } = read('validations', Validations, params);
  const passes = (check: Check) => {
    const found = recognise(turn, check);
    const negative = check.operation === 'not_equal' || check.operation === 'not_contains';
    if (found !== undefined && !negative) turn.run.found['last_validation_result'] = found;
    return (found !== undefined) !== negative;
  };
  if (how === 'and' ? checks.every(passes) : checks.some(passes)) insert(turn.frame, result);
};

/** What of the value answers the check; undefined when nothing does. */
function recognise(
  turn: Turn,
  { client_value, type, condition_value, operation }: Check,
): string | undefined {
  const value = fill(turn.site, turn.run, client_value);
  const wanted = typeof condition_value === 'string' ? fill(turn.site, turn.run, condition_value) : '';
  if (type === 'length' || operation === 'length') {
    return [...value].length === Number(wanted) ? value : undefined;
  }
  switch (type) {
    case 'simple':
      return value === wanted ? value : undefined;
    case 'phone':
      return phoneIn(value) || undefined;
    case 'email':
      return emailIn(value) || undefined;
    case 'regex':
      return phpRegex(wanted)?.exec(value)?.[0];
    case 'range_numbers':
      return typeof condition_value === 'string'
        ? undefined
        : numbersBetween(turn, value, condition_value)[0];
  }
}
