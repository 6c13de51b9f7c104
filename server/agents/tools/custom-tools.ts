import { z } from 'zod';
import type { OfferedTool } from '../../tools/index.ts';
import type { Tool } from './tool.ts';

/** Tools of the account beside ours: their names say so, and cannot be mistaken for one of ours. */
const prefix = 'custom_';

/** Each prepares a call that waits for a person: whatever the tool does, it takes data out of the company. */
export function customTools(offered: OfferedTool[]): Tool[] {
  return offered.map(({ name, title, description, parameters }) => ({
    name: `${prefix}${name}`,
    description: `${title}. ${description}\nPrepares the call; a person approves it, and its answer is there in the next turn.`,
    // Their own schema is checked where the call is previewed, with a sentence for the model.
    parameters: z.record(z.string(), z.unknown()),
    schema: parameters,
    run: (given: Record<string, unknown>) => ({
      content: { prepared: true, note: 'It waits for the person’s approval and was not called yet.' },
      action: { action: 'call-tool' as const, arguments: { tool: name, arguments: given } },
    }),
  }));
}
