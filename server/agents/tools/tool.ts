import { z } from 'zod';
import type { ToolSpec } from '../../llm/index.ts';
import type { FieldChoice, OrderedAction, StageChoice } from '../commands/index.ts';
import type { CitableSource } from '../context.ts';
import type { KnowledgeHit } from '../deps.ts';

/** What a tool may look at. */
export interface ToolPlace {
  timeZone: string;
  now: Date;
  /** Of the lead that is open. */
  pipelineId: number | null;
  /** What the answer may cite so far; a tool that finds more adds to it. */
  byNumber: Map<number, CitableSource>;
  /** Read once for a turn, when the first tool asks. */
  choices(): Promise<{ stages: StageChoice[]; users: { id: number; name: string }[]; fields: FieldChoice[] }>;
  /** Of the account, whom some words may name. */
  contacts(words: string): Promise<{ id: number; name: string }[]>;
  /** What a message may rest on that cites these sources. */
  support(sources: number[]): string[];
  search(text: string): Promise<KnowledgeHit[]>;
  /** @throws MemoryFull */
  remember(fact: string, about: 'lead' | 'contact'): Promise<{ isSuggested: boolean }>;
}

/** What came of a call: words for the model, and what is to be proposed, if anything. */
export interface ToolOutcome {
  content: unknown;
  action?: OrderedAction;
}

export interface Tool {
  name: string;
  description: string;
  parameters: z.ZodType;
  /** JSON Schema for the model, where it is not that of `parameters`. */
  schema?: Record<string, unknown>;
  /** @throws ToolRefused with a sentence for the model */
  // biome-ignore lint/suspicious/noExplicitAny: each tool knows its own arguments, which `parameters` has read
  run(args: any, place: ToolPlace): Promise<ToolOutcome> | ToolOutcome;
}

/** Keeps the types of one tool together while the list holds them all. */
export function tool<P extends z.ZodType>(definition: {
  name: string;
  description: string;
  parameters: P;
  run(args: z.output<P>, place: ToolPlace): Promise<ToolOutcome> | ToolOutcome;
}): Tool {
  return definition;
}

/** A call that cannot be carried out as it stands; the model is told why and may mend it. */
export class ToolRefused extends Error {
  override readonly name = 'ToolRefused';
}

export function specOf({ name, description, parameters, schema: own }: Tool): ToolSpec {
  if (own) return { name, description, parameters: own };
  const { $schema: _, ...schema } = z.toJSONSchema(parameters, { io: 'input' });
  return { name, description, parameters: schema };
}
