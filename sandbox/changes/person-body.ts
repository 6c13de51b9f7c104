import { z } from 'zod';
import type { Company, Contact } from '../records.ts';
import type { Site } from '../site.ts';
import { applyOwned, ownedShape } from './owned-body.ts';
import type { Refusals } from './refusals.ts';
import { GivenTags } from './set-tags.ts';

export const PersonBody = z.object({
  ...ownedShape,
  first_name: z.string().max(255).optional(),
  last_name: z.string().max(255).optional(),
  _embedded: z.object({ tags: GivenTags.nullish() }).optional(),
});
export type PersonBody = z.infer<typeof PersonBody>;

export function blankCompany(site: Site, userId: number, groupId: number): Company {
  const now = site.clock.now();
  return {
    id: 0,
    name: '',
    responsible_user_id: userId,
    group_id: groupId,
    created_by: userId,
    updated_by: userId,
    created_at: now,
    updated_at: now,
    custom_fields_values: null,
    tags: [],
  };
}

export function blankContact(site: Site, userId: number, groupId: number): Contact {
  return { ...blankCompany(site, userId, groupId), first_name: '', last_name: '', company_id: null };
}

export function applyCompany(site: Site, draft: Company, body: PersonBody, refusals: Refusals): void {
  applyOwned(site, 'companies', draft, body, refusals);
}

/** A name in parts makes the whole, a whole name gives its first word to the first name. */
export function applyContact(site: Site, draft: Contact, body: PersonBody, refusals: Refusals): void {
  applyOwned(site, 'contacts', draft, body, refusals);
  const { first_name, last_name } = body;
  if (first_name !== undefined || last_name !== undefined) {
    draft.first_name = first_name ?? draft.first_name;
    draft.last_name = last_name ?? draft.last_name;
    if (body.name === undefined) draft.name = `${draft.first_name} ${draft.last_name}`.trim();
  } else if (body.name !== undefined) {
    const [first = '', ...rest] = body.name.split(' ');
    draft.first_name = first;
    draft.last_name = rest.join(' ');
  }
}
