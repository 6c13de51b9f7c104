import type { Router } from 'express';
import { notFound } from '../errors.ts';
import { integrationOf, type Site } from '../site.ts';
import type { Install } from '../state.ts';
import { selfLink, sendHal, sendList } from './answer.ts';
import { actorOf, requireAdmin } from './locals.ts';

/** Kommo: for administrators; the saved settings are shown only to the widget's own integration. */
export function widgetRoutes(site: Site, router: Router): void {
  router.get('/widgets', (req, res) => {
    requireAdmin(res);
    const own = actorOf(res).clientId;
    const installs = site.data.installs.filter(({ clientId }) => integrationOf(site, clientId));
    sendList(site, req, res, 'widgets', installs, one => widgetView(site, one, own), { counted: true });
  });
  router.get('/widgets/:code', (req, res) => {
    requireAdmin(res);
    const install = site.data.installs.find(
      ({ clientId }) => integrationOf(site, clientId)?.widgetCode === req.params.code,
    );
    if (!install) throw notFound();
    sendHal(res, widgetView(site, install, actorOf(res).clientId));
  });
}

function widgetView(site: Site, install: Install, ownClientId: string | null) {
  const code = integrationOf(site, install.clientId)?.widgetCode ?? '';
  const manifest = site.archives.get(install.clientId)?.manifest;
  return {
    id: install.widgetId,
    code,
    version: manifest?.widget.version ?? '1.0.0',
    rating: '0,0',
    settings_template: Object.entries(manifest?.settings ?? {}).map(([key, field]) => ({
      key,
      name: field.name,
      type: field.type,
      is_required: field.required,
    })),
    is_lead_source: false,
    is_work_with_dp: manifest?.locations.includes('digital_pipeline') ?? false,
    is_crm_template: false,
    client_uuid: install.clientId,
    is_active_in_account: true,
    pipeline_id: null,
    ...(ownClientId === install.clientId ? { settings: install.settings } : {}),
    _links: selfLink(site, `widgets/${code}`),
  };
}
