import type { Request, Response, Router } from 'express';
import { noteAdded, noteChanged } from '../changes/after-note.ts';
import { type NoteDraft, readNote } from '../changes/note-body.ts';
import type { Entity } from '../changes/write-entities.ts';
import { forbidden, invalid, notFound } from '../errors.ts';
import { type EntityKind, entityKinds, type Note } from '../records.ts';
import { nextId, type Site } from '../site.ts';
import { type Actor, may } from './actor.ts';
import { isObject, selfLink, sendHal, sendList } from './answer.ts';
import { type Item, itemOf, itemsOf, refuseItems } from './batch.ts';
import { entitiesOf, findVisible } from './entities.ts';
import { actorOf } from './locals.ts';
import { Query } from './query.ts';

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
      sendHal(res, noteView(site)(findNote(site, actorOf(res), kind, req.params.id)));
    });
    router.get(`/${kind}/:id/notes`, (req, res) => {
      const entity = findVisible(site, actorOf(res), kind, req.params.id);
      if (!entity) throw notFound();
      list(site, kind, req, res, note => note.entity_id === entity.id);
    });
    router.post(`/${kind}/notes`, (req, res) => add(site, kind, req, res));
    router.post(`/${kind}/:id/notes`, (req, res) => add(site, kind, req, res, Number(req.params.id)));
    router.patch(`/${kind}/notes`, (req, res) => changeMany(site, kind, req, res));
    router.patch(`/${kind}/notes/:noteId`, (req, res) => changeOne(site, kind, req, res));
    router.patch(`/${kind}/:id/notes`, (req, res) => changeMany(site, kind, req, res));
    router.patch(`/${kind}/:id/notes/:noteId`, (req, res) => changeOne(site, kind, req, res));
    for (const pinned of [true, false]) {
      router.post(`/${kind}/notes/:noteId/${pinned ? 'pin' : 'unpin'}`, (req, res) => {
        const note = findNote(site, actorOf(res), kind, req.params.noteId);
        note.is_pinned = pinned;
        site.store.touch();
        res.status(204).end();
      });
    }
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

export function noteView(site: Site) {
  return ({ entity_type, ...note }: Note) => ({
    ...note,
    account_id: site.data.account.id,
    _links: selfLink(site, `${entity_type}/${note.entity_id}/notes/${note.id}`),
  });
}

/** Kommo: to the collection with `entity_id` in every item, or to one record. */
function add(site: Site, kind: EntityKind, req: Request, res: Response, pathId?: number): void {
  const actor = actorOf(res);
  const items = itemsOf(req);
  const drafts = new Map<Item, NoteDraft>();
  const entityOf = ({ given }: Item) => {
    const id = pathId ?? (isObject(given) ? given['entity_id'] : undefined);
    return entitiesOf(site, kind).find(entity => entity.id === id);
  };
  refuseItems(items, item => {
    if (!entityOf(item)) {
      return [{ code: 'EntityNotFound', path: 'entity_id', detail: 'The entity was not found.' }];
    }
    const read = readNote(site, item.given);
    if (Array.isArray(read)) return read;
    drafts.set(item, read);
    return [];
  });
  const entities = items.map(entityOf);
  for (const entity of entities) if (!entity || !may(actor, kind, 'edit', entity)) throw forbidden();
  const added = items.map((item, at) =>
    addNote(site, actor, kind, entities[at] as Entity, drafts.get(item) as NoteDraft),
  );
  site.store.touch();
  sendHal(res, {
    _links: selfLink(site, pathId === undefined ? `${kind}/notes` : `${kind}/${pathId}/notes`),
    _embedded: {
      notes: added.map((note, at) => ({
        id: note.id,
        entity_id: note.entity_id,
        request_id: items[at]?.requestId,
        _links: selfLink(site, `${kind}/${note.entity_id}/notes/${note.id}`),
      })),
    },
  });
}

function addNote(site: Site, actor: Actor, kind: EntityKind, entity: Entity, draft: NoteDraft): Note {
  const now = site.clock.now();
  const createdBy = draft.created_by ?? actor.user.id;
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
    note_type: draft.note_type,
    params: draft.params,
  };
  site.data.notes.push(note);
  noteAdded(site, note);
  return note;
}

/** @throws Problem 404 for a note of a record that the actor may not see */
function findNote(site: Site, actor: Actor, kind: EntityKind, id: unknown): Note {
  const note = site.data.notes.find(one => one.entity_type === kind && String(one.id) === String(id));
  if (!note || !findVisible(site, actor, kind, note.entity_id)) throw notFound();
  return note;
}

function change(site: Site, actor: Actor, note: Note, draft: NoteDraft): void {
  const entity = entitiesOf(site, note.entity_type).find(({ id }) => id === note.entity_id);
  if (!entity || !may(actor, note.entity_type, 'edit', entity)) throw forbidden();
  Object.assign(note, { params: draft.params, updated_at: site.clock.now(), updated_by: actor.user.id });
  noteChanged(site, note);
}

function changeMany(site: Site, kind: EntityKind, req: Request, res: Response): void {
  const actor = actorOf(res);
  const items = itemsOf(req);
  const changes: [Note, NoteDraft][] = [];
  refuseItems(items, ({ given }) => {
    const id = isObject(given) ? given['id'] : undefined;
    const note = site.data.notes.find(one => one.entity_type === kind && one.id === id);
    if (!note || !findVisible(site, actor, kind, note.entity_id)) {
      return [{ code: 'EntityNotFound', path: 'id', detail: 'The entity was not found.' }];
    }
    const read = readNote(site, given, note);
    if (Array.isArray(read)) return read;
    changes.push([note, read]);
    return [];
  });
  for (const [note, draft] of changes) change(site, actor, note, draft);
  site.store.touch();
  sendHal(res, {
    _links: selfLink(site, `${kind}/notes`),
    _embedded: { notes: changes.map(([note]) => changed(site, note)) },
  });
}

function changeOne(site: Site, kind: EntityKind, req: Request, res: Response): void {
  const actor = actorOf(res);
  const note = findNote(site, actor, kind, req.params['noteId']);
  const item = itemOf(req);
  const read = readNote(site, item.given, note);
  if (Array.isArray(read)) throw invalid([{ requestId: item.requestId, errors: read }]);
  change(site, actor, note, read);
  site.store.touch();
  sendHal(res, changed(site, note));
}

function changed(site: Site, note: Note) {
  return {
    id: note.id,
    entity_id: note.entity_id,
    updated_at: note.updated_at,
    _links: selfLink(site, `${note.entity_type}/${note.entity_id}/notes/${note.id}`),
  };
}
