import express, { type Response, Router } from 'express';
import type { Bot } from '../bots/bot.ts';
import { activeRuns, startBot, stopRun } from '../bots/run.ts';
import { conversationsOf } from '../conversations/of.ts';
import { type FieldFault, invalid, notFound } from '../errors.ts';
import type { Site } from '../site.ts';
import { authenticate } from './actor.ts';
import { isObject, selfLink, sendHal, sendList } from './answer.ts';
import { entitiesOf, findVisible } from './entities.ts';
import { actorOf, setActor } from './locals.ts';

type Kind = 'leads' | 'contacts';
interface Target {
  bot: Bot;
  kind: Kind;
  id: number;
}

/** Bots are listed without their source, run and stopped. 202 means queued: what a bot said shows in the talk. */
export function botRoutes(site: Site, router: Router): void {
  const all = () => conversationsOf(site).bots;
  router.get('/bots', (req, res) => {
    sendList(site, req, res, 'bots', all(), bot => ({
      ...botView(bot),
      _links: selfLink(site, `bots/${bot.id}`),
    }));
  });
  router.get('/bots/:id', (req, res) => sendHal(res, botView(needBot(site, req.params.id))));

  // Before `/bots/:id/run`, which it is not.
  router.post('/bots/run', (req, res) => {
    const items: unknown[] = Array.isArray(req.body) ? req.body : [req.body];
    const found = items.map((item, index) => readTarget(site, res, item, index));
    const faults = found.flatMap(one => ('errors' in one ? [one] : []));
    if (faults.length > 0) throw invalid(faults);
    for (const one of found) if ('bot' in one) run(site, one);
    accepted(res);
  });
  router.post('/bots/:id/run', (req, res) => {
    run(site, oneTarget(site, res, req.params.id, req.body));
    accepted(res);
  });
  router.post('/bots/:id/stop', async (req, res) => {
    const { bot, kind, id } = oneTarget(site, res, req.params.id, req.body);
    for (const held of activeRuns(site, { entityType: kind, entityId: id })) {
      if (held.botId === bot.id) stopRun(site, held, 'stopped over REST');
    }
    await site.store.flush();
    accepted(res);
  });
}

/** The older way: numbers for kinds of records, and always an array. A single object is taken too. */
export function botRunV2(site: Site): Router {
  const router = Router();
  router.post('/api/v2/salesbot/run', express.json(), (req, res) => {
    setActor(res, authenticate(site, req, res));
    const body = req.body as unknown;
    const items: unknown[] = Array.isArray(body) ? body : [body];
    const found = items.map((item, index) => {
      const kinds: Record<string, string> = { 1: 'contacts', 2: 'leads', 12: 'customers' };
      const kind = isObject(item) ? kinds[String(item['entity_type'])] : undefined;
      return readTarget(site, res, isObject(item) ? { ...item, entity_type: kind ?? '' } : item, index);
    });
    const faults = found.flatMap(one => ('errors' in one ? [one] : []));
    if (faults.length > 0) throw invalid(faults);
    for (const one of found) if ('bot' in one) run(site, one);
    res.status(202).json({ success: true });
  });
  return router;
}

function run(site: Site, { bot, kind, id }: Target): void {
  startBot(site, bot, { entityType: kind, entityId: id }).catch((error: unknown) => console.error(error));
}

function accepted(res: Response): void {
  res.status(202).type('text/plain').send('Accepted');
}

function botView({ id, name, visual, active }: Bot) {
  return { id, name, is_visual_editor: visual, type_functionality: 0, settings: { active } };
}

function needBot(site: Site, id: string): Bot {
  const bot = conversationsOf(site).bots.find(one => String(one.id) === id);
  if (!bot) throw notFound();
  return bot;
}

function oneTarget(site: Site, res: Response, botId: string, body: unknown): Target {
  const bot = needBot(site, botId);
  const found = readTarget(site, res, isObject(body) ? { ...body, bot_id: bot.id } : body, 0);
  if ('errors' in found) throw invalid([found]);
  return found;
}

/** The bot and the record of one item, or what is wrong with it. */
function readTarget(
  site: Site,
  res: Response,
  item: unknown,
  index: number,
): Target | { requestId: string; errors: FieldFault[] } {
  const errors: FieldFault[] = [];
  const fault = (code: string, path: string, detail: string) => errors.push({ code, path, detail });
  const given = isObject(item) ? item : {};
  const whole = (path: string): number | undefined => {
    const value = given[path];
    if (value === undefined) fault('FieldMissing', path, 'This field is missing.');
    else if (typeof value !== 'number' || !Number.isInteger(value))
      fault('InvalidType', path, 'This value should be of type int.');
    else if (value <= 0) fault('TooLow', path, 'This value should be positive.');
    else return value;
    return undefined;
  };
  const botId = whole('bot_id');
  const bot = conversationsOf(site).bots.find(({ id }) => id === botId);
  if (!bot && errors.length === 0) choice('bot_id');
  const id = whole('entity_id');
  const type = given['entity_type'];
  if (type === undefined) fault('FieldMissing', 'entity_type', 'This field is missing.');
  else if (type !== 'leads' && type !== 'contacts') choice('entity_type');
  else if (id !== undefined) {
    const known = entitiesOf(site, type).some(one => one.id === id);
    if (!known || !findVisible(site, actorOf(res), type, id)) choice('entity_id');
    else if (bot && errors.length === 0) return { bot, kind: type, id };
  }
  return { requestId: String(index), errors };

  function choice(path: string): void {
    fault('NotSupportedChoice', path, 'The value you selected is not a valid choice.');
  }
}
