import { expect } from 'chai';
import fc from 'fast-check';
import { parsePost } from './parse-post.ts';
import { readHints } from './read-hints.ts';

const form = 'application/x-www-form-urlencoded';

function read(body: string, contentType = form) {
  const post = parsePost(Buffer.from(body), contentType);
  return post === null ? null : readHints(post);
}

describe('reading a hook', () => {
  it('finds the record of each event in the shape Kommo posts it', () => {
    const account = '&account[subdomain]=northwind&account[id]=31234567';
    const of = (body: string) => read(body + account)?.hints;
    expect(of('leads[add][0][id]=18273645&leads[add][0][name]=Dana')).to.deep.equal([
      { kind: 'leads', id: '18273645' },
    ]);
    for (const action of ['update', 'status', 'responsible', 'restore', 'delete'])
      expect(of(`leads[${action}][0][id]=7&leads[${action}][0][status_id]=142`), action).to.deep.equal([
        { kind: 'leads', id: '7' },
      ]);
    expect(of('contacts[update][0][id]=5&contacts[update][0][type]=contact')).to.deep.equal([
      { kind: 'contacts', id: '5' },
    ]);
    expect(of('contacts[delete][0][id]=5&contacts[delete][0][type]=company')).to.deep.equal([
      { kind: 'companies', id: '5' },
    ]);
    expect(of('contacts[delete][0][id]=5'), 'it may be either').to.deep.equal([
      { kind: 'contacts', id: '5' },
      { kind: 'companies', id: '5' },
    ]);
    expect(
      of(
        'contacts[add][0][id]=5&contacts[add][0][type]=contact&contacts[add][0][linked_leads_id][18][ID]=18',
      ),
    ).to.deep.equal([
      { kind: 'contacts', id: '5' },
      { kind: 'leads', id: '18' },
    ]);
    expect(of('task[update][0][id]=9&task[update][0][element_type]=2')).to.deep.equal([
      { kind: 'tasks', id: '9' },
    ]);
    expect(of('leads[note][0][note][id]=3&leads[note][0][note][element_type]=2')).to.deep.equal([
      { kind: 'notes', id: '3', parentKind: 'leads' },
    ]);
    expect(of('contacts[note][0][note][id]=3&contacts[note][0][type]=company')).to.deep.equal([
      { kind: 'notes', id: '3', parentKind: 'companies' },
    ]);
    expect(of('leads[note][0][id]=3&leads[note][0][note_type]=4'), 'the older flat form').to.deep.equal([
      { kind: 'notes', id: '3', parentKind: 'leads' },
    ]);
    expect(of('talk[update][0][talk_id]=191&talk[update][0][contact_id]=29')).to.deep.equal([
      { kind: 'talks', id: '191', contactId: '29' },
    ]);
    expect(of('unsorted[add][0][uid]=a1&unsorted[add][0][lead_id]=18')).to.deep.equal([
      { kind: 'leads', id: '18' },
    ]);
    expect(of('unsorted[delete][0][uid]=b2&unsorted[delete][0][accept_result][leads][0]=18')).to.deep.equal([
      { kind: 'leads', id: '18' },
    ]);
  });

  it('keeps the words of a message, incoming and outgoing, with or without its wrapper', () => {
    const item = (prefix: string, type = '') =>
      `${prefix}[id]=218e41d6-4ce9-53e9-871a-5ae1de8f2fd6&${prefix}[talk_id]=191&${prefix}[contact_id]=29&${prefix}[text]=Hi%2C+12+seats%3F&${prefix}[created_at]=1767693600&${prefix}[author][name]=Dana${type}`;
    for (const [body, type] of [
      [item('message[add][0]', '&message[add][0][type]=incoming'), 'incoming'],
      [item('message[add][0]', '&message[add][0][type]=outgoing'), 'outgoing'],
      [item('outgoing_message[add][0]'), 'outgoing'],
      [item('add[0]'), 'incoming'],
      [item('message'), 'incoming'],
      [
        'id=218e41d6-4ce9-53e9-871a-5ae1de8f2fd6&talk_id=191&contact_id=29&text=Hi%2C+12+seats%3F&created_at=1767693600&author[name]=Dana',
        'incoming',
      ],
    ] as const) {
      const post = read(body);
      expect(post?.messages, body).to.have.length(1);
      const [message] = post?.messages ?? [];
      expect(message?.talkId).to.equal('191');
      expect(message?.body).to.deep.include({ text: 'Hi, 12 seats?', type, created_at: 1767693600 });
      expect(post?.hints).to.deep.equal([{ kind: 'talks', id: '191', contactId: '29' }]);
    }
  });

  it('reads many records, actions and kinds from one post, in any spelling of the same keys', () => {
    const plain =
      'leads[add][0][id]=1&leads[add][1][id]=2&leads[status][0][id]=1&task[add][0][id]=3&contacts[update][0][id]=4&contacts[update][0][type]=contact';
    const expected = ['leads 1', 'leads 2', 'leads 1', 'tasks 3', 'contacts 4'];
    const json = JSON.stringify({
      leads: { add: [{ id: 1 }, { id: '2' }], status: { '0': { id: 1 } } },
      task: { add: [{ id: 3 }] },
      contacts: { update: [{ id: 4, type: 'contact' }] },
      account: { id: 5 },
    });
    for (const [body, type] of [
      [plain, form],
      [plain.replaceAll('[', '%5B').replaceAll(']', '%5D'), form],
      [json, 'application/json'],
      [json, form],
    ] as const) {
      const hints = read(body, type)?.hints.map(({ kind, id }) => `${kind} ${id}`);
      expect(hints, body).to.have.members(expected);
    }
  });

  it('keeps a key that is a value and a parent at once, as both', () => {
    const body =
      'contacts[note][0][note][id]=71864725&contacts[note][0][note][type]=3&contacts[note][0][note][type][message_uuid]=af48&contacts[note][0][note][element_id]=29&account[subdomain]=northwind';
    const post = parsePost(Buffer.from(body), form);
    expect(JSON.parse(JSON.stringify(post)).contacts.note[0].note.type).to.deep.equal({
      '': '3',
      message_uuid: 'af48',
    });
    expect(read(body)).to.deep.include({ accountId: null, subdomain: 'northwind' });
    expect(read(body)?.hints).to.deep.equal([{ kind: 'notes', id: '71864725', parentKind: 'contacts' }]);
  });

  it('follows no key towards a prototype, no depth and no index without end', () => {
    for (const body of [
      '__proto__[polluted]=1&leads[add][0][id]=1',
      'leads[__proto__][polluted]=1&leads[add][0][id]=1',
      'leads[add][0][constructor][prototype][polluted]=1&leads[add][0][id]=1',
      `leads${'[a]'.repeat(5000)}=1&leads[add][0][id]=1`,
      'leads[add][999999999999][name]=x&leads[add][0][id]=1',
      `${'a[0]'.repeat(1)}=${'x'.repeat(100_000)}&leads[add][0][id]=1`,
      '{"__proto__":{"polluted":1},"leads":{"add":[{"id":1,"constructor":{"prototype":{"polluted":1}}}]}}',
    ]) {
      expect(read(body)?.hints, body.slice(0, 80)).to.deep.equal([{ kind: 'leads', id: '1' }]);
      expect(({} as Record<string, unknown>)['polluted']).to.equal(undefined);
    }
    const deep = `{"leads":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
    expect(() => read(deep)).not.to.throw();
  });

  it('takes no id that is none', () => {
    for (const id of ['0', '-1', '1e3', '0x10', 'null', '99999999999999999', '1 or 1=1', ''])
      expect(read(`leads[update][0][id]=${encodeURIComponent(id)}`)?.hints, id).to.deep.equal([]);
  });

  it('never fails, whatever the bytes are', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 400 }),
        fc.constantFrom(form, 'application/json', ''),
        (bytes, type) => {
          const post = parsePost(Buffer.from(bytes), type);
          if (post !== null) readHints(post);
        },
      ),
      { numRuns: 500 },
    );
    const name = fc.constantFrom(
      'leads',
      'add',
      'note',
      'id',
      'talk_id',
      '',
      '0',
      '__proto__',
      'account',
      'text',
    );
    const key = fc
      .array(name, { minLength: 1, maxLength: 6 })
      .map(([head, ...rest]) => head + rest.map(one => `[${one}]`).join(''));
    fc.assert(
      fc.property(fc.array(fc.tuple(key, fc.constantFrom('1', '', 'x')), { maxLength: 20 }), pairs => {
        const post = parsePost(Buffer.from(pairs.map(pair => pair.join('=')).join('&')), form);
        if (post !== null) readHints(post);
      }),
      { numRuns: 500 },
    );
  });
});
