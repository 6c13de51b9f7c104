import { z } from 'zod';
import { tool } from './tool.ts';

const foundMax = 4;
const passageLengthMax = 2_000;

/** Looks further than the passages the question found by itself; what is found can be cited. */
export const knowledgeTool = tool({
  name: 'search_knowledge',
  description:
    'Searches the company’s documents. Use it when the sources at hand do not answer a part of the question.',
  parameters: z.object({ query: z.string().trim().min(1).max(400) }),
  async run({ query }, { byNumber, search }) {
    const hits = (await search(query)).slice(0, foundMax);
    const found = hits.map(hit => {
      const known = [...byNumber].find(
        ([, source]) =>
          source.kind === 'document' &&
          source.hit.versionId === hit.versionId &&
          source.hit.start === hit.start,
      );
      const n = known?.[0] ?? byNumber.size + 1;
      byNumber.set(n, { kind: 'document', hit });
      const under = hit.heading ? { headings: hit.heading } : {};
      return { source: n, title: hit.title, ...under, text: hit.body.slice(0, passageLengthMax) };
    });
    return {
      content: found.length > 0 ? { found } : { found, note: 'The documents say nothing about this.' },
    };
  },
});
