import type { Router } from 'express';
import { notFound } from '../errors.ts';
import type { Event } from '../extras.ts';
import type { EntityKind } from '../records.ts';
import type { Site } from '../site.ts';
import { type Actor, isAdmin, may } from './actor.ts';
import { selfLink, sendHal, sendList } from './answer.ts';
import { eventFilter, eventTypes } from './event-filter.ts';
import { actorOf } from './locals.ts';
import { Query } from './query.ts';

const kindOf: Record<string, EntityKind> = { lead: 'leads', contact: 'contacts', company: 'companies' };

/** The journal of what happened in the account, newest first. */
export function eventRoutes(site: Site, router: Router): void {
  router.get('/events', (req, res) => {
    const actor = actorOf(res);
    const matches = eventFilter(new Query(req));
    const found = site.data.events.filter(event => sees(site, actor, event) && matches(event)).reverse();
    sendList(site, req, res, 'events', found, eventView(site), { limitDefault: 100, limitMax: 100 });
  });
  router.get('/events/types', (_req, res) => {
    sendHal(res, {
      _total_items: eventTypes.length,
      _links: selfLink(site, 'events/types'),
      _embedded: {
        events_types: eventTypes.map((key, at) => ({ key, type: at + 1, lang: key.replaceAll('_', ' ') })),
      },
    });
  });
  router.get('/events/:id', (req, res) => {
    const event = site.data.events.find(({ id }) => id === req.params.id);
    if (!event || !sees(site, actorOf(res), event)) throw notFound();
    sendHal(res, eventView(site)(event));
  });
}

function sees(site: Site, actor: Actor, event: Event): boolean {
  if (isAdmin(actor)) return true;
  const kind = kindOf[event.entity_type];
  const entity = kind ? site.data[kind].find(({ id }) => id === event.entity_id) : undefined;
  return kind !== undefined && entity !== undefined && may(actor, kind, 'view', entity);
}

export function eventView(site: Site) {
  return (event: Event) => {
    const kind = kindOf[event.entity_type] ?? 'tasks';
    return {
      ...event,
      account_id: site.data.account.id,
      _links: selfLink(site, `events/${event.id}`),
      _embedded: {
        entity: { id: event.entity_id, _links: selfLink(site, `${kind}/${event.entity_id}`) },
      },
    };
  };
}
