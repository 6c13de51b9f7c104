import type { Request, Response, Router } from 'express';
import { addEntities, checkEntities } from '../changes/write-entities.ts';
import { link } from '../changes/write-links.ts';
import type { FieldFault } from '../errors.ts';
import type { Site } from '../site.ts';
import { isObject, sendHal } from './answer.ts';
import { type Item, itemsOf, refuseItems } from './batch.ts';
import { actorOf } from './locals.ts';

const people = ['contacts', 'companies'] as const;
const leadsMax = 50;
const valuesMax = 40;

/** Leads together with a contact and a company each. Kommo: the answer is a bare array. */
export function complexRoutes(site: Site, router: Router): void {
  for (const path of ['/leads/complex', '/leads/complex/']) {
    router.post(path, (req, res) => addComplex(site, req, res));
  }
}

function addComplex(site: Site, req: Request, res: Response): void {
  const actor = actorOf(res);
  const items = itemsOf(req, leadsMax);
  refuseItems(items, item => faultsOf(site, item));
  const leads = items.map(item => ({ ...item, given: withoutPeople(item.given) }));
  const parts = { contacts: partsOf(items, 'contacts'), companies: partsOf(items, 'companies') };
  // All parts are read before the first is added: a fault anywhere leaves nothing behind.
  checkEntities(site, actor, 'leads', leads);
  for (const kind of people) {
    const fresh = parts[kind].filter(part => part !== undefined).filter(part => idOf(part) === null);
    if (fresh.length > 0) checkEntities(site, actor, kind, fresh);
  }
  const answers = addEntities(site, actor, 'leads', leads).map((lead, at) => {
    const [contactId, companyId] = people.map(kind => {
      const part = parts[kind][at];
      if (!part) return null;
      const id = idOf(part) ?? addEntities(site, actor, kind, [part])[0]?.id ?? 0;
      const metadata = { is_main: kind === 'contacts' };
      const to = { to_entity_id: id, to_entity_type: kind, metadata };
      link(site, { kind: 'leads', id: lead.id }, to, actor.user.id);
      return id;
    });
    return {
      id: lead.id,
      contact_id: contactId,
      company_id: companyId,
      request_id: [items[at]?.requestId],
      merged: false,
    };
  });
  site.store.touch();
  sendHal(res, answers);
}

function idOf({ given }: Item): number | null {
  return isObject(given) && typeof given['id'] === 'number' ? given['id'] : null;
}

function embeddedOf(given: unknown): Record<string, unknown> {
  const embedded = isObject(given) ? given['_embedded'] : undefined;
  return isObject(embedded) ? embedded : {};
}

function partsOf(items: Item[], kind: 'contacts' | 'companies'): (Item | undefined)[] {
  return items.map(({ requestId, given }) => {
    const list = embeddedOf(given)[kind];
    const part: unknown = Array.isArray(list) ? list[0] : undefined;
    return part === undefined ? undefined : { requestId, given: part };
  });
}

function withoutPeople(given: unknown): unknown {
  if (!isObject(given)) return given;
  const { contacts, companies, ...embedded } = embeddedOf(given);
  return { ...given, _embedded: embedded };
}

/** Kommo: one contact and one company a lead, forty values an entity. */
function faultsOf(site: Site, { given }: Item): FieldFault[] {
  const faults: FieldFault[] = [];
  const embedded = embeddedOf(given);
  const tooMany = (path: string, max: number) =>
    faults.push({
      code: 'TooMany',
      path,
      detail: `This collection should contain ${max} elements or less.`,
    });
  const checkValues = (path: string, one: unknown) => {
    const values = isObject(one) ? one['custom_fields_values'] : undefined;
    if (Array.isArray(values) && values.length > valuesMax) tooMany(`${path}custom_fields_values`, valuesMax);
  };
  checkValues('', given);
  for (const kind of people) {
    const list: unknown = embedded[kind];
    if (!Array.isArray(list)) continue;
    const id: unknown = isObject(list[0]) ? list[0]['id'] : undefined;
    if (id !== undefined && !site.data[kind].some(one => one.id === id)) {
      const path = `_embedded.${kind}.0.id`;
      faults.push({ code: 'EntityNotFound', path, detail: 'The entity was not found.' });
    }
    if (list.length > 1) tooMany(`_embedded.${kind}`, 1);
    checkValues(`_embedded.${kind}.0.`, list[0]);
  }
  return faults;
}
