import { z } from 'zod';
import type { Account, KommoClient } from './client.ts';

const Catalog = z.object({ id: z.int(), name: z.string(), type: z.string().nullish() });
const Element = z.object({
  id: z.int(),
  name: z.string(),
  custom_fields_values: z
    .array(z.object({ field_name: z.string(), values: z.array(z.object({ value: z.unknown() })) }))
    .nullish()
    .catch(null),
});
const Pipeline = z.object({ id: z.int() });
const Lead = z.object({
  id: z.int(),
  _embedded: z
    .object({ contacts: z.array(z.object({ id: z.int(), is_main: z.boolean().nullish() })).nullish() })
    .nullish(),
});
const Talk = z.object({ talk_id: z.int(), entity_id: z.int().nullish() });
const Message = z.object({
  id: z.union([z.string(), z.number()]),
  type: z.string(),
  text: z.string().nullish(),
  created_at: z.int(),
});

/** The status of every pipeline that means success. */
const wonStatus = 142;

/** The account's product lists, each product as a record of its fields by name. */
export async function readProductLists(
  client: KommoClient,
  account: Account,
  signal: AbortSignal,
): Promise<{ id: string; title: string; records: Record<string, string>[] }[]> {
  const lists: { id: string; title: string; records: Record<string, string>[] }[] = [];
  const options = { lane: 'sync', signal } as const;
  for await (const item of client.list(account, '/catalogs', { ...options, embedded: 'catalogs' })) {
    const catalog = Catalog.safeParse(item).data;
    if (catalog?.type !== 'products') continue;
    const records: Record<string, string>[] = [];
    const path = `/catalogs/${catalog.id}/elements`;
    for await (const found of client.list(account, path, { ...options, embedded: 'elements' })) {
      const element = Element.safeParse(found).data;
      if (element) records.push(toRecord(element));
    }
    if (records.length > 0) lists.push({ id: `catalog:${catalog.id}`, title: catalog.name, records });
  }
  return lists;
}

function toRecord({ name, custom_fields_values: fields }: z.infer<typeof Element>): Record<string, string> {
  const record: Record<string, string> = { Name: name };
  for (const { field_name, values } of fields ?? []) {
    const shown = values.map(({ value }) => textOf(value)).filter(text => text !== '');
    if (shown.length > 0) record[field_name] = shown.join(', ');
  }
  return record;
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object'
    ? Object.values(value).map(textOf).filter(Boolean).join(' ')
    : String(value);
}

/** What clients and the company wrote each other in leads that were won; notes and calls are not touched. */
export async function* readWonLeads(
  client: KommoClient,
  account: Account,
  signal: AbortSignal,
): AsyncGenerator<{ leadId: number; messages: { id: string; from: 'client' | 'company'; text: string }[] }> {
  const options = { lane: 'sync', signal } as const;
  for await (const item of client.list(account, '/leads/pipelines', { ...options, embedded: 'pipelines' })) {
    const pipeline = Pipeline.safeParse(item).data;
    if (!pipeline) continue;
    const won = `filter[statuses][0][pipeline_id]=${pipeline.id}&filter[statuses][0][status_id]=${wonStatus}`;
    const path = `/leads?with=contacts&order[updated_at]=desc&${won}`;
    for await (const found of client.list(account, path, { ...options, embedded: 'leads', pagesMax: 4 })) {
      const lead = Lead.safeParse(found).data;
      const contacts = lead?._embedded?.contacts ?? [];
      const main = contacts.find(contact => contact.is_main)?.id ?? contacts[0]?.id;
      if (!lead || main === undefined) continue;
      yield {
        leadId: lead.id,
        messages: await readTalks(client, account, { leadId: lead.id, contactId: main }, signal),
      };
    }
  }
}

async function readTalks(
  client: KommoClient,
  account: Account,
  { leadId, contactId }: { leadId: number; contactId: number },
  signal: AbortSignal,
) {
  const options = { lane: 'sync', signal } as const;
  const messages: z.infer<typeof Message>[] = [];
  const talks = `/talks?filter[contact_id][]=${contactId}`;
  for await (const item of client.list(account, talks, { ...options, embedded: 'talks', pagesMax: 1 })) {
    const talk = Talk.safeParse(item).data;
    // A talk of the same contact about another lead may not be won.
    if (!talk || (talk.entity_id ?? leadId) !== leadId) continue;
    const path = `/talks/${talk.talk_id}/messages?limit=100`;
    for await (const found of client.list(account, path, { ...options, embedded: 'messages', pagesMax: 1 })) {
      const message = Message.safeParse(found).data;
      if (message?.text) messages.push(message);
    }
  }
  return messages
    .sort((a, b) => a.created_at - b.created_at)
    .map(({ id, type, text }) => ({
      id: String(id),
      from: type.startsWith('in') ? ('client' as const) : ('company' as const),
      text: text ?? '',
    }));
}
