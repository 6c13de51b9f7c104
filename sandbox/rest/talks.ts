import type { Router } from 'express';
import { notFound } from '../errors.ts';
import type { Talk } from '../records.ts';
import type { Site } from '../site.ts';
import { type Actor, may } from './actor.ts';
import { selfLink, sendHal, sendList } from './answer.ts';
import { actorOf } from './locals.ts';
import { Query } from './query.ts';

export function talkRoutes(site: Site, router: Router): void {
  router.get('/talks', (req, res) => {
    const actor = actorOf(res);
    const query = new Query(req);
    const contacts = query.many('filter[contact_id]');
    const ids = query.many('filter[id]');
    const onlyInWork = query.one('filter[only_in_work]') === '1';
    const talks = site.data.talks
      .filter(talk => sees(site, actor, talk))
      .filter(
        talk =>
          (!contacts || contacts.includes(String(talk.contact_id))) &&
          (!ids || ids.includes(String(talk.talk_id))) &&
          (!onlyInWork || talk.is_in_work),
      );
    sendList(site, req, res, 'talks', talks, talk => talkView(site, talk));
  });

  router.get('/talks/:id', (req, res) =>
    sendHal(res, talkView(site, findTalk(site, actorOf(res), req.params.id))),
  );
}

/** @throws Problem 404, also for a talk whose lead the actor may not see */
export function findTalk(site: Site, actor: Actor, id: string): Talk {
  const talk = site.data.talks.find(one => String(one.talk_id) === id);
  if (!talk || !sees(site, actor, talk)) throw notFound();
  return talk;
}

function sees(site: Site, actor: Actor, talk: Talk): boolean {
  const lead = site.data.leads.find(({ id }) => id === talk.entity_id);
  return lead !== undefined && may(actor, 'leads', 'view', lead);
}

export function talkView(site: Site, talk: Talk) {
  const { messages, ...flat } = talk;
  const { contact_id, entity_id } = talk;
  return {
    ...flat,
    rate: 0,
    entity_type: 'lead',
    missed_at: null,
    account_id: site.data.account.id,
    _links: selfLink(site, `talks/${talk.talk_id}`),
    _embedded: {
      contacts: [{ id: contact_id, _links: selfLink(site, `contacts/${contact_id}`) }],
      leads: [{ id: entity_id, _links: selfLink(site, `leads/${entity_id}`) }],
      customers: [],
    },
  };
}
