import type { User } from '../records.ts';
import { type Actor, may } from '../rest/actor.ts';
import type { Site } from '../site.ts';
import { words } from './words.ts';

/** What the page knows when it opens: the account, who looks at it, and which widgets there are. */
export function bootData(site: Site, user: User) {
  const { account, users, pipelines } = site.data;
  return {
    now: site.clock.now(),
    account: { ...account, origin: site.origin(), host: site.host() },
    user: { ...user, isAdmin: user.rights.is_admin },
    users: users.map(one => ({
      id: one.id,
      name: one.name,
      login: one.email,
      lang: one.lang,
      isAdmin: one.rights.is_admin,
      isFree: one.rights.is_free,
      active: one.rights.is_active,
      groupId: one.rights.group_id,
      amojoId: one.amojo_id,
    })),
    pipelines: pipelines.map(({ id, name, statuses }) => ({
      id,
      name,
      statuses: statuses.map(status => ({
        id: status.id,
        name: status.name,
        color: status.color,
        type: status.type,
      })),
    })),
    words: words[user.lang],
    widgets: widgetsOf(site, user),
    leads: visibleLeads(site, user),
  };
}

function visibleLeads(site: Site, user: User) {
  const actor: Actor = { user, clientId: null, full: false };
  return site.data.leads
    .filter(lead => may(actor, 'leads', 'view', lead))
    .map(({ id, name, price, status_id, pipeline_id, updated_at }) => ({
      id,
      name,
      price,
      statusId: status_id,
      pipelineId: pipeline_id,
      updatedAt: updated_at,
    }));
}

/** Kommo: a widget speaks the user's language where its archive has it, else English. */
function widgetsOf(site: Site, user: User) {
  return Object.values(site.store.state.integrations).flatMap(integration => {
    const archive = site.archives.get(integration.clientId);
    if (!archive) return [];
    const { widget, locations, settings } = archive.manifest;
    const install = site.data.installs.find(({ clientId }) => clientId === integration.clientId);
    const lang = [user.lang, 'en', ...widget.locale].find(locale => archive.langs[locale]) ?? 'en';
    const path = `${site.origin()}/upl/${integration.widgetCode}/widget`;
    return {
      id: install?.widgetId ?? 0,
      code: integration.widgetCode,
      clientUuid: integration.clientId,
      name: integration.name,
      version: widget.version,
      initOnce: widget.init_once,
      locations,
      settingsFields: settings ?? {},
      langs: archive.langs[lang] ?? {},
      path,
      imagesPath: `${path}/images`,
      installed: install !== undefined,
      settings: install?.settings ?? {},
    };
  });
}
