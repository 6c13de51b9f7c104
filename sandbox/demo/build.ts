import type { AccountRecords } from '../records.ts';
import { addLead } from './build-lead.ts';
import { accountOf, buildFields, buildPipeline, buildUser } from './build-settings.ts';
import type { AccountSpec } from './spec.ts';

/** The records of a demo account as if `now` were the moment somebody looks at it. */
export function buildAccount(spec: AccountSpec, now: number): AccountRecords {
  const base = spec.id % 100_000;
  const users = spec.users.map((user, index) => buildUser(spec, user, index));
  const records: AccountRecords = {
    account: accountOf(spec),
    users,
    pipelines: spec.pipelines.map((pipeline, index) => buildPipeline(spec, pipeline, index)),
    fields: buildFields(spec),
    lossReasons: spec.lossReasons.map((name, index) => ({
      id: 5_203_700 + base + index,
      name,
      sort: (index + 1) * 100,
      created_at: now - 300 * 86_400,
      updated_at: now - 300 * 86_400,
    })),
    leads: [],
    contacts: [],
    companies: [],
    notes: [],
    tasks: [],
    talks: [],
    nextId: 40_000_000 + base * 100,
  };
  spec.leads.forEach((lead, index) => {
    addLead(spec, records, lead, index, now);
  });
  return records;
}
