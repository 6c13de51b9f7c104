import { z } from 'zod';
import { InvalidInput, NotFound } from '../../kernel/index.ts';
import { fill } from '../../texts/index.ts';
import { action } from '../action.ts';
import { leadUrl, readLead, sightOfLead } from '../lead-record.ts';
import { openMailAccount, readMailAccount } from '../mail/account.ts';
import { domainOf, openMailer } from '../mail/mailer.ts';
import { Prose } from './prose.ts';

const Arguments = z.strictObject({
  to: z.email().max(320),
  subject: Prose(500).refine(text => !/[\r\n]/.test(text), 'must be one line'),
  text: Prose(50_000),
});

/** A mail through the account's own server. Nothing tells whether a mail arrived, so a doubt waits for a person. */
export const email = action<z.infer<typeof Arguments>>({
  name: 'email',
  schema: Arguments,
  async resolve({ deps, account }, args) {
    if ((await readMailAccount(deps, account.tenantId)) === null)
      throw new InvalidInput([
        { path: 'to', message: 'no mail server is set: an administrator can set one in the settings' },
      ]);
    return args;
  },
  async see(place, { to }) {
    const lead = await readLead(place);
    return lead && { ...sightOfLead(lead, {}), target: { kind: 'address', id: to, name: null } };
  },
  changes: ({ to, subject, text }) => [
    { field: 'to', label: null, kind: 'text', before: null, after: to },
    { field: 'subject', label: null, kind: 'text', before: null, after: subject },
    { field: 'text', label: null, kind: 'text', before: null, after: text },
  ],
  after: () => null,
  perform: {
    kind: 'make',
    mark: async () => null,
    async write(place, { to, subject, text }, _mark, effectId) {
      const account = await openMailAccount(place.deps, place.account.tenantId);
      if (account === null) throw new NotFound('mail account');
      const mailer = await openMailer(place.deps, account);
      const messageId = `<${effectId}@${domainOf(account.from)}>`;
      try {
        await mailer.send({ messageId, to, subject, text });
      } finally {
        mailer.close();
      }
      return { record: 'email', recordId: messageId, url: leadUrl(place) };
    },
    find: async () => null,
  },
  recordText: ({ to, subject, text }, texts) => fill(texts.actions.emailNote, { to, subject, text }),
  undo: { way: 'none', why: 'already-sent' },
});
