import { InvalidInput, type TenantId } from '../kernel/index.ts';
import { fill, textsFor } from '../texts/index.ts';
import { type Command, runCommand } from './commands/index.ts';
import type { ActiveAgent } from './definition/index.ts';
import type { AgentDeps } from './deps.ts';
import { PolicyForbids } from './errors.ts';
import type { LiveRun } from './live-run.ts';
import { rememberInRun } from './memory/index.ts';
import { orderInRun } from './order-in-run.ts';
import { personOf, seenContacts } from './person-keys.ts';
import type { RunStart } from './queries.ts';

/** How an order was given: with a slash nobody but the rep had a say in it; plain words are read by rules. */
export interface Order {
  commands: Command[];
  /** What the rep typed, where rules read it. */
  question: string | null;
}

/**
 * Carries out what a rep ordered without a model, with a slash or in plain words: what it changes is proposed, and done at once only where the
 * policy lets it. No model is asked and nothing is spent.
 */
export async function carryOut(
  deps: AgentDeps,
  tenantId: TenantId,
  agent: ActiveAgent,
  start: RunStart,
  { commands, question }: Order,
  live: LiveRun,
): Promise<void> {
  const { signal } = live;
  live.emit({ type: 'step', data: { kind: 'reading-lead' } });
  const account = await deps.accountOf(tenantId);
  const view = await deps.leads.read(account, start.userId, start.leadId, signal);
  const { lead } = view;
  const context = {
    locale: start.locale,
    timeZone: account.timeZone,
    now: deps.clock.now(),
    lead,
    async stages() {
      return (await deps.actions.choices(tenantId)).stages;
    },
    async fields() {
      return (await deps.actions.choices(tenantId)).fields;
    },
    contacts: (words: string) => deps.actions.findContacts(tenantId, { userId: start.userId, words, signal }),
  };
  const came = await Promise.all(commands.map(command => runCommand(command, context)));
  const actions = came.flatMap(outcome => outcome.actions);
  live.emit({ type: 'step', data: { kind: 'answering' } });
  signal.throwIfAborted();
  for (const { fact } of came) {
    if (fact === undefined) continue;
    const person = personOf(start.leadId, seenContacts(view));
    await rememberInRun(deps, tenantId, start, person, {
      text: fact,
      about: 'lead',
      origin: 'rep',
      isSuggested: false,
    });
  }
  const told = came.filter(outcome => outcome.actions.length === 0).map(outcome => outcome.text);
  const { command: say } = textsFor(start.locale);
  if (actions.length > 0) told.unshift(actions.length > 1 ? say.preparedSeveral : say.prepared);
  const before = live.text() === '' ? '' : '\n\n';
  const text = `${before}${told.join('\n\n')}`;
  if (actions.length === 0) return live.appendText(text);
  try {
    const place = {
      question: question ?? '',
      byRep: question === null,
      price: lead.price ?? null,
      agent,
      signal,
    };
    const outcomes = await orderInRun(deps, tenantId, start, actions, {
      ...place,
      timeZone: account.timeZone,
    });
    for (const { proposal, tasks } of outcomes)
      for (const data of proposal ? [proposal, ...tasks] : []) live.emit({ type: 'proposal', data });
    const [refused] = outcomes.filter(({ proposal }) => proposal === null);
    if (refused) throw refused.fault ?? new PolicyForbids(refused.decision.reason);
    live.appendText(text);
  } catch (thrown) {
    if (!(thrown instanceof InvalidInput)) throw thrown;
    const why = thrown.extensions.errors.map(({ message }) => message).join('; ');
    live.appendText(`${before}${fill(say.invalid, { why })}`);
  }
}
