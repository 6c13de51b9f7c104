import type { EntityKind } from '../records.ts';
import { entityKinds } from '../records.ts';
import { userView } from '../rest/account.ts';
import { entityView } from '../rest/entities.ts';
import { eventView } from '../rest/events.ts';
import { linksOf } from '../rest/links.ts';
import { noteView } from '../rest/notes.ts';
import { pipelineView } from '../rest/pipelines.ts';
import { talkView } from '../rest/talks.ts';
import { taskView } from '../rest/tasks.ts';
import { webhookView } from '../rest/webhooks.ts';
import type { Site } from '../site.ts';

const everything = new Set(['contacts', 'leads', 'loss_reason', 'source', 'source_id', 'group', 'amojo_id']);

function entities(kind: EntityKind) {
  return (site: Site) => site.data[kind].map(entityView(site, kind, everything, true));
}

/** Whole collections as REST would show them, without pages or rights. */
export const collections: Record<string, (site: Site) => object[]> = {
  leads: entities('leads'),
  contacts: entities('contacts'),
  companies: entities('companies'),
  tasks: site => site.data.tasks.map(taskView(site)),
  notes: site => site.data.notes.map(noteView(site)),
  talks: site => site.data.talks.map(talk => talkView(site, talk)),
  messages: site =>
    site.data.talks.flatMap(({ talk_id, messages }) => messages.map(one => ({ talk_id, ...one }))),
  pipelines: site => site.data.pipelines.map(one => pipelineView(site, one)),
  users: site => site.data.users.map(userView(site, everything)),
  links: site =>
    entityKinds.flatMap(kind =>
      site.data[kind].flatMap(({ id }) =>
        linksOf(site, kind, id).map(link => ({ entity_id: id, entity_type: kind, ...link })),
      ),
    ),
  events: site => site.data.events.map(eventView(site)),
  webhooks: site => site.data.webhooks.map(one => webhookView(site, one)),
};
