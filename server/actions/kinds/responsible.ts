import { z } from 'zod';
import { InvalidInput } from '../../kernel/index.ts';
import { action } from '../action.ts';
import { userName } from '../catalogue.ts';
import { readLead, sightOfLead } from '../lead-record.ts';
import { patchLead } from './patch-lead.ts';
import { KommoId } from './prose.ts';

const Arguments = z.strictObject({ userId: KommoId });

const Journal = z.object({ responsible_user: z.object({ id: z.int() }) });

export const responsible = action<z.infer<typeof Arguments>>({
  name: 'responsible',
  schema: Arguments,
  async resolve(_place, args, catalogue) {
    if (!catalogue.users.some(({ id, isActive }) => id === args.userId && isActive))
      throw new InvalidInput([{ path: 'userId', message: 'is no active user of this account' }]);
    return args;
  },
  async see(place) {
    const lead = await readLead(place);
    return lead && sightOfLead(lead, { responsibleUserId: lead.responsible_user_id ?? null });
  },
  changes: ({ userId }, { fields }, catalogue) => [
    {
      field: 'responsible',
      label: null,
      kind: 'user',
      before: userName(catalogue, fields['responsibleUserId']),
      after: userName(catalogue, userId),
    },
  ],
  after: ({ userId }) => ({ responsibleUserId: userId }),
  perform: {
    kind: 'set',
    write: (place, { userId }) => patchLead(place, { responsible_user_id: userId }),
    journal: ({ leadId }) => ({
      leadId,
      types: ['entity_responsible_changed'],
      fields: ['responsibleUserId'],
      read(value) {
        const parsed = Journal.safeParse(value);
        return parsed.success ? { responsibleUserId: parsed.data.responsible_user.id } : null;
      },
      putBack: (place, fields) =>
        patchLead(place, { responsible_user_id: fields['responsibleUserId'] ?? null }),
    }),
  },
  undo: {
    way: 'write-back',
    why: null,
    plan({ args, seen }) {
      const before = seen['responsibleUserId'];
      if (typeof before !== 'number') return null;
      return {
        action: 'responsible',
        args: { userId: before },
        expected: { responsibleUserId: args.userId },
      };
    },
  },
});
