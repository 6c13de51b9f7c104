import type { Router } from 'express';
import { forbidden, notFound } from '../errors.ts';
import type { User } from '../records.ts';
import type { Site } from '../site.ts';
import { isAdmin } from './actor.ts';
import { selfLink, sendHal, sendList } from './answer.ts';
import { actorOf } from './locals.ts';
import { Query } from './query.ts';

const phpDate = { 'M/D/Y': 'm/d/Y', 'D/M/Y': 'd/m/Y' } as const;

export function accountRoutes(site: Site, router: Router): void {
  router.get('/account', (req, res) => {
    const wanted = new Query(req).with();
    const { account } = site.data;
    const top: Record<string, unknown> = {};
    const embedded: Record<string, unknown> = {};
    if (wanted.has('amojo_id')) top['amojo_id'] = account.amojo_id;
    if (wanted.has('version')) top['version'] = 16;
    if (wanted.has('drive_url')) top['drive_url'] = `${site.origin()}/drive`;
    if (wanted.has('is_api_filter_enabled')) top['is_api_filter_enabled'] = true;
    if (wanted.has('amojo_rights')) embedded['amojo_rights'] = { can_direct: true, can_create_groups: true };
    if (wanted.has('users_groups')) {
      embedded['users_groups'] = account.groups.map(group => ({ ...group, uuid: null }));
    }
    if (wanted.has('task_types')) embedded['task_types'] = account.task_types;
    if (wanted.has('datetime_settings')) embedded['datetime_settings'] = datetimeSettings(site);
    sendHal(res, {
      id: account.id,
      name: account.name,
      subdomain: account.subdomain,
      current_user_id: actorOf(res).user.id,
      country: account.country,
      customers_mode: 'disabled',
      is_unsorted_on: true,
      is_loss_reason_enabled: true,
      is_helpbot_enabled: false,
      is_technical_account: false,
      contact_name_display_order: 1,
      uuid: account.uuid,
      ...top,
      _links: selfLink(site, 'account'),
      ...(Object.keys(embedded).length > 0 ? { _embedded: embedded } : {}),
    });
  });

  router.get('/users', (req, res) => {
    if (!isAdmin(actorOf(res))) throw forbidden();
    const view = userView(site, new Query(req).with());
    sendList(site, req, res, 'users', site.data.users, view, { counted: true });
  });

  router.get('/users/:id', (req, res) => {
    if (!isAdmin(actorOf(res))) throw forbidden();
    const user = site.data.users.find(({ id }) => String(id) === req.params.id);
    if (!user) throw notFound();
    sendHal(res, userView(site, new Query(req).with())(user));
  });
}

export function userView(site: Site, wanted: Set<string>) {
  return (user: User) => {
    const embedded: Record<string, unknown> = {};
    if (wanted.has('role')) embedded['roles'] = [];
    if (wanted.has('group')) {
      embedded['groups'] = site.data.account.groups.filter(({ id }) => id === user.rights.group_id);
      embedded['roles'] ??= [];
    }
    return {
      id: user.id,
      name: user.name,
      email: user.email,
      lang: user.lang,
      ...(wanted.has('amojo_id') ? { amojo_id: user.amojo_id } : {}),
      ...(wanted.has('uuid') ? { uuid: user.uuid } : {}),
      ...(wanted.has('user_rank') ? { user_rank: user.user_rank } : {}),
      ...(wanted.has('phone_number') ? { phone_number: user.phone_number } : {}),
      rights: user.rights,
      _links: selfLink(site, `users/${user.id}`),
      ...(Object.keys(embedded).length > 0 ? { _embedded: embedded } : {}),
    };
  };
}

/** Kommo: patterns in PHP's letters; the offset is that of this moment. */
function datetimeSettings(site: Site) {
  const { timezone, datetime } = site.data.account;
  const date = phpDate[datetime.date as keyof typeof phpDate] ?? 'd.m.Y';
  const zone = new Intl.DateTimeFormat('en', { timeZone: timezone, timeZoneName: 'longOffset' })
    .formatToParts(site.clock.nowMs())
    .find(({ type }) => type === 'timeZoneName')?.value;
  return {
    date_pattern: `${date} H:i`,
    short_date_pattern: date,
    short_time_pattern: 'H:i',
    date_format: date,
    time_format: 'H:i:s',
    timezone,
    timezone_offset: zone?.replace('GMT', '') || '+00:00',
  };
}
