import { expect } from 'chai';
import { elementItem, leadItem, noteItem, personItem, talkItem, taskItem } from '../changes/hook-items.ts';
import type { Company, Contact, CustomValues, Lead, Note, Talk, Task } from '../records.ts';
import type { Site } from '../site.ts';
import { fixtureText } from '../testing/fixture.ts';
import { Both, encodeHook, type HookValue } from './encode.ts';

const t0 = 1_767_693_600;
const account = {
  subdomain: 'northwind',
  id: 31_234_567,
  _links: { self: 'https://northwind.kommo.com' },
};

const field = (id: number, name: string, type: string, values: CustomValues['values'], code?: string) => ({
  field_id: id,
  field_name: name,
  field_code: code ?? null,
  field_type: type,
  values,
});

const lead: Lead = {
  id: 18_273_645,
  name: 'Dana Whitfield, annual plan',
  status_id: 62_000_002,
  price: 4800,
  responsible_user_id: 9_100_001,
  group_id: 0,
  created_by: 0,
  updated_by: 9_100_001,
  created_at: t0,
  updated_at: t0,
  pipeline_id: 7_654_321,
  loss_reason_id: null,
  closed_at: null,
  contact_ids: [29_384_756],
  company_id: 30_495_867,
  source: null,
  tags: [{ id: 91_147, name: 'inbound', color: null }],
  custom_fields_values: [
    field(2_200_483, 'Product', 'text', [{ value: 'Annual plan' }]),
    field(2_200_489, 'Segment', 'select', [{ value: 'SMB', enum_id: 770_107 }]),
    field(2_200_491, 'Renewal date', 'date', [{ value: 1_775_469_600 }]),
    field(2_200_487, 'Demo done', 'checkbox', [{ value: true }]),
  ],
};
const contact: Contact = {
  id: 29_384_756,
  name: 'Dana Whitfield',
  first_name: 'Dana',
  last_name: 'Whitfield',
  responsible_user_id: 9_100_001,
  group_id: 0,
  created_by: 0,
  updated_by: 0,
  created_at: t0,
  updated_at: t0,
  company_id: null,
  tags: [],
  custom_fields_values: [
    field(880_106, 'Phone', 'multitext', [{ value: '+15550102030', enum_id: 660_476 }], 'PHONE'),
    field(880_108, 'Email', 'multitext', [{ value: 'dana@example.com', enum_id: 660_488 }], 'EMAIL'),
    field(880_730, 'Plan', 'radiobutton', [{ value: 'Pro', enum_id: 660_642 }]),
  ],
};
const company: Company = {
  ...contact,
  id: 30_495_867,
  name: 'Whitfield Bakery',
  created_by: 9_100_001,
  updated_by: 9_100_001,
  custom_fields_values: null,
};
const note: Note = {
  id: 5_100_471,
  entity_id: lead.id,
  entity_type: 'leads',
  created_by: 9_100_001,
  updated_by: 9_100_001,
  created_at: t0,
  updated_at: t0 + 2,
  responsible_user_id: 9_100_001,
  group_id: 0,
  note_type: 'common',
  params: { text: 'Wants a quote for 12 seats' },
};
const task: Task = {
  id: 1_770_671,
  entity_id: lead.id,
  entity_type: 'leads',
  created_by: 9_100_001,
  updated_by: 9_100_001,
  created_at: t0,
  updated_at: t0,
  responsible_user_id: 9_100_001,
  group_id: 0,
  duration: 0,
  is_completed: false,
  task_type_id: 1,
  text: 'Call back about the annual plan',
  result: null,
  complete_till: t0 + 7200,
};
const talk: Talk = {
  talk_id: 191,
  created_at: t0,
  updated_at: t0,
  contact_id: contact.id,
  chat_id: 'a291dda9-a3d6-5fe1-bb0e-5928b234a20b',
  entity_id: lead.id,
  is_in_work: true,
  is_read: false,
  origin: 'telegram',
  messages: [],
};
const site = {
  data: {
    account: { id: account.id },
    leads: [lead],
    companies: [],
    users: [{ id: 9_100_001, name: 'Olga Brandt' }],
  },
} as unknown as Site;

const leadBy = (news: Partial<Lead>) => leadItem(site, { ...lead, ...news });
const moved = { status_id: 142, updated_at: t0 + 90 };
const edited = { status_id: 62_000_003, price: 5200, updated_at: t0 + 60 };
const given = { responsible_user_id: 9_100_002, updated_at: t0 + 5 };
const file = {
  file_uuid: '8848f04f-d6db-5ebc-8d78-369e935e34ce',
  version_uuid: '39c84124-1da2-50a7-9c6f-2cb3b8cdad39',
  file_name: 'quote.pdf',
};
const completed: Task = {
  ...task,
  is_completed: true,
  updated_at: t0 + 1800,
  result: { id: 5_100_307, text: 'Agreed on a demo' },
};
const element = {
  id: 410_577,
  catalog_id: 41_908,
  name: 'Seat, annual',
  created_by: 9_100_001,
  updated_by: 9_100_001,
  created_at: t0,
  updated_at: t0,
  is_deleted: false,
  custom_fields_values: [field(880_138, 'Price', 'numeric', [{ value: '400' }], 'PRICE')],
};
const contactNote: Note = { ...note, entity_id: contact.id, entity_type: 'contacts' };

const bodies: Record<string, Record<string, Record<string, HookValue[]>>> = {
  lead_add: { leads: { add: [leadItem(site, lead)] } },
  lead_update: { leads: { update: [{ ...leadBy(edited), old_status_id: 62_000_002 }] } },
  lead_status: {
    leads: { status: [{ ...leadBy(moved), old_status_id: 62_000_004, old_pipeline_id: 7_654_321 }] },
  },
  lead_responsible: {
    leads: {
      responsible: [{ ...leadBy({ responsible_user_id: 9_100_002 }), old_responsible_user_id: 9_100_001 }],
    },
  },
  lead_restore: { leads: { restore: [leadItem(site, lead)] } },
  lead_delete: { leads: { delete: [{ id: lead.id, status_id: lead.status_id, pipeline_id: 7_654_321 }] } },
  lead_note: { leads: { note: [noteItem(site, note)] } },
  lead_note_file: { leads: { note: [noteItem(site, { ...note, note_type: 'attachment', params: file })] } },
  contact_add: { contacts: { add: [personItem(site, 'contacts', contact)] } },
  contact_update_responsible: {
    contacts: {
      update: [
        { ...personItem(site, 'contacts', { ...contact, ...given }), old_responsible_user_id: 9_100_001 },
      ],
    },
  },
  contact_delete: { contacts: { delete: [{ id: contact.id, type: 'contact' }] } },
  contact_note: { contacts: { note: [noteItem(site, contactNote)] } },
  company_add: { contacts: { add: [personItem(site, 'companies', company)] } },
  task_add: { task: { add: [taskItem(site, task)] } },
  task_update_completed: {
    task: { update: [taskItem(site, completed, { closed: true, oldText: task.text })] },
  },
  task_delete: { task: { delete: [{ id: task.id }] } },
  talk_add: { talk: { add: [talkItem(talk)] } },
  talk_update_closed: {
    talk: { update: [talkItem({ ...talk, updated_at: t0 + 600, is_in_work: false, is_read: true })] },
  },
  catalog_add: { catalogs: { add: [elementItem(element)] } },
};

describe('The body of an account hook', () => {
  for (const [name, body] of Object.entries(bodies)) {
    it(`of ${name} is the platform's byte for byte`, () => {
      expect(encodeHook({ ...body, account })).to.equal(fixtureText(`webhook_${name}.txt`).trim());
    });
  }

  it('carries several items under one action', () => {
    const stage = (id: number, status_id: number, old_status_id: number) => ({
      id,
      status_id,
      old_status_id,
      pipeline_id: 7_654_321,
    });
    const status = [stage(18_273_645, 142, 62_000_004), stage(18_273_647, 143, 62_000_002)];
    expect(encodeHook({ leads: { status }, account })).to.equal(fixtureText('webhook_multi.txt').trim());
  });

  it('can hold a key that is a value and a parent at once', () => {
    const type = new Both(3, { message_uuid: 'af484daa-8f25-52a1-9b9a-d3e64d70db6b' });
    const item = { note: { id: 71_864_725, type, element_id: 29_384_756 } };
    expect(encodeHook({ contacts: { note: [item] }, account: { subdomain: 'northwind' } })).to.equal(
      fixtureText('webhook_key_collision.txt').trim(),
    );
  });

  it('says everything in strings: booleans as 0 and 1, and neither nulls nor empty lists at all', () => {
    const item = { yes: true, no: false, none: null, empty: [], text: "a b*(c)'!~" };
    expect(encodeHook({ x: item })).to.equal('x%5Byes%5D=1&x%5Bno%5D=0&x%5Btext%5D=a+b%2A%28c%29%27%21%7E');
  });
});
