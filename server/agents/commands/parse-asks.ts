import { findWhen } from '../../texts/index.ts';
import type { Command } from './parse-command.ts';

/** A sentence that orders something in plain words: what it orders, and what is to be answered as a question. */
export interface Asks {
  commands: Command[];
  question: string | null;
}

interface Place {
  locale: string;
  timeZone: string;
  now: Date;
}

/** Longer texts are pasted, a client's mail perhaps, and order nothing. */
const lengthMax = 300;

/** Where one thing that is asked for ends and the next begins. */
const between =
  /\s*[,;]\s*(?:(?:and|then|y|e|luego|depois|и|затем|потом)\s+)*|\s+(?:and(?: then)?|then|y(?: luego)?|e(?: depois)?|и|затем|потом)\s+|[.!]\s+/iu;

const please = '(?:(?:please|por favor|пожалуйста)[, ]+)?';

/** Up to the name of the stage, folded: without accents and in small letters. */
const moves = new RegExp(
  `^${please}(?:(?:move|shift|push|advance|put|set|change)(?: (?:it|this|the|lead|deal|him|her|them|stage))* (?:to|into|in|on)(?: the)?(?: stage)?|(?:muev[ae]l[oa]|muev[ae]|mover(?:l[oa])?|pas[ae]l[oa]|pasa|pase|pasar(?:l[oa])?|llevar?l[oa]|cambiar?(?:l[oa])?)(?: (?:el|la|este|esta|lead|trato|etapa))* a(?: la)?(?: etapa)?(?: de)?|(?:mov[ae]|mover|mude|mudar?|pass[ae]|passar|leve|levar)(?:-[oa])?(?: (?:o|a|este|esta|esse|lead|negocio|etapa))* para(?: a)?(?: etapa)?(?: de)?|(?:перемести(?:ть)?|переведи(?:те)?|перевести|передвинь(?:те)?|двигай|поставь(?:те)?)(?: (?:его|ее|сделку|лид|этап))* (?:в|на)(?: (?:этап|стадию))?) (?<stage>.{2,60})$`,
  'u',
);

/** What one does at a time: the beginning of a task. */
const doings = new RegExp(
  `^${please}(?:call|phone|ring|e-?mail|write|send|remind|meet|visit|check|follow|schedule|book|prepare|ask|llam|telefone|escrib|envi|mand|recuerd|record|visit|reuni|agend|prepar|lig[aueo]|escrev|lembr|marque|marcar|encontr|позвон|перезвон|созвон|напи[сш]|отправ|напомн|встрет|назнач|провер|подготов|навест)`,
  'u',
);

/**
 * Reads a sentence such as "summarise, move to negotiation, call tomorrow at ten" by rules. Every part of it has to
 * be understood as an order, or as a question of its own that no order follows from; a task needs its time.
 *
 * @returns null where it orders nothing, so that it is a question like any other
 */
export function parseAsks(text: string, place: Place): Asks | null {
  if (text.length > lengthMax || /[?¿\n]/.test(text)) return null;
  const parts = text
    .trim()
    .split(between)
    .map(part => part.replace(/[.!\s]+$/, ''))
    .filter(part => part !== '');
  const commands: Command[] = [];
  const questions: string[] = [];
  for (const part of parts) {
    const folded = part.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
    const stage = moves.exec(folded)?.groups?.['stage'];
    if (stage !== undefined) commands.push({ name: 'stage', rest: part.slice(-stage.length) });
    else if (doings.test(folded) && findWhen(part, place)) commands.push({ name: 'task', rest: part });
    // What follows an order and is none itself would be lost.
    else if (commands.length > 0) return null;
    else questions.push(part);
  }
  if (commands.length === 0) return null;
  return { commands, question: questions.length === 0 ? null : questions.join(', ') };
}
