import type { AccountRecords, Contact, Lead, Note, Task } from '../records.ts';

export interface Amounts {
  leads: number;
  contacts: number;
  tasks: number;
  notes: number;
}

const firstNames = ['Dana', 'Ravi', 'Mara', 'Tomás', 'Ines', 'Jonas', 'Keiko', 'Bruno'];
const lastNames = ['Whitfield', 'Menon', 'Costa', 'Ibáñez', 'Okafor', 'Lind', 'Sato', 'Prado'];
const things = ['annual plan', 'starter kit', 'renewal', 'pilot', 'extra seats', 'training day'];

/** Adds that many made-up records; what is asked for again differs from before. */
export function generateRecords(records: AccountRecords, amounts: Amounts, now: number): void {
  const owners = records.users.filter(({ rights }) => rights.is_active);
  const stages = records.pipelines.flatMap(({ statuses }) => statuses.filter(({ type }) => type === 0));
  const nextId = () => {
    records.nextId += 1;
    return records.nextId;
  };
  const owned = (at: number) => {
    const owner = owners[at % owners.length];
    if (!owner) throw new Error('The account has no active users');
    const createdAt = now - 3600 - ((at * 977) % (90 * 86_400));
    return {
      responsible_user_id: owner.id,
      group_id: owner.rights.group_id,
      created_by: owner.id,
      updated_by: owner.id,
      created_at: createdAt,
      updated_at: createdAt,
    };
  };
  const phone = records.fields.find(
    ({ code, entity_type }) => code === 'PHONE' && entity_type === 'contacts',
  );
  const contacts: Contact[] = Array.from({ length: amounts.contacts }, (_, at) => {
    const first = firstNames[at % firstNames.length] ?? '';
    const last = `${lastNames[(at >> 3) % lastNames.length]} ${records.contacts.length + at + 1}`;
    const values = [{ value: `+1555${String(1_000_000 + records.contacts.length + at)}` }];
    return {
      ...owned(at),
      id: nextId(),
      name: `${first} ${last}`,
      first_name: first,
      last_name: last,
      company_id: null,
      tags: [],
      custom_fields_values: phone
        ? [
            {
              field_id: phone.id,
              field_name: phone.name,
              field_code: phone.code,
              field_type: phone.type,
              values: values.map(one => ({
                ...one,
                enum_id: phone.enums?.[0]?.id ?? 0,
                enum_code: phone.enums?.[0]?.code ?? null,
              })),
            },
          ]
        : null,
    };
  });
  // Not `push(...list)`: a hundred thousand arguments are too many for a call.
  records.contacts = records.contacts.concat(contacts);
  const leads: Lead[] = Array.from({ length: amounts.leads }, (_, at) => {
    const stage = stages[at % stages.length];
    const contact = contacts[at % Math.max(1, contacts.length)];
    const base = owned(at);
    const closed = stage?.id === 142 || stage?.id === 143;
    return {
      ...base,
      id: nextId(),
      name: `${contact?.name ?? 'Somebody'}, ${things[at % things.length]}`,
      price: 100 * (1 + ((at * 37) % 500)),
      status_id: stage?.id ?? 142,
      pipeline_id: stage?.pipeline_id ?? 0,
      loss_reason_id: null,
      closed_at: closed ? base.updated_at : null,
      contact_ids: contact ? [contact.id] : [],
      company_id: null,
      source: null,
      tags: [],
      custom_fields_values: null,
    };
  });
  records.leads = records.leads.concat(leads);
  const about = leads.length > 0 ? leads : records.leads;
  records.tasks = records.tasks.concat(
    Array.from({ length: about.length > 0 ? amounts.tasks : 0 }, (_, at): Task => {
      const base = owned(at);
      return {
        ...base,
        id: nextId(),
        entity_id: about[at % about.length]?.id ?? null,
        entity_type: 'leads',
        duration: 0,
        is_completed: at % 3 === 0,
        task_type_id: 1 + (at % 2),
        text: `Call about the ${things[at % things.length]}`,
        result: at % 3 === 0 ? { text: 'Done' } : null,
        complete_till: base.created_at + 7 * 86_400,
      };
    }),
  );
  records.notes = records.notes.concat(
    Array.from(
      { length: about.length > 0 ? amounts.notes : 0 },
      (_, at): Note => ({
        ...owned(at),
        id: nextId(),
        entity_id: about[at % about.length]?.id ?? 0,
        entity_type: 'leads',
        note_type: 'common',
        params: { text: `Asked about the ${things[at % things.length]} (${at + 1})` },
      }),
    ),
  );
}
