import type { Origin, PolicyArgument, PolicyInput } from '../policy/index.ts';
import type { OrderedAction } from './commands/index.ts';

type Effect = PolicyInput['effect'];

/** What a run was asked, for telling whose words an argument is. */
export interface OrderedBy {
  /** What the rep typed in this turn. */
  question: string;
  /** A command of the rep's own: nobody else had a say in it. */
  byRep: boolean;
  /** The budget as it stands. */
  price: number | null;
}

const kinds: Record<string, PolicyArgument['kind']> = {
  text: 'text',
  result: 'text',
  subject: 'text',
  to: 'text',
  dueAt: 'time',
  price: 'number',
  taskTypeId: 'id',
  responsibleUserId: 'id',
  taskId: 'id',
  pipelineId: 'id',
  statusId: 'id',
  lossReasonId: 'id',
  fieldId: 'id',
  userId: 'id',
  contactId: 'id',
  talkId: 'id',
  isMain: 'choice',
};

/** Mail goes to an address, a call of a tool to somebody's server; a message to the very client of the lead. All else stays in the account. */
const effects: Record<string, Effect> = { message: 'reply', email: 'exit', 'call-tool': 'exit' };

/** What the policy has to know of an action that a run orders. */
export function policyInputOf(
  { action, arguments: given, named: words }: OrderedAction,
  by: OrderedBy,
): Pick<PolicyInput, 'tool' | 'effect' | 'arguments' | 'facts'> {
  const named = Object.entries(given).filter(([, value]) => value !== undefined);
  return {
    tool: action,
    effect: effects[action] ?? 'change',
    arguments: named.map(([name, value]) => {
      const kind = kindOf(name, value);
      return { name, kind, origin: originOf(kind, value, words, by) };
    }),
    facts: factsOf({ action, arguments: given }, by),
  };
}

function kindOf(name: string, value: unknown): PolicyArgument['kind'] {
  const known = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
  if (known) return known;
  // A field takes what its type says; a choice of one is by the ids that the account gave it.
  if (typeof value === 'number') return 'number';
  if (typeof value === 'boolean' || isChoice(value)) return 'choice';
  return 'text';
}

function isChoice(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'enumIds' in value;
}

/** A longer question was not typed but pasted, a client's mail perhaps: its words are not the rep's. */
const typedMax = 600;

/**
 * Ids and choices were resolved by us among what the account has: a model names them, and we look them up. But
 * which of them it names may be a client's wish, so those named by words pass only if the rep used them. What
 * stands in the rep's own words of this turn is the rep's; the rest a model made of whatever it was given.
 */
function originOf(
  kind: PolicyArgument['kind'],
  value: unknown,
  words: string | undefined,
  { question: asked, byRep }: OrderedBy,
): Origin {
  if (byRep) return 'rep';
  const question = asked.length > typedMax ? '' : asked;
  if (kind === 'id' || kind === 'choice')
    return words === undefined || ` ${plain(question)} `.includes(plain(words)) ? 'server' : 'model';
  const texts = Array.isArray(value) ? value.map(String) : [String(value)];
  const typed = kind === 'number' ? digitsOf(question) : ` ${plain(question)} `;
  const isTyped = (text: string) =>
    kind === 'number'
      ? (typed as string[]).includes(text)
      : plain(text) !== '' && (typed as string).includes(plain(text));
  return kind !== 'time' && texts.every(isTyped) ? 'rep' : 'model';
}

/** Without what a model may set otherwise when it repeats somebody: case, spacing, the marks at the end. */
function plain(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/\s+/gu, ' ')
    .replace(/^[\s"'«“„]+|[\s"'»”.!?…]+$/gu, '');
}

/** The numbers of a text, "12 500" and "12,500" as 12500. */
function digitsOf(text: string): string[] {
  const numbers = text.match(/\d+(?:[\s.,'’\u00a0\u202f]\d{3})*(?!\d)/gu) ?? [];
  return numbers.map(number => number.replaceAll(/\D/g, ''));
}

function factsOf(
  { action, arguments: given }: OrderedAction,
  { price }: OrderedBy,
): NonNullable<PolicyInput['facts']> {
  const { pipelineId, statusId, dueAt, price: wanted } = given as Record<string, unknown>;
  const facts: NonNullable<PolicyInput['facts']> = {};
  if (action === 'stage' && typeof pipelineId === 'number' && typeof statusId === 'number')
    facts.stage = { pipelineId, statusId };
  if (action === 'price' && typeof wanted === 'number') facts.price = { before: price, after: wanted };
  if (typeof dueAt === 'string' && !Number.isNaN(Date.parse(dueAt))) facts.due = new Date(dueAt);
  return facts;
}
