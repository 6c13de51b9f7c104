import { z } from 'zod';
import { ModelAnswerMisshapen } from './errors.ts';
import type { AnswerRequest } from './llm.ts';

/** What an answer has to be, where it is read by us and not by a person. */
export interface Shape<T> {
  /** Letters, digits and underscores. */
  name: string;
  schema: z.ZodType<T>;
}

/** How much of a wrong answer the model is shown again. */
const shownMax = 8_000;

/**
 * Has `ask` answer in JSON of a shape, and reads it. A model whose answer does not fit is shown what is wrong with
 * it, once.
 *
 * @throws ModelAnswerMisshapen when the second one does not fit either, and what `ask` throws
 */
export async function askShaped<T>(
  ask: (request: AnswerRequest) => Promise<string>,
  request: AnswerRequest,
  { name, schema }: Shape<T>,
): Promise<T> {
  const { $schema: _, ...jsonSchema } = z.toJSONSchema(schema, { io: 'input' });
  const shaped: AnswerRequest = { ...request, output: { name, schema: jsonSchema } };
  const first = await ask(shaped);
  const read = readShaped(first, schema);
  if ('value' in read) return read.value;
  const second = await ask({
    ...shaped,
    history: [
      ...request.history,
      { role: 'rep', text: request.question },
      { role: 'assistant', text: first.trim() === '' ? '(nothing)' : first.slice(0, shownMax) },
    ],
    question: `Your answer cannot be read: ${read.complaint} Answer again, with the JSON object alone.`,
  });
  const again = readShaped(second, schema);
  if ('value' in again) return again.value;
  throw new ModelAnswerMisshapen();
}

function readShaped<T>(text: string, schema: z.ZodType<T>): { value: T } | { complaint: string } {
  // Many models put a fence around it, or a sentence before it.
  const from = text.indexOf('{');
  const to = text.lastIndexOf('}');
  if (from < 0 || to < from) return { complaint: 'it holds no JSON object.' };
  let json: unknown;
  try {
    json = JSON.parse(text.slice(from, to + 1));
  } catch {
    return { complaint: 'it is no valid JSON.' };
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return { value: parsed.data };
  const faults = parsed.error.issues.map(
    ({ path, message }) => `${path.join('.') || 'the object'}: ${message}`,
  );
  return { complaint: `${faults.slice(0, 5).join('; ').slice(0, 500)}.` };
}
