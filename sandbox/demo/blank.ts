import type { NewAccount } from '../accounts.ts';
import type { AccountRecords, Lang } from '../records.ts';
import { buildAccount } from './build.ts';
import { generateRecords } from './generate.ts';
import type { AccountSpec } from './spec.ts';

const zones: Record<Lang, string> = {
  en: 'America/New_York',
  es: 'America/Mexico_City',
  pt: 'America/Sao_Paulo',
  ru: 'Europe/Moscow',
};

/** An account with an administrator, a rep of all leads and one of the own, a pipeline, and made-up leads if asked. */
export function blankAccount(wanted: NewAccount, index: number, now: number): AccountRecords {
  const lang = wanted.lang ?? 'en';
  const records = buildAccount(blankSpec(wanted.subdomain, lang, wanted.timezone ?? zones[lang], index), now);
  // Ids of the demo accounts follow from their account; those of many accounts must not meet.
  records.nextId = 1_000_000_000 + index * 1_000_000;
  if (wanted.leads) {
    generateRecords(records, { leads: wanted.leads, contacts: wanted.leads, tasks: 0, notes: 0 }, now);
  }
  return records;
}

function blankSpec(subdomain: string, lang: Lang, timezone: string, index: number): AccountSpec {
  return {
    id: 32_000_000 + index,
    usersFrom: 10_000_001 + index * 100,
    name: subdomain.charAt(0).toUpperCase() + subdomain.slice(1),
    subdomain,
    country: 'US',
    lang,
    currency: 'USD',
    timezone,
    date: 'M/D/Y',
    groups: ['Sales', 'Service'],
    taskTypes: ['Follow-up', 'Meeting', 'Send quote'],
    users: [
      { key: 'admin', name: 'Ada Admin', lang, access: 'admin' },
      { key: 'rep', name: 'Rita Rep', lang, access: 'A' },
      { key: 'own', name: 'Owen Own', lang, access: 'M' },
    ],
    pipelines: [
      {
        key: 'sales',
        name: 'Sales',
        incoming: 'Incoming leads',
        won: 'Closed - won',
        lost: 'Closed - lost',
        stages: [
          ['contact', 'Initial contact'],
          ['talks', 'Discussions'],
          ['offer', 'Offer made'],
        ],
      },
    ],
    leadFields: [
      { key: 'product', name: 'Product', type: 'text' },
      { key: 'segment', name: 'Segment', type: 'select', choices: ['Small', 'Large'] },
      { key: 'renewal', name: 'Renewal date', type: 'date' },
    ],
    fieldNames: { phone: 'Phone', email: 'Email', position: 'Position', web: 'Web', address: 'Address' },
    lossReasons: ['Price too high', 'No answer'],
    sources: ['WhatsApp'],
    leads: [],
  };
}
