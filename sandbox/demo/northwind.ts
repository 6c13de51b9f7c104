import { northwindLeads } from './northwind-leads.ts';
import { northwindMoreLeads } from './northwind-more-leads.ts';
import type { AccountSpec } from './spec.ts';

/** Sells espresso machines, grinders and service contracts on the US east coast. */
export const northwind: AccountSpec = {
  id: 31_234_561,
  name: 'Northwind Coffee Equipment',
  subdomain: 'northwind',
  country: 'US',
  lang: 'en',
  currency: 'USD',
  timezone: 'America/New_York',
  date: 'M/D/Y',
  groups: ['Sales', 'Service & Renewals'],
  taskTypes: ['Follow-up', 'Meeting', 'Send quote'],
  users: [
    { key: 'olga', name: 'Olga Brandt', lang: 'en', access: 'admin' },
    { key: 'priya', name: 'Priya Nair', lang: 'en', access: 'A' },
    { key: 'sam', name: 'Sam Okoro', lang: 'en', access: 'M' },
    { key: 'alexei', name: 'Alexei Morozov', lang: 'ru', access: 'G', group: 1 },
    { key: 'hannah', name: 'Hannah Cole', lang: 'en', access: 'A', inactive: true },
  ],
  pipelines: [
    {
      key: 'sales',
      name: 'Equipment sales',
      incoming: 'Incoming leads',
      won: 'Closed - won',
      lost: 'Closed - lost',
      stages: [
        ['contact', 'Initial contact'],
        ['demo', 'Tasting & demo'],
        ['quote', 'Quote sent'],
        ['negotiation', 'Negotiation'],
        ['contract', 'Contract & deposit'],
      ],
    },
    {
      key: 'service',
      name: 'Service contracts',
      incoming: 'Incoming requests',
      won: 'Signed',
      lost: 'Not renewed',
      stages: [
        ['audit', 'Equipment audit'],
        ['offer', 'Plan offered'],
        ['renewal', 'Renewal due'],
      ],
    },
  ],
  leadFields: [
    { key: 'product', name: 'Product', type: 'text' },
    {
      key: 'segment',
      name: 'Segment',
      type: 'select',
      choices: ['Café', 'Restaurant', 'Hotel', 'Office', 'Roastery'],
    },
    { key: 'budget', name: 'Budget ceiling, USD', type: 'numeric' },
    { key: 'delivery', name: 'Delivery date', type: 'date' },
    { key: 'plan', name: 'Service plan', type: 'select', choices: ['None', 'Basic', 'Plus', 'Premium'] },
    { key: 'water', name: 'Water tested', type: 'checkbox' },
    { key: 'competitor', name: 'Competitor', type: 'text' },
  ],
  fieldNames: { phone: 'Phone', email: 'Email', position: 'Position', web: 'Web', address: 'Address' },
  lossReasons: ['Price too high', 'Chose a competitor', 'Bought used equipment', 'No answer'],
  sources: ['WhatsApp', 'Website form', 'Trade fair', 'Referral'],
  leads: [...northwindLeads, ...northwindMoreLeads],
};
