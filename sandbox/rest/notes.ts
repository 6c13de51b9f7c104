import type { Request, Response, Router } from 'express';
import { type FieldFault, forbidden, invalid, notFound } from '../errors.ts';
import { type EntityKind, entityKinds, type Note } from '../records.ts';
import { nextId, type Site } from '../site.ts';
import { isAdmin, may } from './actor.ts';
import { batchOf, isObject, selfLink, sendHal, sendList } from './answer.ts';
import { entitiesOf, findVisible } from './entities.ts';
import { actorOf } from './locals.ts';
import { Query } from './query.ts';

const noteTypesWritable: Record<string, string[]> = {
  common: ['text'],
  call_in: ['uniq', 'duration', 'source', 'phone'],
  call_out: ['uniq', 'duration', 'source', 'phone'],
  service_message: ['service', 'text'],
  extended_service_message: ['service', 'text'],
  sms_in: ['text', 'phone'],
  sms_out: ['text', 'phone'],
};

export function noteRoutes(site: Site, router: Router): void {
  for (const kind of entityKinds) {
    router.get(`/${kind}/notes`, (req, res) => {
      const actor = actorOf(res);
      const visible = new Set(
        entitiesOf(site, kind)
          .filter(entity => may(actor, kind, 'view', entity))
          .map(({ id }) => id),
      );
      list(site, kind, req, res, note => visible.has(note.entity_id));
    });
    router.get(`/${kind}/notes/:id`, (req, res) => {
      const note = site.data.notes.find(one => one.entity_type === kind && String(one.id) === req.params.id);
      if (!note || !findVisible(site, actorOf(res), kind, note.entity_id)) throw notFound();
      sendHal(res, noteView(site)(note));
    });
    router.get(`/${kind}/:id/notes`, (req, res) => {
      const entity = findVisible(site, actorOf(res), kind, req.params.id);
      if (!entity) throw notFound();
      list(site, kind, req, res, note => note.entity_id === entity.id);
    });
    router.post(`/${kind}/notes`, (req, res) => add(site, kind, req, res));
    router.post(`/${kind}/:id/notes`, (req, res) => add(site, kind, req, res, Number(req.params.id)));
  }
}

function list(
  site: Site,
  kind: EntityKind,
  req: Request,
  res: Response,
  matches: (note: Note) => boolean,
): void {
  const query = new Query(req);
  const ids = query.many('filter[id]');
  const entityIds = query.many('filter[entity_id]');
  const types = query.many('filter[note_type]');
  const updated = query.range('filter[updated_at]');
  const sign = (query.one('order[updated_at]') ?? query.one('order[id]')) === 'desc' ? -1 : 1;
  const notes = site.data.notes
    .filter(
      note =>
        note.entity_type === kind &&
        matches(note) &&
        (!ids || ids.includes(String(note.id))) &&
        (!entityIds || entityIds.includes(String(note.entity_id))) &&
        (!types || types.includes(note.note_type)) &&
        (!updated || (note.updated_at >= updated.from && note.updated_at <= updated.to)),
    )
    .sort((a, b) => sign * (a.updated_at - b.updated_at || a.id - b.id));
  sendList(site, req, res, 'notes', notes, noteView(site));
}

function noteView(site: Site) {
  return ({ entity_type, ...note }: Note) => ({
    ...note,
    account_id: site.data.account.id,
    _links: selfLink(site, `${entity_type}/${note.entity_id}/notes/${note.id}`),
  });
}

async function add(
  site: Site,
  kind: EntityKind,
  req: Request,
  res: Response,
  pathId?: number,
): Promise<void> {
  const actor = actorOf(res);
  const items = batchOf(req);
  const faults = items.flatMap((item, index) => {
    const errors = faultsOf(site, kind, item, pathId);
    return errors.length > 0 ? [{ requestId: requestIdOf(item, index), errors }] : [];
  });
  if (faults.length > 0) throw invalid(faults);

  const added = items.map((item, index) => {
    const entityId = pathId ?? Number(item['entity_id']);
    const entity = entitiesOf(site, kind).find(({ id }) => id === entityId);
    if (!entity || !(isAdmin(actor) || may(actor, kind, 'edit', entity))) throw forbidden();
    const now = site.clock.now();
    const createdBy = typeof item['created_by'] === 'number' ? item['created_by'] : actor.user.id;
    const note: Note = {
      id: nextId(site),
      entity_id: entity.id,
      entity_type: kind,
      created_by: createdBy,
      updated_by: createdBy,
      created_at: now,
      updated_at: now,
      responsible_user_id: entity.responsible_user_id,
      group_id: entity.group_id,
      note_type: String(item['note_type']),
      params: item['params'] as Record<string, unknown>,
    };
    return { note, requestId: requestIdOf(item, index) };
  });
  site.data.notes.push(...added.map(({ note }) => note));
  await site.store.flush();
  sendHal(res, {
    _links: selfLink(site, pathId === undefined ? `${kind}/notes` : `${kind}/${pathId}/notes`),
    _embedded: {
      notes: added.map(({ note, requestId }) => ({
        id: note.id,
        entity_id: note.entity_id,
        request_id: requestId,
        _links: selfLink(site, `${kind}/${note.entity_id}/notes/${note.id}`),
      })),
    },
  });
}

export function requestIdOf(item: Record<string, unknown>, index: number): string {
  const given = item['request_id'];
  return given === undefined ? String(index) : String(given);
}

function faultsOf(
  site: Site,
  kind: EntityKind,
  item: Record<string, unknown>,
  pathId?: number,
): FieldFault[] {
  const entityId = pathId ?? item['entity_id'];
  if (!entitiesOf(site, kind).some(({ id }) => id === entityId)) {
    return [{ code: 'EntityNotFound', path: 'entity_id', detail: 'The entity was not found.' }];
  }
  const type = item['note_type'];
  const needed =
    typeof type === 'string' && Object.hasOwn(noteTypesWritable, type) ? noteTypesWritable[type] : undefined;
  if (!needed) {
    return [
      {
        code: 'NotSupportedChoice',
        path: 'note_type',
        detail: 'The value you selected is not a valid choice.',
      },
    ];
  }
  const params = isObject(item['params']) ? item['params'] : {};
  return needed
    .filter(key => params[key] === undefined || params[key] === '')
    .map(key => ({ code: 'FieldMissing', path: `params.${key}`, detail: 'This field is missing.' }));
}
