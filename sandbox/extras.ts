/** What an account holds beside its people and records; older saved accounts lack it and are given it on opening. */
import type { Company, Contact, CustomValues, EntityKind, Lead, Rights, Tag } from './records.ts';

export interface Webhook {
  id: number;
  destination: string;
  created_at: number;
  updated_at: number;
  created_by: number;
  sort: number;
  disabled: boolean;
  settings: string[];
  /** Times of the answers that were no good, in the last two hours. */
  invalidAt: number[];
}

/** A hook that waits for another attempt. */
export interface Waiting {
  id: number;
  webhookId: number;
  event: string;
  body: string;
  /** How often it was tried. */
  attempts: number;
  dueAt: number;
}

export interface Event {
  id: string;
  type: string;
  entity_id: number;
  entity_type: string;
  created_by: number;
  created_at: number;
  value_after: object[];
  value_before: object[];
}

export interface FieldGroup {
  id: string;
  name: string;
  entity_type: EntityKind;
  sort: number;
  is_predefined: boolean;
}

export interface Role {
  id: number;
  name: string;
  rights: Partial<Rights>;
}

export interface Unsorted {
  uid: string;
  source_uid: string;
  source_name: string;
  category: 'sip' | 'mail' | 'forms' | 'chats';
  pipeline_id: number;
  created_at: number;
  metadata: Record<string, unknown>;
  lead_id: number;
  contact_ids: number[];
  company_id: number | null;
}

export interface Source {
  id: number;
  name: string;
  pipeline_id: number;
  external_id: string;
  default: boolean;
  origin_code: string | null;
  services: unknown[];
  clientId: string;
}

export interface Catalog {
  id: number;
  name: string;
  type: 'regular' | 'invoices' | 'products';
  sort: number;
  created_by: number;
  updated_by: number;
  created_at: number;
  updated_at: number;
  can_add_elements: boolean;
  can_link_multiple: boolean;
}

export interface CatalogElement {
  id: number;
  catalog_id: number;
  name: string;
  created_by: number;
  updated_by: number;
  created_at: number;
  updated_at: number;
  is_deleted: boolean;
  custom_fields_values: CustomValues[] | null;
}

export interface ElementLink {
  entity_type: EntityKind;
  entity_id: number;
  element_id: number;
  catalog_id: number;
  quantity: number;
  price_id: number | null;
}

export interface DriveFile {
  uuid: string;
  version_uuid: string;
  name: string;
  size: number;
  content_type: string;
  created_by: number;
  created_at: number;
  updated_at: number;
  is_trashed: boolean;
  linked: { entity_type: EntityKind; entity_id: number }[];
}

export interface Extras {
  webhooks: Webhook[];
  waitingHooks: Waiting[];
  events: Event[];
  knownTags: Record<EntityKind, Tag[]>;
  fieldGroups: FieldGroup[];
  roles: Role[];
  unsorted: Unsorted[];
  sources: Source[];
  catalogs: Catalog[];
  elements: CatalogElement[];
  elementLinks: ElementLink[];
  files: DriveFile[];
  /** What a person deleted and may restore. */
  trash: { leads: Lead[]; contacts: Contact[]; companies: Company[] };
  /** Own channels' chats by contact. */
  chatLinks: { contact_id: number; chat_id: string; id: number }[];
  /** Where a made account was last listening, so that it is found there again. */
  port: number | null;
}

export function emptyExtras(): Extras {
  return {
    webhooks: [],
    waitingHooks: [],
    events: [],
    knownTags: { leads: [], contacts: [], companies: [] },
    fieldGroups: [],
    roles: [],
    unsorted: [],
    sources: [],
    catalogs: [],
    elements: [],
    elementLinks: [],
    files: [],
    trash: { leads: [], contacts: [], companies: [] },
    chatLinks: [],
    port: null,
  };
}
