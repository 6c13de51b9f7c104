import type { z } from 'zod';
import { forbidden, invalid } from '../errors.ts';
import type { Company, Contact, EntityKind, Lead } from '../records.ts';
import { type Actor, may } from '../rest/actor.ts';
import { nextId, type Site } from '../site.ts';
import { announceOf } from './announce-of.ts';
import { applyLead, blankLead, LeadBody } from './lead-body.ts';
import { tagsFrom } from './owned-body.ts';
import { applyCompany, applyContact, blankCompany, blankContact, PersonBody } from './person-body.ts';
import { faultsOf, Refusals } from './refusals.ts';

export type Entity = Lead | Contact | Company;
type Body = LeadBody & PersonBody;

/** What sets one kind apart from the others in a write. */
const kinds = {
  leads: { schema: LeadBody, blank: blankLead, apply: applyLead },
  contacts: { schema: PersonBody, blank: blankContact, apply: applyContact },
  companies: { schema: PersonBody, blank: blankCompany, apply: applyCompany },
} as const;

interface Kind {
  schema: z.ZodType<Body>;
  blank(site: Site, userId: number, groupId: number): Entity;
  apply(site: Site, draft: Entity, body: Body, refusals: Refusals): void;
}

export interface Item {
  requestId: string;
  given: unknown;
}

interface Draft {
  requestId: string;
  draft: Entity;
  body: Body;
}

/**
 * Adds records, all of them or none.
 *
 * @throws Problem 400 with every fault of every item, 403 when the actor may not add
 */
export function addEntities(site: Site, actor: Actor, kind: EntityKind, items: Item[]): Entity[] {
  return draftsToAdd(site, actor, kind, items).map(({ draft, body }) => {
    draft.id = nextId(site);
    draft.tags = tagsFrom(site, kind, draft.tags, body);
    if (draft.name === '') draft.name = `#${draft.id}`;
    (site.data[kind] as Entity[]).push(draft);
    announceOf(kind).added(site, draft);
    return draft;
  });
}

/**
 * Whether these could be added; nothing is.
 *
 * @throws Problem as `addEntities` does
 */
export function checkEntities(site: Site, actor: Actor, kind: EntityKind, items: Item[]): void {
  draftsToAdd(site, actor, kind, items);
}

/**
 * Changes records, all of them or none. `targets` are those of the items, in their order.
 *
 * @throws Problem 400 with every fault of every item, 403 when the actor may not change one of them
 */
export function changeEntities(
  site: Site,
  actor: Actor,
  kind: EntityKind,
  items: Item[],
  targets: Entity[],
): Entity[] {
  if (targets.some(target => !may(actor, kind, 'edit', target))) throw forbidden();
  let at = -1;
  const drafts = readAll(site, kind, items, () => {
    at += 1;
    return structuredClone(targets[at] as Entity);
  });
  return drafts.map(({ draft, body }, index) => {
    const target = targets[index] as Entity;
    const before = structuredClone(target);
    draft.tags = tagsFrom(site, kind, draft.tags, body);
    Object.assign(target, draft, {
      updated_at: body.updated_at ?? site.clock.now(),
      updated_by: body.updated_by ?? actor.user.id,
    });
    announceOf(kind).changed(site, before, target);
    return target;
  });
}

function draftsToAdd(site: Site, actor: Actor, kind: EntityKind, items: Item[]): Draft[] {
  const { rights, id } = actor.user;
  const { blank } = kinds[kind] as unknown as Kind;
  const drafts = readAll(site, kind, items, () => blank(site, id, rights.group_id));
  if (drafts.some(({ draft }) => !may(actor, kind, 'add', draft))) throw forbidden();
  return drafts;
}

function readAll(site: Site, kind: EntityKind, items: Item[], start: () => Entity): Draft[] {
  const { schema, apply } = kinds[kind] as unknown as Kind;
  const faults: { requestId: string; errors: Refusals['errors'] }[] = [];
  const drafts = items.flatMap(({ requestId, given }) => {
    const draft = start();
    const parsed = schema.safeParse(given);
    if (!parsed.success) {
      faults.push({ requestId, errors: faultsOf(parsed.error) });
      return [];
    }
    const refusals = new Refusals();
    apply(site, draft, parsed.data, refusals);
    if (refusals.errors.length > 0) faults.push({ requestId, errors: refusals.errors });
    return [{ requestId, draft, body: parsed.data }];
  });
  if (faults.length > 0) throw invalid(faults);
  return drafts;
}
