import { z } from 'zod';
import { InvalidInput } from '../../kernel/index.ts';
import { KommoAmbiguous } from '../../kommo/index.ts';
import type { Person } from '../../secrets/index.ts';
import { ToolCallAmbiguous, ToolCallRefused } from '../../tools/index.ts';
import { action, type Place } from '../action.ts';
import { type Lead, leadUrl, readLead, sightOfLead } from '../lead-record.ts';
import type { ChangeView } from '../views.ts';

const Arguments = z.strictObject({
  tool: z.string().max(40),
  arguments: z
    .record(z.string().max(200), z.unknown())
    .refine(value => JSON.stringify(value).length <= 32_000, 'must be smaller'),
});
type Arguments = z.infer<typeof Arguments>;

/**
 * A call of a tool that an administrator added. It leaves the company, so a person sees every value that goes out and
 * to whom. Nothing tells whether a lost call arrived, so a doubt waits for a person.
 */
export const callTool = action<Arguments>({
  name: 'call-tool',
  schema: Arguments,
  async resolve(place, args) {
    await preview(place, args);
    return args;
  },
  async see(place, args) {
    const lead = await readLead(place);
    if (lead === null) return null;
    const { title, host, request, digest } = await preview(place, args);
    // A tool that is saved otherwise is another one: what was approved was this.
    const sight = sightOfLead(lead, { tool: digest }, { request });
    return { ...sight, target: { kind: 'address', id: host, name: title } };
  },
  changes: ({ arguments: given }, { beside }) => [
    { field: 'request', label: null, kind: 'text', before: null, after: String(beside['request'] ?? '') },
    ...Object.entries(given).map(
      ([name, value]): ChangeView => ({
        field: `argument:${name}`,
        label: name,
        kind: 'text',
        before: null,
        after: typeof value === 'string' ? value : JSON.stringify(value),
      }),
    ),
  ],
  after: () => null,
  perform: {
    kind: 'make',
    mark: async () => null,
    async write(place, { tool, arguments: given }) {
      const signal = place.signal ?? AbortSignal.timeout(30_000);
      try {
        // Read before the call: whatever fails here has sent nothing.
        const about = personOf(await readLead(place), place.leadId);
        const answer = await place.deps.tools.call(place.account.tenantId, tool, given, signal);
        return { record: 'tool', recordId: null, url: leadUrl(place), answer, about };
      } catch (thrown) {
        if (thrown instanceof ToolCallAmbiguous) throw new KommoAmbiguous(thrown);
        throw thrown;
      }
    },
    find: async () => null,
  },
  undo: { way: 'none', why: 'already-sent' },
});

/** Whom the answer is about: the lead's main contact, or the lead. */
function personOf(lead: Lead | null, leadId: number): Person {
  const contacts = lead?._embedded?.contacts ?? [];
  const main = contacts.find(({ is_main }) => is_main) ?? contacts[0];
  return main ? `contact-${main.id}` : `lead-${leadId}`;
}

async function preview({ deps, account }: Place, { tool, arguments: given }: Arguments) {
  try {
    return await deps.tools.preview(account.tenantId, tool, given);
  } catch (thrown) {
    if (!(thrown instanceof ToolCallRefused)) throw thrown;
    throw new InvalidInput([
      { path: thrown.code === 'tool-missing' ? 'tool' : 'arguments', message: thrown.message },
    ]);
  }
}
