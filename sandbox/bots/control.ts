import type { Router } from 'express';
import { z } from 'zod';
import { conversationsOf } from '../conversations/of.ts';
import { notFound, Problem } from '../errors.ts';
import { integrationOf, nextId, type Site } from '../site.ts';
import type { Bot } from './bot.ts';
import { startBot, stopRun } from './run.ts';
import { readSource, SourceRefused } from './source.ts';

const Widget = z.object({
  clientId: z.string(),
  encoding: z.enum(['form', 'json']).default('form'),
  algorithm: z.enum(['HS512', 'HS256']).default('HS512'),
});
const NewBot = z.object({
  id: z.int().positive().optional(),
  name: z.string().min(1).max(255),
  source: z.unknown(),
  active: z.boolean().default(true),
  visual: z.boolean().default(true),
  kind: z.enum(['salesbot', 'marketingbot']).default('salesbot'),
  /** The whole bot is this widget's step, which alone may ask a server. */
  widget: Widget.nullish(),
  startsOnMessage: z.boolean().default(false),
});
const Run = z.object({
  entityId: z.int(),
  entityType: z.enum(['leads', 'contacts']).default('leads'),
  talkId: z.int().optional(),
  messageText: z.string().optional(),
  beside: z.boolean().default(false),
});

/** What an administrator does in the bot builder, and what a test asks of bots that run. */
export function botControl(site: Site, router: Router): void {
  const state = () => conversationsOf(site);
  const needBot = (id: string) => {
    const bot = state().bots.find(one => String(one.id) === id);
    if (!bot) throw notFound();
    return bot;
  };
  router.get('/bots', (_req, res) => {
    res.json({ bots: state().bots });
  });
  router.post('/bots', async (req, res) => {
    const bot = readBot(site, req.body);
    const { bots } = state();
    const known = bots.findIndex(({ id }) => id === bot.id);
    if (known >= 0) bots[known] = bot;
    else bots.push(bot);
    await site.store.flush();
    res.status(201).json({ id: bot.id });
  });
  router.delete('/bots/:id', async (req, res) => {
    const bot = needBot(req.params.id);
    state().bots = state().bots.filter(one => one !== bot);
    await site.store.flush();
    res.status(204).end();
  });
  router.post('/bots/:id/run', async (req, res) => {
    const bot = needBot(req.params.id);
    const run = await startBot(site, bot, withoutUndefined(Run.parse(req.body)));
    await site.store.flush();
    res.status(201).json({ id: run.id, state: run.state, why: run.why });
  });
  router.get('/bot-runs', (_req, res) => {
    res.json({
      runs: state().runs.map(({ frames, ...run }) => ({ ...run, step: frames.at(-1)?.step ?? null })),
    });
  });
  router.post('/bot-runs/:id/stop', (req, res) => {
    const run = state().runs.find(({ id }) => String(id) === req.params.id);
    if (!run) throw notFound();
    stopRun(site, run, 'stopped by hand');
    res.status(204).end();
  });
}

function readBot(site: Site, body: unknown): Bot {
  const { id, source, widget, ...given } = NewBot.parse(body);
  if (widget && !integrationOf(site, widget.clientId)) {
    throw new Problem(400, 'Bad Request', `There is no integration ${widget.clientId}`);
  }
  try {
    return { id: id ?? nextId(site), ...given, source: readSource(source), widget: widget ?? null };
  } catch (error) {
    if (!(error instanceof SourceRefused)) throw error;
    throw new Problem(400, 'Bad Request', error.message);
  }
}

function withoutUndefined({ talkId, messageText, ...run }: z.infer<typeof Run>) {
  return {
    ...run,
    ...(talkId === undefined ? {} : { talkId }),
    ...(messageText === undefined ? {} : { messageText }),
  };
}
