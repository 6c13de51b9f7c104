import { randomBytes } from 'node:crypto';
import type { Router } from 'express';
import { z } from 'zod';
import { faultsOf } from '../changes/refusals.ts';
import { deleteEntity } from '../changes/trash.ts';
import { addEntities, changeEntities } from '../changes/write-entities.ts';
import { link } from '../changes/write-links.ts';
import { invalid, notFound } from '../errors.ts';
import type { Unsorted } from '../extras.ts';
import { announce } from '../hooks/index.ts';
import type { Site } from '../site.ts';
import type { Actor } from './actor.ts';
import { selfLink, sendHal, sendList } from './answer.ts';
import { itemsOf, refuseItems } from './batch.ts';
import { actorOf } from './locals.ts';
import { Query } from './query.ts';

const NewForm = z.object({
  source_uid: z.string().min(1),
  source_name: z.string().min(1).max(255),
  pipeline_id: z.int().optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
  _embedded: z
    .object({
      leads: z.array(z.record(z.string(), z.unknown())).max(1).optional(),
      contacts: z.array(z.record(z.string(), z.unknown())).max(1).optional(),
    })
    .optional(),
});
const Decision = z.object({ user_id: z.int().optional(), status_id: z.int().optional() });

/** Incoming leads: they wait to be accepted or declined. */
export function unsortedRoutes(site: Site, router: Router): void {
  const find = (uid: string): Unsorted => {
    const one = site.data.unsorted.find(unsorted => unsorted.uid === uid);
    if (!one) throw notFound();
    return one;
  };
  const take = (one: Unsorted, decision: 'accept' | 'decline', userId: number) => {
    site.data.unsorted = site.data.unsorted.filter(other => other !== one);
    announce(site, {
      entity: 'unsorted',
      action: 'delete',
      item: {
        action: decision,
        uid: one.uid,
        [`${decision}_result`]: { leads: [one.lead_id] },
        category: one.category,
        created_at: one.created_at,
        modified_user_id: userId,
      },
    });
    site.store.touch();
  };
  const decided = (one: Unsorted) => ({
    uid: one.uid,
    pipeline_id: one.pipeline_id,
    category: one.category,
    created_at: one.created_at,
    _embedded: {
      leads: [{ id: one.lead_id }],
      contacts: one.contact_ids.map(id => ({ id })),
      companies: one.company_id === null ? [] : [{ id: one.company_id }],
    },
  });

  router.get('/leads/unsorted', (req, res) => {
    const query = new Query(req);
    const uids = query.many('filter[uid]');
    const categories = query.many('filter[category]');
    const pipelines = query.many('filter[pipeline_id]');
    const found = site.data.unsorted.filter(
      one =>
        (!uids || uids.includes(one.uid)) &&
        (!categories || categories.includes(one.category)) &&
        (!pipelines || pipelines.includes(String(one.pipeline_id))),
    );
    sendList(site, req, res, 'unsorted', found, one => unsortedView(site, one));
  });
  router.post('/leads/unsorted/forms', (req, res) => {
    const actor = actorOf(res);
    const items = itemsOf(req);
    refuseItems(items, ({ given }) => {
      const parsed = NewForm.safeParse(given);
      if (!parsed.success) return faultsOf(parsed.error);
      const { pipeline_id } = parsed.data;
      return pipeline_id === undefined || site.data.pipelines.some(({ id }) => id === pipeline_id)
        ? []
        : [{ code: 'NotSupportedChoice', path: 'pipeline_id', detail: 'The pipeline is unknown.' }];
    });
    const added = items.map(({ requestId, given }) => ({
      ...decided(addForm(site, actor, NewForm.parse(given))),
      request_id: requestId,
    }));
    site.store.touch();
    sendHal(res, {
      _total_items: added.length,
      _links: selfLink(site, 'leads/unsorted'),
      _embedded: { unsorted: added },
    });
  });
  router.get('/leads/unsorted/summary', (_req, res) => {
    const count = (category: string) => ({
      total: site.data.unsorted.filter(one => one.category === category).length,
    });
    sendHal(res, {
      total: site.data.unsorted.length,
      categories: Object.fromEntries(['sip', 'mail', 'forms', 'chats'].map(name => [name, count(name)])),
      _links: selfLink(site, 'leads/unsorted/summary'),
    });
  });
  router.get('/leads/unsorted/:uid', (req, res) => sendHal(res, unsortedView(site, find(req.params.uid))));
  router.post('/leads/unsorted/:uid/accept', (req, res) => {
    const actor = actorOf(res);
    const one = find(req.params.uid);
    const { user_id, status_id } = Decision.parse(req.body ?? {});
    const lead = site.data.leads.find(({ id }) => id === one.lead_id);
    if (!lead) throw notFound();
    const pipeline = site.data.pipelines.find(({ id }) => id === lead.pipeline_id);
    const stage = status_id ?? pipeline?.statuses.find(({ type }) => type === 0)?.id;
    const given = { status_id: stage, ...(user_id ? { responsible_user_id: user_id } : {}) };
    changeEntities(site, actor, 'leads', [{ requestId: '0', given }], [lead]);
    take(one, 'accept', actor.user.id);
    sendHal(res, decided(one));
  });
  router.delete('/leads/unsorted/:uid/decline', (req, res) => {
    const actor = actorOf(res);
    const one = find(req.params.uid);
    const { user_id } = Decision.parse(req.body ?? {});
    if (user_id !== undefined && !site.data.users.some(({ id }) => id === user_id)) {
      const detail = 'The value you selected is not a valid choice.';
      throw invalid([{ errors: [{ code: 'NotSupportedChoice', path: 'user_id', detail }] }]);
    }
    if (site.data.leads.some(({ id }) => id === one.lead_id)) {
      deleteEntity(site, 'leads', one.lead_id, actor.user.id);
    }
    take(one, 'decline', user_id ?? actor.user.id);
    sendHal(res, decided(one));
  });
}

/** A form somebody filled in: its lead and contact are there, at the stage of incoming leads. */
function addForm(site: Site, actor: Actor, form: z.infer<typeof NewForm>): Unsorted {
  const pipeline =
    site.data.pipelines.find(({ id }) => id === form.pipeline_id) ??
    site.data.pipelines.find(({ is_main }) => is_main);
  const incoming = pipeline?.statuses.find(({ type }) => type === 1);
  const given = { name: form.source_name, ...form._embedded?.leads?.[0] };
  const stage = { pipeline_id: pipeline?.id, status_id: incoming?.id };
  const [lead] = addEntities(site, actor, 'leads', [{ requestId: '0', given: { ...given, ...stage } }]);
  const people = (form._embedded?.contacts ?? []).map(one => ({ requestId: '0', given: one }));
  const contacts = addEntities(site, actor, 'contacts', people);
  for (const { id } of contacts) {
    const to = { to_entity_id: id, to_entity_type: 'contacts' as const };
    link(site, { kind: 'leads', id: lead?.id ?? 0 }, to, actor.user.id);
  }
  const unsorted: Unsorted = {
    uid: randomBytes(30).toString('hex'),
    source_uid: form.source_uid,
    source_name: form.source_name,
    category: 'forms',
    pipeline_id: pipeline?.id ?? 0,
    created_at: site.clock.now(),
    metadata: form.metadata ?? {},
    lead_id: lead?.id ?? 0,
    contact_ids: contacts.map(({ id }) => id),
    company_id: null,
  };
  site.data.unsorted.push(unsorted);
  const { uid, category, pipeline_id, lead_id, created_at } = unsorted;
  announce(site, {
    entity: 'unsorted',
    action: 'add',
    item: { uid, category, pipeline_id, account_id: site.data.account.id, lead_id, created_at },
  });
  return unsorted;
}

function unsortedView(site: Site, one: Unsorted) {
  const { lead_id, contact_ids, company_id, ...flat } = one;
  const linked = (kind: string, id: number) => ({ id, _links: selfLink(site, `${kind}/${id}`) });
  return {
    ...flat,
    account_id: site.data.account.id,
    _links: selfLink(site, `leads/unsorted/${one.uid}`),
    _embedded: {
      contacts: contact_ids.map(id => linked('contacts', id)),
      leads: [linked('leads', lead_id)],
      companies: company_id === null ? [] : [linked('companies', company_id)],
    },
  };
}
