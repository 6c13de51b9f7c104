import { startBot } from '../bots/run.ts';
import { conversationsOf } from '../conversations/of.ts';
import { encodeHook, type HookItem } from '../hooks/index.ts';
import type { Lead } from '../records.ts';
import type { Site } from '../site.ts';
import { type EventCode, eventTypes, type Trigger } from './trigger.ts';

const answerWithinMs = 5000;

type Direction = 'went_to_trigger' | 'went_in_trigger' | 'went_from_trigger';

interface Stage {
  pipelineId: number;
  statusId: number;
}

const stageOf = (lead: Lead): Stage => ({ pipelineId: lead.pipeline_id, statusId: lead.status_id });

/** A lead was added (`before` is null) or changed: what its stages have set up for that happens. */
export function leadMoved(site: Site, before: Lead | null, lead: Lead): void {
  const [from, to] = [before && stageOf(before), stageOf(lead)];
  if (from?.pipelineId === to.pipelineId && from.statusId === to.statusId) return;
  for (const trigger of conversationsOf(site).triggers) {
    const found = movement(trigger, from, to);
    if (found) fire(site, trigger, lead, from, found);
  }
}

/** Something came in for a lead: a mail, a call, a visit, a message. */
export function leadHeard(site: Site, lead: Lead, code: EventCode): void {
  for (const trigger of conversationsOf(site).triggers) {
    if (trigger.on === code && covers(trigger, stageOf(lead)))
      fire(site, trigger, lead, null, { code, direction: null });
  }
}

function covers({ pipelineId, statusId, stretch }: Trigger, stage: Stage): boolean {
  return stage.pipelineId === pipelineId && (stage.statusId === statusId || stretch.includes(stage.statusId));
}

/**
 * Whether the move sets the trigger off, and as what.
 *
 * Kommo: "appeared" is being added or moved there. Only a trigger that stretches over several stages hears of moves
 * inside of it and out of it.
 */
function movement(
  trigger: Trigger,
  from: Stage | null,
  to: Stage,
): { code: EventCode; direction: Direction } | undefined {
  const { on } = trigger;
  if (!['lead_added', 'lead_status_changed', 'lead_appeared_in_status'].includes(on)) return undefined;
  const [was, is] = [from !== null && covers(trigger, from), covers(trigger, to)];
  const stretched = trigger.stretch.some(id => id !== trigger.statusId);
  if (!was && is) {
    const fits = from === null ? on !== 'lead_status_changed' : on !== 'lead_added';
    return fits ? { code: on, direction: 'went_to_trigger' } : undefined;
  }
  if (!stretched || !was || on === 'lead_added') return undefined;
  return is
    ? { code: 'lead_appeared_in_status', direction: 'went_in_trigger' }
    : { code: on, direction: 'went_from_trigger' };
}

function fire(
  site: Site,
  { action }: Trigger,
  lead: Lead,
  from: Stage | null,
  { code, direction }: { code: EventCode; direction: Direction | null },
): void {
  switch (action.kind) {
    case 'widget':
      post(
        site,
        action.url,
        'application/json',
        JSON.stringify(widgetBody(site, lead, code, direction, action.settings)),
      );
      return;
    case 'webhook':
      post(
        site,
        action.url,
        'application/x-www-form-urlencoded',
        encodeHook(webhookBody(site, lead, from, code)),
      );
      return;
    case 'bot': {
      const bot = conversationsOf(site).bots.find(({ id }) => id === action.botId);
      if (!bot?.active || direction === 'went_from_trigger') return;
      startBot(site, bot, { entityType: 'leads', entityId: lead.id }).catch((error: unknown) =>
        console.error(error),
      );
    }
  }
}

function widgetBody(
  site: Site,
  lead: Lead,
  code: EventCode,
  direction: Direction | null,
  settings: Record<string, unknown>,
) {
  const { subdomain, id } = site.data.account;
  return {
    event: {
      type: eventTypes[code],
      type_code: code,
      data: {
        id: lead.id,
        element_type: 2,
        status_id: lead.status_id,
        pipeline_id: lead.pipeline_id,
        ...(direction === null ? {} : { direction_of_movement: direction }),
      },
      time: site.clock.now(),
    },
    action: { settings: { widget: { settings } } },
    subdomain,
    account_id: id,
  };
}

/** Seen: ids only, and the account last and without links. */
function webhookBody(site: Site, lead: Lead, from: Stage | null, code: EventCode): HookItem {
  const event = code === 'lead_added' ? 'add' : code.startsWith('lead_') ? 'status' : code;
  const { subdomain, id } = site.data.account;
  return {
    leads: {
      [event]: [
        {
          id: lead.id,
          old_pipeline_id: from?.pipelineId ?? lead.pipeline_id,
          pipeline_id: lead.pipeline_id,
          old_status_id: from?.statusId ?? lead.status_id,
          status_id: lead.status_id,
        },
      ],
    },
    account: { subdomain, id },
  };
}

/** Sent once: the older behaviour, which a receiver must survive. */
function post(site: Site, url: string, contentType: string, body: string): void {
  const shown = contentType.endsWith('json')
    ? (JSON.parse(body) as unknown)
    : Object.fromEntries(new URLSearchParams(body));
  const tell = (status: number | null) =>
    site.live.add({ kind: 'hook', title: `pipeline · POST ${url}`, status, request: shown, response: null });
  fetch(url, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': contentType, 'user-agent': 'amoCRM-Webhooks/3.0' },
    body,
    signal: AbortSignal.timeout(answerWithinMs),
  }).then(
    answer => {
      tell(answer.status);
      return answer.body?.cancel();
    },
    () => tell(null),
  );
}
