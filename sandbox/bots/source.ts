import { z } from 'zod';
import type { Handler, Source, Step } from './bot.ts';

/** Kommo: no more than 64 KB of JSON. */
const bytesMax = 65_536;

const HandlerShape: z.ZodType<Handler> = z.object({
  handler: z.string().min(1),
  params: z.unknown().default({}),
}) as unknown as z.ZodType<Handler>;
const StepShape = z
  .looseObject({
    question: z.array(HandlerShape).optional(),
    answer: z.array(HandlerShape).optional(),
    finish: z.array(HandlerShape).optional(),
  })
  .refine(step => step.question || step.answer || step.finish, 'a step has question, answer or finish');
const Steps = z.array(StepShape).min(1);

export class SourceRefused extends Error {}

/**
 * Reads a bot's source: an array of steps, or the object form whose numbered keys are the steps and whose `error`
 * holds what to do when a message cannot be delivered. Either may come as a JSON string.
 *
 * @throws SourceRefused with the first fault
 */
export function readSource(given: unknown): Source {
  const json = typeof given === 'string' ? parse(given) : given;
  if (Buffer.byteLength(JSON.stringify(json) ?? '') > bytesMax) {
    throw new SourceRefused('The source of a bot has at most 64 KB');
  }
  const { steps, error } = split(json);
  const parsed = Steps.safeParse(steps);
  const branch = z.array(HandlerShape).safeParse(error);
  const fault = parsed.error?.issues[0] ?? branch.error?.issues[0];
  if (!parsed.success || !branch.success) {
    throw new SourceRefused(`${fault?.path.join('.') || 'source'}: ${fault?.message ?? 'not readable'}`);
  }
  return { steps: parsed.data.map(stepOf), error: branch.data };
}

function stepOf({ question, answer, finish }: z.infer<typeof StepShape>): Step {
  return { ...(question && { question }), ...(answer && { answer }), ...(finish && { finish }) };
}

function split(json: unknown): { steps: unknown; error: unknown } {
  if (json === null || typeof json !== 'object' || Array.isArray(json)) return { steps: json, error: [] };
  const numbered = Object.entries(json).filter(([key]) => /^\d+$/.test(key));
  numbered.sort(([a], [b]) => Number(a) - Number(b));
  return {
    steps: numbered.map(([, step]) => step as unknown),
    error: 'error' in json ? json.error : [],
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SourceRefused('The source of a bot is JSON');
  }
}
