import { z } from 'zod';
import { tool } from './tool.ts';

const suggested = {
  remembered: false,
  note: 'It is not what the person said in this message, so it waits in the memory of this lead until they confirm it.',
};

/** Keeps what will matter in the next conversation. It stays ours and is shown to the rep, who can change or forget it. */
export const memoryTool = tool({
  name: 'remember',
  description:
    'Keeps a lasting fact about this lead or its client for later conversations: a preference, a constraint, a decision. Not what the CRM holds already, and nothing that only matters today.',
  parameters: z.object({
    fact: z.string().trim().min(1).max(500).describe('One sentence that can be understood by itself.'),
    about: z.enum(['lead', 'contact']).describe('lead: this deal alone; contact: the client, in any deal.'),
  }),
  async run({ fact, about }, { remember }) {
    const { isSuggested } = await remember(fact, about);
    return { content: isSuggested ? suggested : { remembered: true } };
  },
});
