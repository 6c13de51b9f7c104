import { fill, readWhen, type Texts, textsFor } from '../../texts/index.ts';
import type { CommandContext, CommandOutcome, OrderedAction } from './command-place.ts';
import { matchStages } from './match-stage.ts';
import { linkContact, plain, setField, writeEmail } from './order-by-name.ts';
import type { Command } from './parse-command.ts';
import { otherNamesOf } from './usual-stages.ts';

export type { FieldChoice, OrderedAction } from './command-place.ts';

/** What a command comes to: actions to propose, or a sentence that says how to order it. */
export async function runCommand({ name, rest }: Command, context: CommandContext): Promise<CommandOutcome> {
  const { command: say } = textsFor(context.locale);
  const only = (text: string): CommandOutcome => ({ text, actions: [] });
  const prepared = (action: OrderedAction): CommandOutcome => ({ text: say.prepared, actions: [action] });
  switch (name) {
    case 'help':
      return only(say.help);
    case 'find':
      return only(say.findEmpty);
    case 'note':
      return rest === '' ? only(say.noteEmpty) : prepared({ action: 'note', arguments: { text: rest } });
    case 'remember':
      return rest === ''
        ? only(say.rememberEmpty)
        : { text: say.remembered, actions: [], fact: rest.slice(0, 500).toWellFormed() };
    case 'task': {
      const { dueAt, rest: text } = readWhen(rest, context);
      if (text === '') return only(say.taskEmpty);
      return prepared({ action: 'task-create', arguments: { text, dueAt: dueAt.toISOString() } });
    }
    case 'price': {
      const price = readPrice(rest);
      return price === null ? only(say.priceUnreadable) : prepared({ action: 'price', arguments: { price } });
    }
    case 'stage':
      return moveTo(rest, context, say);
    case 'field':
      return setField(rest, context, say);
    case 'contact':
      return linkContact(rest, context, say);
    case 'email':
      return writeEmail(rest, say);
    case 'message':
      return rest === ''
        ? only(say.messageEmpty)
        : prepared({ action: 'message', arguments: { text: rest } });
  }
}

async function moveTo(
  words: string,
  { lead, stages }: CommandContext,
  say: Texts['command'],
): Promise<CommandOutcome> {
  const all = await stages();
  const own = lead.pipeline_id ?? null;
  const near = all.filter(stage => stage.pipelineId === own);
  if (words === '') return { text: fill(say.stageEmpty, { stages: names(near) }), actions: [] };
  const named = matchStages(words, all, own);
  const meant = named.length > 0 ? named : otherNamesOf(words).flatMap(name => matchStages(name, all, own));
  const [stage, ...others] = new Set(meant);
  if (!stage)
    return { text: fill(say.stageUnknown, { words: plain(words), stages: names(near) }), actions: [] };
  if (others.length > 0) {
    const fitting = [stage, ...others].map(({ pipeline, status }) => ({ status: `${pipeline} · ${status}` }));
    return { text: fill(say.stageSeveral, { words: plain(words), stages: names(fitting) }), actions: [] };
  }
  if (stage.pipelineId === own && stage.statusId === lead.status_id)
    return { text: fill(say.stageSame, { stage: plain(stage.status) }), actions: [] };
  const { pipelineId, statusId } = stage;
  return { text: say.prepared, actions: [{ action: 'stage', arguments: { pipelineId, statusId } }] };
}

function names(stages: { status: string }[]): string {
  return stages.map(({ status }) => plain(status)).join(', ');
}

/** "12 500", "12,500", "12.500" and "$12500" are all 12500: Kommo knows whole numbers only. Null for anything else. */
function readPrice(text: string): number | null {
  const digits = text.replaceAll(/[\s\p{Sc}]/gu, '');
  if (!/^\d{1,3}(?:([.,'’])\d{3})(?:\1\d{3})*$|^\d{1,12}$/.test(digits)) return null;
  return Number(digits.replaceAll(/\D/g, ''));
}
