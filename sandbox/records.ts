/** What an account holds, in the words of the platform's REST API (snake_case on purpose: records are sent as kept). */

/** Kommo: A all, G group, M own, D denied. */
export type Right = 'A' | 'G' | 'M' | 'D';
export const entityKinds = ['leads', 'contacts', 'companies'] as const;
export type EntityKind = (typeof entityKinds)[number];
export type Lang = 'en' | 'es' | 'pt' | 'ru';

export interface EntityRights {
  view: Right;
  edit: Right;
  add: Right;
  delete: Right;
  export: Right;
}

export interface StatusRights {
  entity_type: 'leads';
  pipeline_id: number;
  status_id: number;
  rights: Omit<EntityRights, 'add'>;
}

export interface Rights {
  leads: EntityRights;
  contacts: EntityRights;
  companies: EntityRights;
  tasks: { edit: Right; delete: Right };
  mail_access: boolean;
  catalog_access: boolean;
  /** Stages with rights of their own, which come before those on all leads. */
  status_rights: StatusRights[];
  is_admin: boolean;
  is_free: boolean;
  is_active: boolean;
  group_id: number;
  role_id: number | null;
}

export interface User {
  id: number;
  name: string;
  email: string;
  lang: Lang;
  amojo_id: string;
  uuid: string;
  phone_number: string;
  user_rank: string;
  rights: Rights;
}

export interface Account {
  id: number;
  name: string;
  subdomain: string;
  country: string;
  lang: Lang;
  currency: string;
  timezone: string;
  amojo_id: string;
  uuid: string;
  groups: { id: number; name: string }[];
  task_types: {
    id: number;
    name: string;
    color: string | null;
    icon_id: number | null;
    code: string | null;
  }[];
  datetime: { date: string; time: string };
}

export interface Status {
  id: number;
  name: string;
  sort: number;
  is_editable: boolean;
  pipeline_id: number;
  color: string;
  type: 0 | 1;
  account_id: number;
}

export interface Pipeline {
  id: number;
  name: string;
  sort: number;
  is_main: boolean;
  is_unsorted_on: boolean;
  is_archive: boolean;
  account_id: number;
  statuses: Status[];
}

export interface CustomField {
  id: number;
  name: string;
  code: string | null;
  sort: number;
  type: string;
  entity_type: EntityKind;
  is_predefined: boolean;
  enums: { id: number; value: string; sort: number; code: string | null }[] | null;
}

export interface FieldValue {
  value: string | number | boolean | Record<string, unknown>;
  enum_id?: number;
  enum_code?: string | null;
  /** Of a chained list. */
  catalog_id?: number;
  catalog_element_id?: number;
}

export interface CustomValues {
  field_id: number;
  field_name: string;
  field_code: string | null;
  field_type: string;
  values: FieldValue[];
}

export interface Tag {
  id: number;
  name: string;
  color: string | null;
}

interface Owned {
  id: number;
  name: string;
  responsible_user_id: number;
  group_id: number;
  created_by: number;
  updated_by: number;
  created_at: number;
  updated_at: number;
  custom_fields_values: CustomValues[] | null;
  tags: Tag[];
}

export interface Lead extends Owned {
  price: number;
  status_id: number;
  pipeline_id: number;
  loss_reason_id: number | null;
  closed_at: number | null;
  contact_ids: number[];
  company_id: number | null;
  source: { id: number; name: string } | null;
}

export interface Contact extends Owned {
  first_name: string;
  last_name: string;
  company_id: number | null;
}

export type Company = Owned;

export interface Note {
  id: number;
  entity_id: number;
  entity_type: EntityKind;
  created_by: number;
  updated_by: number;
  created_at: number;
  updated_at: number;
  responsible_user_id: number;
  group_id: number;
  note_type: string;
  params: Record<string, unknown>;
  is_pinned?: boolean;
}

export interface Task {
  id: number;
  created_by: number;
  updated_by: number;
  created_at: number;
  updated_at: number;
  responsible_user_id: number;
  group_id: number;
  entity_id: number | null;
  entity_type: EntityKind | null;
  duration: number;
  is_completed: boolean;
  task_type_id: number;
  text: string;
  result: { text: string; id?: number } | null;
  complete_till: number;
}

export type DeliveryStatus = 'sent' | 'delivered' | 'read' | 'error';

export interface Attachment {
  type: string;
  link: string;
  file_name: string;
}

export interface MessageButton {
  text: string;
  url?: string;
}

export interface Message {
  id: string;
  type: 'incoming' | 'outgoing';
  message_type: string;
  text: string;
  created_at: number;
  author: { id: string; type: 'external' | 'internal' | 'bot'; name: string };
  /** Null for what the client wrote. */
  delivery_status: DeliveryStatus | null;
  attachment: Attachment | null;
  buttons?: MessageButton[];
  /** The channel's own id of the message. */
  client_id?: string;
  /** What the channel or a test said when it could not be delivered. */
  delivery_error?: string;
  reactions?: string[];
}

export interface Talk {
  talk_id: number;
  created_at: number;
  updated_at: number;
  contact_id: number;
  chat_id: string;
  entity_id: number;
  is_in_work: boolean;
  is_read: boolean;
  origin: string;
  messages: Message[];
}

/** Everything a demo account starts with. */
export interface AccountRecords {
  account: Account;
  users: User[];
  pipelines: Pipeline[];
  fields: CustomField[];
  lossReasons: { id: number; name: string; sort: number; created_at: number; updated_at: number }[];
  leads: Lead[];
  contacts: Contact[];
  companies: Company[];
  notes: Note[];
  tasks: Task[];
  talks: Talk[];
  nextId: number;
}
