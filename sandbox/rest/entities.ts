import type { Request, Response, Router } from 'express';
import { type Company, type Contact, type EntityKind, entityKinds, type Lead } from '../records.ts';
import type { Site } from '../site.ts';
import { type Actor, may, requireView } from './actor.ts';
import { selfLink, sendHal, sendList } from './answer.ts';
import { actorOf } from './locals.ts';
import { Query } from './query.ts';

export type Entity = Lead | Contact | Company;

export function entitiesOf(site: Site, kind: EntityKind): Entity[] {
  return site.data[kind];
}

/** The record, if the actor may see it. To somebody who may not, it does not exist. */
export function findVisible(
  site: Site,
  actor: Actor,
  kind: EntityKind,
  id: string | number,
): Entity | undefined {
  requireView(actor, kind);
  return entitiesOf(site, kind).find(
    entity => String(entity.id) === String(id) && may(actor, kind, 'view', entity),
  );
}

/** Lists and single reads of leads, contacts and companies. */
export function entityRoutes(site: Site, router: Router): void {
  for (const kind of entityKinds) {
    router.get(`/${kind}`, (req, res) => list(site, kind, req, res));
    router.get(`/${kind}/:id`, (req, res) => {
      const entity = findVisible(site, actorOf(res), kind, req.params.id);
      // Kommo: an unknown lead, contact or company is no error but an empty answer.
      if (!entity) res.status(204).end();
      else sendHal(res, entityView(site, kind, new Query(req).with(), true)(entity));
    });
  }
}

function list(site: Site, kind: EntityKind, req: Request, res: Response): void {
  const actor = actorOf(res);
  requireView(actor, kind);
  const query = new Query(req);
  const matches = filterOf(query);
  if (query.with().has('only_deleted')) {
    const gone = site.data.trash[kind].filter(one => may(actor, kind, 'view', one)).filter(matches);
    sendList(site, req, res, kind, ordered(gone, query), one => deletedView(site, kind, one));
    return;
  }
  const found = entitiesOf(site, kind)
    .filter(entity => may(actor, kind, 'view', entity))
    .filter(matches);
  sendList(site, req, res, kind, ordered(found, query), entityView(site, kind, query.with(), false));
}

/** Kommo: of what lies in the bin only this much is told. */
function deletedView(site: Site, kind: EntityKind, { id, updated_at, updated_by }: Entity): object {
  return { id, updated_at, updated_by, is_deleted: true, _links: selfLink(site, `${kind}/${id}`) };
}

function ordered(entities: Entity[], query: Query): Entity[] {
  for (const key of ['updated_at', 'created_at', 'id'] as const) {
    const direction = query.one(`order[${key}]`);
    if (direction === undefined) continue;
    const sign = direction === 'desc' ? -1 : 1;
    return [...entities].sort((a, b) => sign * (a[key] - b[key] || a.id - b.id));
  }
  return [...entities].sort((a, b) => a.id - b.id);
}

function filterOf(query: Query): (entity: Entity) => boolean {
  const ids = query.many('filter[id]');
  const owners = query.many('filter[responsible_user_id]');
  const pipelines = query.many('filter[pipeline_id]');
  const statuses = query.rows('filter[statuses]', ['pipeline_id', 'status_id']);
  const names = query.many('filter[name]');
  const ranges = (['created_at', 'updated_at', 'closed_at', 'price'] as const).map(
    key => [key, query.range(`filter[${key}]`)] as const,
  );
  const text = query.one('query')?.toLowerCase();
  return entity => {
    if (ids && !ids.includes(String(entity.id))) return false;
    if (owners && !owners.includes(String(entity.responsible_user_id))) return false;
    if (names && !names.includes(entity.name)) return false;
    const lead = 'price' in entity ? entity : undefined;
    if (pipelines && lead && !pipelines.includes(String(lead.pipeline_id))) return false;
    if (statuses && lead && !statuses.some(one => inStatus(lead, one))) return false;
    for (const [key, range] of ranges) {
      if (!range) continue;
      const value = (entity as Partial<Lead>)[key];
      if (value === undefined || value === null || value < range.from || value > range.to) return false;
    }
    return !text || containsText(entity, text);
  };
}

function inStatus(lead: Lead, [pipeline, status]: (string | undefined)[]): boolean {
  return (
    (pipeline === undefined || String(lead.pipeline_id) === pipeline) &&
    (status === undefined || String(lead.status_id) === status)
  );
}

/** Kommo: full text over the filled fields; a phone is also found by its digits. */
function containsText(entity: Entity, text: string): boolean {
  const filled = [
    entity.name,
    ...(entity.custom_fields_values ?? []).flatMap(f => f.values.map(v => String(v.value))),
  ];
  const digits = text.replace(/\D/g, '');
  return filled.some(
    value =>
      value.toLowerCase().includes(text) || (digits.length >= 5 && value.replace(/\D/g, '').includes(digits)),
  );
}

export function entityView(site: Site, kind: EntityKind, wanted: Set<string>, single: boolean) {
  const view = { leads: leadView, contacts: contactView, companies: companyView }[kind] as typeof leadView;
  return (entity: Entity) => view(site, entity as Lead, wanted, single);
}

const linked = (site: Site, kind: EntityKind, id: number) => ({
  id,
  _links: selfLink(site, `${kind}/${id}`),
});

function elementsOf(site: Site, kind: EntityKind, id: number): object[] {
  return site.data.elementLinks
    .filter(one => one.entity_type === kind && one.entity_id === id)
    .map(({ element_id, quantity, catalog_id, price_id }) => ({
      id: element_id,
      metadata: { quantity, catalog_id, price_id },
    }));
}

function closestTask(site: Site, kind: EntityKind, id: number): number | null {
  const open = site.data.tasks.filter(
    task => task.entity_type === kind && task.entity_id === id && !task.is_completed,
  );
  return open.length > 0 ? Math.min(...open.map(task => task.complete_till)) : null;
}

function common(site: Site, kind: EntityKind, entity: Entity) {
  return {
    responsible_user_id: entity.responsible_user_id,
    group_id: entity.group_id,
    created_by: entity.created_by,
    updated_by: entity.updated_by,
    created_at: entity.created_at,
    updated_at: entity.updated_at,
    closest_task_at: closestTask(site, kind, entity.id),
    custom_fields_values: entity.custom_fields_values,
    account_id: site.data.account.id,
    _links: selfLink(site, `${kind}/${entity.id}`),
  };
}

function leadView(site: Site, lead: Lead, wanted: Set<string>, single: boolean): object {
  const reason = site.data.lossReasons.find(({ id }) => id === lead.loss_reason_id);
  return {
    id: lead.id,
    name: lead.name,
    price: lead.price,
    status_id: lead.status_id,
    pipeline_id: lead.pipeline_id,
    loss_reason_id: lead.loss_reason_id,
    source_id: wanted.has('source_id') ? (lead.source?.id ?? null) : null,
    closed_at: lead.closed_at,
    is_deleted: false,
    score: null,
    ...(single ? { labor_cost: null } : {}),
    ...(wanted.has('is_price_modified_by_robot') ? { is_price_modified_by_robot: false } : {}),
    ...common(site, 'leads', lead),
    _embedded: {
      tags: lead.tags,
      companies: lead.company_id === null ? [] : [linked(site, 'companies', lead.company_id)],
      ...(wanted.has('contacts')
        ? {
            contacts: lead.contact_ids.map((id, index) => ({
              id,
              is_main: index === 0,
              _links: selfLink(site, `contacts/${id}`),
            })),
          }
        : {}),
      ...(wanted.has('catalog_elements') ? { catalog_elements: elementsOf(site, 'leads', lead.id) } : {}),
      ...(wanted.has('loss_reason') ? { loss_reason: reason ? [reasonView(site, reason)] : [] } : {}),
      ...(wanted.has('source') && lead.source ? { source: lead.source } : {}),
    },
  };
}

export function reasonView(site: Site, reason: Site['data']['lossReasons'][number]) {
  return { ...reason, _links: selfLink(site, `leads/loss_reasons/${reason.id}`) };
}

function contactView(site: Site, record: Entity, wanted: Set<string>): object {
  const contact = record as Contact;
  const leads = site.data.leads.filter(lead => lead.contact_ids.includes(contact.id));
  return {
    id: contact.id,
    name: contact.name,
    first_name: contact.first_name,
    last_name: contact.last_name,
    ...common(site, 'contacts', contact),
    _embedded: {
      tags: contact.tags,
      companies: contact.company_id === null ? [] : [linked(site, 'companies', contact.company_id)],
      ...(wanted.has('leads') ? { leads: leads.map(({ id }) => linked(site, 'leads', id)) } : {}),
      ...(wanted.has('customers') ? { customers: [] } : {}),
      ...(wanted.has('catalog_elements')
        ? { catalog_elements: elementsOf(site, 'contacts', contact.id) }
        : {}),
    },
  };
}

function companyView(site: Site, company: Entity, wanted: Set<string>): object {
  const contacts = site.data.contacts.filter(({ company_id }) => company_id === company.id);
  const leads = site.data.leads.filter(({ company_id }) => company_id === company.id);
  return {
    id: company.id,
    name: company.name,
    ...common(site, 'companies', company),
    _embedded: {
      tags: company.tags,
      ...(wanted.has('contacts') ? { contacts: contacts.map(({ id }) => linked(site, 'contacts', id)) } : {}),
      ...(wanted.has('leads') ? { leads: leads.map(({ id }) => linked(site, 'leads', id)) } : {}),
      ...(wanted.has('customers') ? { customers: [] } : {}),
      ...(wanted.has('catalog_elements')
        ? { catalog_elements: elementsOf(site, 'companies', company.id) }
        : {}),
    },
  };
}
