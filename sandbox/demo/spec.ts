import { createHash } from 'node:crypto';
import type { Lang, Right } from '../records.ts';

export interface LeadSpec {
  name: string;
  price: number;
  /** `pipeline/stage`, by the keys of the account's pipelines. */
  stage: string;
  owner: string;
  created: string;
  contact?: { name: string; phone: string; email: string; position?: string };
  company?: { name: string; address?: string; web?: string };
  tags?: string[];
  source?: string;
  /** By field key; a date is a time as in a journal. */
  fields?: Record<string, string | number | boolean>;
  lossReason?: string;
  /** Where the client writes. */
  channel?: 'waba' | 'telegram' | 'instagram_business';
  talkClosed?: boolean;
  journal: string;
}

export interface AccountSpec {
  id: number;
  /** The first user's id; follows from the account's when not given. */
  usersFrom?: number;
  name: string;
  subdomain: string;
  country: string;
  lang: Lang;
  currency: string;
  timezone: string;
  date: string;
  groups: string[];
  taskTypes: [string, string, string];
  users: UserSpec[];
  pipelines: {
    key: string;
    name: string;
    incoming: string;
    won: string;
    lost: string;
    stages: [string, string][];
  }[];
  leadFields: { key: string; name: string; type: string; choices?: string[] }[];
  fieldNames: { phone: string; email: string; position: string; web: string; address: string };
  lossReasons: string[];
  sources: string[];
  leads: LeadSpec[];
}

export interface UserSpec {
  key: string;
  name: string;
  lang: Lang;
  access: 'admin' | Right;
  group?: number;
  inactive?: boolean;
}

export function uuidOf(text: string): string {
  const hex = createHash('sha1').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** 9100001 in the first account, 9200001 in the second. */
export function firstUserId(spec: AccountSpec): number {
  return spec.usersFrom ?? 9_000_001 + (spec.id % 10) * 100_000;
}

export function userId(spec: AccountSpec, key: string): number {
  const index = spec.users.findIndex(user => user.key === key);
  if (index < 0) throw new Error(`No demo user ${key}`);
  return firstUserId(spec) + index;
}
