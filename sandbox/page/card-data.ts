import type { CustomValues, EntityKind, User } from '../records.ts';
import { may } from '../rest/actor.ts';
import type { Site } from '../site.ts';
import { messageView } from './talks.ts';

/** One lead as the card shows it, or undefined when the user may not see it. */
export function cardData(site: Site, user: User, id: number) {
  const { data } = site;
  const actor = { user, clientId: null, full: false };
  const lead = data.leads.find(one => one.id === id);
  if (!lead || !may(actor, 'leads', 'view', lead)) return undefined;
  const nameOf = (userId: number) => data.users.find(one => one.id === userId)?.name ?? null;
  const contacts = data.contacts.filter(one => lead.contact_ids.includes(one.id));
  const company = data.companies.find(one => one.id === lead.company_id);
  const talks = data.talks.filter(talk => talk.entity_id === lead.id);
  return {
    lead: {
      id: lead.id,
      name: lead.name,
      price: lead.price,
      statusId: lead.status_id,
      pipelineId: lead.pipeline_id,
      responsibleId: lead.responsible_user_id,
      responsible: nameOf(lead.responsible_user_id),
      createdAt: lead.created_at,
      source: lead.source?.name ?? null,
      tags: lead.tags.map(({ name }) => name),
      fields: plainFields(lead.custom_fields_values),
    },
    contacts: contacts.map(one => ({
      id: one.id,
      name: one.name,
      firstName: one.first_name,
      lastName: one.last_name,
      phones: valuesOf(one.custom_fields_values, 'PHONE'),
      emails: valuesOf(one.custom_fields_values, 'EMAIL'),
      position: valuesOf(one.custom_fields_values, 'POSITION')[0] ?? null,
    })),
    company: company
      ? { id: company.id, name: company.name, fields: plainFields(company.custom_fields_values) }
      : null,
    talks: talks.map(({ talk_id, origin, is_in_work }) => ({
      id: talk_id,
      channel: origin,
      open: is_in_work,
    })),
    feed: [
      ...feedNotes(site, 'leads', lead.id, nameOf),
      ...talks.flatMap(talk =>
        talk.messages.map(message => ({
          kind: 'message' as const,
          channel: talk.origin,
          ...messageView(message),
        })),
      ),
      ...data.tasks
        .filter(task => task.entity_type === 'leads' && task.entity_id === lead.id)
        .map(task => ({
          kind: 'task' as const,
          id: task.id,
          at: task.complete_till,
          done: task.is_completed,
          author: nameOf(task.responsible_user_id),
          text: task.text,
          result: task.result?.text ?? null,
        })),
    ].sort((a, b) => a.at - b.at),
  };
}

function feedNotes(site: Site, kind: EntityKind, id: number, nameOf: (id: number) => string | null) {
  return site.data.notes
    .filter(note => note.entity_type === kind && note.entity_id === id)
    .map(note => ({
      kind: 'note' as const,
      id: note.id,
      at: note.created_at,
      type: note.note_type,
      author: nameOf(note.created_by),
      service: textOf(note.params['service']),
      duration: Number(note.params['duration'] ?? 0),
      text: textOf(note.params['text'] ?? note.params['call_result']),
    }));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function plainFields(values: CustomValues[] | null) {
  return (values ?? []).map(field => ({
    id: field.field_id,
    name: field.field_name,
    type: field.field_type,
    values: field.values.map(({ value }) => value),
  }));
}

function valuesOf(values: CustomValues[] | null, code: string): string[] {
  const field = values?.find(({ field_code }) => field_code === code);
  return field?.values.map(({ value }) => String(value)) ?? [];
}
