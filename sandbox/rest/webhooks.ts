import type { Router } from 'express';
import { type FieldFault, invalid, notFound, Problem } from '../errors.ts';
import type { Webhook } from '../extras.ts';
import { hookSettings } from '../hooks/index.ts';
import { nextId, type Site } from '../site.ts';
import { isObject, selfLink, sendHal } from './answer.ts';
import { actorOf, requireAdmin } from './locals.ts';
import { Query } from './query.ts';

const webhooksMax = 100;

/** Subscriptions to account hooks. Kommo: for administrators; a known destination gets the new settings. */
export function webhookRoutes(site: Site, router: Router): void {
  router.get('/webhooks', (req, res) => {
    requireAdmin(res);
    const destination = new Query(req).one('filter[destination]');
    const found = site.data.webhooks.filter(one => !destination || one.destination === destination);
    if (found.length === 0) {
      res.status(204).end();
      return;
    }
    sendHal(res, {
      _total_items: found.length,
      _links: selfLink(site, 'webhooks'),
      _embedded: { webhooks: found.map(one => webhookView(site, one)) },
    });
  });

  router.post('/webhooks', async (req, res) => {
    requireAdmin(res);
    const { destination, settings, sort } = readWebhook(req.body);
    const now = site.clock.now();
    const known = site.data.webhooks.find(one => one.destination === destination);
    const webhook = known ?? {
      id: nextId(site),
      destination,
      created_at: now,
      created_by: actorOf(res).user.id,
      disabled: false,
      invalidAt: [],
      ...{ updated_at: now, sort, settings },
    };
    if (!known && site.data.webhooks.length >= webhooksMax) {
      throw new Problem(422, 'Unprocessable Entity', 'Webhooks limit exceeded');
    }
    // A disabled one stays so: an administrator saves it again by hand, or it is deleted and added.
    Object.assign(webhook, { updated_at: now, sort, settings });
    if (!known) site.data.webhooks.push(webhook);
    await site.store.flush();
    res.status(201);
    sendHal(res, webhookView(site, webhook));
  });

  router.delete('/webhooks', async (req, res) => {
    requireAdmin(res);
    const destination = isObject(req.body) ? req.body['destination'] : undefined;
    if (typeof destination !== 'string') {
      throw refused([{ code: 'FieldMissing', path: 'destination', detail: 'This field is missing.' }]);
    }
    const left = site.data.webhooks.filter(one => one.destination !== destination);
    if (left.length === site.data.webhooks.length) throw notFound();
    site.data.webhooks = left;
    await site.store.flush();
    res.status(204).end();
  });
}

function readWebhook(body: unknown): { destination: string; settings: string[]; sort: number } {
  const given = isObject(body) ? body : {};
  const { destination, settings, sort } = given;
  const errors: FieldFault[] = [];
  if (typeof destination !== 'string' || !isReachable(destination)) {
    errors.push({ code: 'InvalidUrl', path: 'destination.destination', detail: 'Invalid URL' });
  }
  if (!Array.isArray(settings) || settings.length === 0) {
    errors.push({ code: 'FieldMissing', path: 'settings', detail: 'This field is missing.' });
  } else {
    settings.forEach((setting, at) => {
      if (!hookSettings.includes(String(setting))) errors.push(notAChoice(`settings.${at}`));
    });
  }
  if (sort !== undefined && !Number.isInteger(sort)) {
    errors.push({ code: 'InvalidType', path: 'sort', detail: 'This value should be of type int.' });
  }
  if (errors.length > 0) throw refused(errors);
  return {
    destination: String(destination),
    settings: [...new Set((settings as unknown[]).map(String))],
    sort: typeof sort === 'number' ? sort : 1,
  };
}

/** Kommo also refuses domains it cannot resolve yet; here those under `.invalid` stand for them. */
function isReachable(text: string): boolean {
  if (!URL.canParse(text) || text.length > 2000) return false;
  const { protocol, hostname, username } = new URL(text);
  const named = hostname.includes('.') || hostname === 'localhost' || hostname.startsWith('[');
  return /^https?:$/.test(protocol) && username === '' && named && !hostname.endsWith('.invalid');
}

function notAChoice(path: string): FieldFault {
  return { code: 'NotSupportedChoice', path, detail: 'The value you selected is not a valid choice.' };
}

function refused(errors: FieldFault[]): Problem {
  return invalid([{ errors }]);
}

export function webhookView(site: Site, { invalidAt, ...webhook }: Webhook) {
  return { ...webhook, account_id: site.data.account.id };
}
