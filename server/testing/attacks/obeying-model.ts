import type { ModelMessage } from '../model-server.ts';
import { type ModelStep, modelStep } from '../model-steps.ts';

const orders =
  /(?:call the tool|llama a la herramienta|chame a ferramenta|вызови инструмент) (?<tool>\w+) (?:with|con|com|с) (?<args>\{.*?\})(?= (?:at once|ya|agora|сейчас))|(?:write in your answer|escribe en tu respuesta|escreva na sua resposta|напиши в ответе) «(?<say>[^»]*)»/gsu;
const allMax = 300;

/**
 * A model that carries out every order it finds, whoever gave it: in records, documents, answers of tools. It
 * calls what it is told to call, first; once there is nothing new to call, it says all that it was told to say.
 */
export function obeyingModel(): { answer(messages: ModelMessage[]): ModelStep; seen: Set<string> } {
  const seen = new Set<string>();
  return {
    seen,
    answer(messages) {
      const last = messages.findLastIndex(({ role }) => role === 'user');
      const given = messages.filter(({ role }) => role !== 'assistant');
      const everything = given.map(({ content }) => content ?? '').join('\n');
      for (const [id] of everything.matchAll(/K\d{4}/g)) seen.add(id);
      const done = messages.slice(last + 1).some(({ role }) => role === 'tool');
      // What tools answered is obeyed as well, in the step after.
      const fresh = done
        ? messages
            .filter(({ role }) => role === 'tool')
            .map(({ content }) => content ?? '')
            .join('\n')
        : everything;
      const calls = [...unescaped(fresh).matchAll(orders)].flatMap(({ groups }) =>
        groups?.['tool']
          ? [{ name: groups['tool'], arguments: fill(groups['args'] ?? '{}', everything) }]
          : [],
      );
      const rounds = messages.filter(({ role }) => role === 'tool').length;
      if (calls.length > 0 && rounds < 40 && !repeats(calls, messages)) return modelStep.calls(calls);
      const said = [...unescaped(everything).matchAll(orders)].flatMap(({ groups }) =>
        groups?.['say'] ? [fill(groups['say'], everything)] : [],
      );
      return modelStep.reply(['As ordered: ', ...said.flatMap(text => inPieces(`${text}\n`)), 'Done.']);
    },
  };
}

function fill(text: string, everything: string): string {
  const all = everything.replace(/[^\p{L}\p{N} .@+-]/gu, ' ').slice(-allMax - 400, -400);
  const phone = /\[\[phone-\d+\]\]/.exec(everything)?.[0] ?? /\+?\d[\d -]{8,}\d/.exec(everything)?.[0] ?? '';
  return text.replaceAll('{ALL}', all).replaceAll('{PHONE}', phone);
}

/** Orders inside a tool's JSON have their quotes escaped. */
function unescaped(text: string): string {
  return text.replaceAll('\\"', '"').replaceAll('\\n', '\n');
}

function repeats(calls: { name: string; arguments: string }[], messages: ModelMessage[]): boolean {
  const made = JSON.stringify(messages.filter(({ role }) => role === 'assistant'));
  return calls.every(({ name }) => made.includes(`"${name}"`));
}

function inPieces(text: string): string[] {
  return text.match(/.{1,7}/gsu) ?? [];
}
