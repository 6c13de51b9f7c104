import { z } from 'zod';
import { action } from '../action.ts';
import type { Fields, Json } from '../json.ts';
import { readLead, sightOfLead } from '../lead-record.ts';
import { patchLead } from './patch-lead.ts';
import { Prose } from './prose.ts';

const Names = z
  .array(Prose(100))
  .max(40)
  .transform(names => [...new Set(names)]);
const Arguments = z
  .strictObject({ add: Names, remove: Names })
  .refine(({ add, remove }) => add.length + remove.length > 0, 'names no tag')
  .refine(({ add, remove }) => !add.some(name => remove.includes(name)), 'adds and removes the same tag');
type Arguments = z.infer<typeof Arguments>;

/** Only the named tags matter: somebody else's are neither touched nor a reason for a conflict. */
export const tags = action<Arguments>({
  name: 'tags',
  schema: Arguments,
  async see(place, { add, remove }) {
    const lead = await readLead(place);
    if (lead === null) return null;
    const all = lead._embedded?.tags ?? [];
    const has = (name: string) => all.some(tag => tag.name === name);
    return sightOfLead(
      lead,
      { tags: Object.fromEntries([...add, ...remove].map(name => [name, has(name)])) },
      { all: all.map(({ id, name }) => ({ id, name })) },
    );
  },
  changes({ add, remove }, { beside }) {
    const before = namesOf(beside);
    const after = [...new Set([...before.filter(name => !remove.includes(name)), ...add])];
    return [{ field: 'tags', label: null, kind: 'tags', before: before.join(', '), after: after.join(', ') }];
  },
  after: ({ add, remove }) => presence(add, remove),
  perform: {
    kind: 'set',
    write(place, { add, remove }, { beside }) {
      const known = allOf(beside);
      return patchLead(place, {
        ...(add.length > 0 ? { tags_to_add: add.map(name => ({ name })) } : {}),
        ...(remove.length > 0
          ? {
              tags_to_delete: remove.flatMap(name => {
                const tag = known.find(one => one.name === name);
                return tag ? [{ id: tag.id }] : [];
              }),
            }
          : {}),
      });
    },
    journal: ({ leadId }) => ({
      leadId,
      types: ['entity_tag_added', 'entity_tag_deleted'],
      fields: ['tags'],
    }),
  },
  undo: {
    way: 'write-back',
    why: null,
    plan({ args, seen }) {
      const had = (seen['tags'] ?? {}) as Record<string, boolean>;
      const add = args.remove.filter(name => had[name]);
      const remove = args.add.filter(name => !had[name]);
      if (add.length + remove.length === 0) return null;
      return { action: 'tags', args: { add, remove }, expected: presence(remove, add) };
    },
  },
});

function presence(there: string[], gone: string[]): Fields {
  return {
    tags: Object.fromEntries([
      ...there.map(name => [name, true] as const),
      ...gone.map(name => [name, false] as const),
    ]),
  };
}

function allOf(beside: Fields): { id: Json; name: string }[] {
  return (beside['all'] ?? []) as { id: Json; name: string }[];
}

const namesOf = (beside: Fields): string[] => allOf(beside).map(({ name }) => name);
