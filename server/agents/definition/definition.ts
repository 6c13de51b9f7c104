import { z } from 'zod';
import { AgentPolicy } from '../../policy/index.ts';
import { capabilities } from './capabilities.ts';
import { faultsOf } from './variables.ts';

/** As it was written, without what the database cannot hold; lines and blanks stay. */
const text = (lengthMax: number) =>
  z
    .string()
    .max(lengthMax)
    .overwrite(given => given.replaceAll('\u0000', '').toWellFormed());
const line = (lengthMax: number) => text(lengthMax).regex(/\S/, 'must not be empty');
const BlockName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,39}$/, 'must be a short name such as "opening-hours"');
const LanguageTag = z
  .string()
  .regex(/^[a-zA-Z]{2,3}([-_][a-zA-Z0-9]{2,8})*$/, 'must be a language tag such as "es"')
  .max(20);
/** One amount of nothing would be an agent that cannot answer; to stop one there is the kill switch. */
const amount = (most: number) => z.int().min(1).max(most).nullable().default(null);

/** What one run may use up, and what all runs of the agent may in a day. Null: no cap of its own. */
const Caps = z.strictObject({
  stepsPerRun: z.int().min(1).max(20).default(6),
  secondsPerRun: z.int().min(5).max(600).default(180),
  tokensPerRun: amount(10_000_000),
  microsPerRun: amount(1_000_000_000),
  tokensPerDay: amount(1_000_000_000),
  microsPerDay: amount(1_000_000_000_000),
  /** Once a cap is reached: a cheaper model and then the offline one, or an error. */
  whenReached: z.enum(['degrade', 'stop']).default('degrade'),
});

/** All that an agent is. Versions of it are immutable. */
export const AgentDefinition = z
  .strictObject({
    /** May hold {{variables}} and {{block.name}}. */
    instructions: line(20_000),
    blocks: z.record(BlockName, text(8_000)).default({}),
    /** `question`: that of whoever asks. */
    language: z.union([z.literal('question'), LanguageTag]).default('question'),
    tone: text(1_000).default(''),
    facts: z.array(line(1_000)).max(60).default([]),
    examples: z
      .array(z.strictObject({ question: line(2_000), answer: line(4_000) }))
      .max(20)
      .default([]),
    tools: z
      .array(z.enum(capabilities))
      .max(capabilities.length)
      .default([...capabilities]),
    policy: AgentPolicy.default({}),
    /** Where answers may come from; an empty list: all that the account knows. */
    knowledge: z
      .strictObject({
        sources: z.array(z.uuid()).max(100).default([]),
        tags: z.array(line(100)).max(50).default([]),
      })
      .prefault({}),
    /** Asked in this order; empty: those that the account, or else the operator, has set. */
    models: z
      .array(z.strictObject({ provider: z.string().min(1).max(40), model: line(200) }))
      .max(6)
      .default([]),
    caps: Caps.prefault({}),
  })
  .superRefine((definition, check) => {
    const { blocks } = definition;
    const texts: [path: (string | number)[], text: string][] = [
      [['instructions'], definition.instructions],
      [['tone'], definition.tone],
      ...definition.facts.map((fact, at): [(string | number)[], string] => [['facts', at], fact]),
      ...Object.entries(blocks).map(([name, body]): [(string | number)[], string] => [
        ['blocks', name],
        body,
      ]),
    ];
    if (Object.keys(blocks).length > 40)
      check.addIssue({ code: 'custom', path: ['blocks'], message: 'at most 40' });
    for (const [path, given] of texts) {
      // A block within a block could go round in a circle.
      const known = path[0] === 'blocks' ? {} : blocks;
      for (const message of faultsOf(given, known)) check.addIssue({ code: 'custom', path, message });
    }
  });
export type AgentDefinition = z.output<typeof AgentDefinition>;
