import { LRUCache } from 'lru-cache';
import type { Db } from '../db/index.ts';
import { type Clock, NotFound } from '../kernel/index.ts';
import type { Account, KommoClient } from './client.ts';
import { KommoForbidden } from './errors.ts';
import { askParts, fromMirror, type PartName } from './lead-parts.ts';
import {
  Contact,
  type ContactRecord,
  embedded,
  Lead,
  type LeadRecord,
  type MessageRecord,
  type NoteRecord,
  Pipeline,
  type PipelineRecord,
  parse,
  readable,
  type TaskRecord,
} from './lead-records.ts';
import { type LeadState, readLeadParts, readLeadState } from './mirrored-lead.ts';
import { isLimitedByStage, type KommoUser, maySee, readUser, rightOnLead } from './users.ts';

/** What a rep may see of a lead, as Kommo has it now, from the mirror where that is fresh. Lists are newest first. */
export interface LeadView {
  lead: LeadRecord;
  stage: { pipeline: string; status: string } | null;
  responsibleName: string | null;
  contacts: ContactRecord[];
  notes: NoteRecord[];
  tasks: TaskRecord[];
  messages: MessageRecord[];
  /** Parts Kommo did not give in time; the rest holds. */
  missing: PartName[];
}

export interface LeadReader {
  /** Name and id, if the user may see the lead. @throws NotFound, KommoUnavailable, ReconnectNeeded */
  authorise(
    account: Account,
    userId: number,
    leadId: number,
    signal?: AbortSignal,
  ): Promise<{ id: number; name: string }>;
  /** Everything the agent is told of the lead, within the user's rights. @throws as above */
  read(account: Account, userId: number, leadId: number, signal?: AbortSignal): Promise<LeadView>;
}

const rememberedMs = 20_000;
const contactsMax = 3;

export interface LeadReaderDeps {
  db: Db;
  client: KommoClient;
  clock: Clock;
  /** False where no copy of the accounts is kept. */
  mirrored: boolean;
}

interface Seen {
  lead: LeadRecord;
  user: KommoUser;
  /** When its reading began. */
  at: number;
}

/**
 * Tells of leads from the mirror while that is fresh, and reads them through to Kommo as the rep where it is
 * not, so that Kommo's own rights decide. Ours are checked either way.
 */
export function leadReader({ db, client, clock, mirrored }: LeadReaderDeps): LeadReader {
  const allowed = new LRUCache<string, Seen>({ max: 20_000, ttl: rememberedMs });
  // The card asks for suggestions and then an answer: both are told what was read once.
  const views = new LRUCache<string, { view: Promise<LeadView>; at: number }>({
    max: 2_000,
    ttl: rememberedMs,
  });
  const pipelines = new LRUCache<string, PipelineRecord[]>({ max: 5_000, ttl: 10 * 60_000 });

  async function stateOf({ tenantId }: Account, leadId: number): Promise<LeadState> {
    if (!mirrored) return unsynced;
    return db.withTenant(tenantId, tx => readLeadState(tx, tenantId, leadId, clock.now()));
  }

  async function readLead(
    account: Account,
    userId: number,
    leadId: number,
    { state, signal }: { state: LeadState; signal: AbortSignal | undefined },
  ): Promise<Seen> {
    const key = `${account.tenantId} ${userId} ${leadId}`;
    const known = allowed.get(key);
    if (known && holds(known, state)) return known;
    const at = clock.now().getTime();
    const user = await db.withTenant(account.tenantId, tx => readUser(tx, account.tenantId, userId));
    if (!user?.isActive) throw new NotFound('lead');
    const held = speaksFor(user, state) ? readable([state.lead], Lead)[0] : undefined;
    // Where the mirror says no, Kommo is asked: somebody may have been given the lead this moment.
    const lead =
      held && isVisible(held, user, leadId) ? held : await askLead(account, userId, leadId, signal);
    if (!isVisible(lead, user, leadId)) throw new NotFound('lead');
    const seen = { lead, user, at };
    allowed.set(key, seen);
    return seen;
  }

  async function askLead(
    account: Account,
    userId: number,
    leadId: number,
    signal: AbortSignal | undefined,
  ): Promise<LeadRecord> {
    const body = await client
      .get(account, `/leads/${leadId}?with=contacts`, { actAs: userId, ...(signal ? { signal } : {}) })
      .catch(error => {
        if (error instanceof KommoForbidden) return null;
        throw error;
      });
    if (body === null) throw new NotFound('lead');
    return parse(Lead, body);
  }

  async function readPipelines(account: Account, signal: AbortSignal | undefined) {
    const known = pipelines.get(account.tenantId);
    if (known) return known;
    const body = await client.get(account, '/leads/pipelines', signal ? { signal } : {});
    const list = body === null ? [] : embedded(body, 'pipelines', Pipeline);
    pipelines.set(account.tenantId, list);
    return list;
  }

  return {
    async authorise(account, userId, leadId, signal) {
      const state = await stateOf(account, leadId);
      const { lead } = await readLead(account, userId, leadId, { state, signal });
      return { id: lead.id, name: lead.name ?? '' };
    },
    async read(account, userId, leadId, signal) {
      const key = `${account.tenantId} ${userId} ${leadId}`;
      const state = await stateOf(account, leadId);
      const known = views.get(key);
      if (known && holds(known, state))
        return signal ? Promise.race([known.view, rejectOn(signal)]) : known.view;
      // Not under the first asker's signal: a second one may be waiting for the same.
      const at = clock.now().getTime();
      const reading = readView(account, userId, leadId, state);
      views.set(key, { view: reading, at });
      reading.then(
        view => view.missing.length > 0 && views.delete(key),
        () => views.delete(key),
      );
      return signal ? Promise.race([reading, rejectOn(signal)]) : reading;
    },
  };

  async function readView(
    account: Account,
    userId: number,
    leadId: number,
    state: LeadState,
  ): Promise<LeadView> {
    const signal = undefined;
    const { lead, user } = await readLead(account, userId, leadId, { state, signal });
    const { tenantId } = account;
    const contactIds = (lead._embedded?.contacts ?? [])
      .sort((a, b) => Number(b.is_main ?? false) - Number(a.is_main ?? false))
      .map(contact => contact.id)
      .slice(0, contactsMax);
    const seesContact = (contact: unknown) =>
      readable([contact], Contact).some(one => maySee(user.rights.contacts, user, ownerOf(one)));
    const responsibleId = lead.responsible_user_id ?? 0;
    const [held, responsible] = await db.withTenant(tenantId, async tx => [
      speaksFor(user, state) ? await readLeadParts(tx, tenantId, { leadId, contactIds, seesContact }) : null,
      responsibleId === 0 ? null : await readUser(tx, tenantId, responsibleId),
    ]);
    const { stages, ...parts } = held
      ? fromMirror(held)
      : await askParts(client, account, { userId, leadId, contactIds, seesContact }, () =>
          readPipelines(account, undefined),
        );
    const pipeline = stages.find(candidate => candidate.id === lead.pipeline_id);
    const status = pipeline?._embedded.statuses.find(candidate => candidate.id === lead.status_id);
    return {
      lead,
      stage: pipeline && status ? { pipeline: pipeline.name, status: status.name } : null,
      responsibleName: responsible?.name ?? null,
      ...parts,
      contacts: parts.contacts.filter(seesContact),
    };
  }
}

function rejectOn(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

const unsynced: LeadState = { state: 'unsynced', lastHookAt: null, lead: null };

/** What was read earlier is as good as new unless Kommo told of anything since, or just before. */
function holds({ at }: { at: number }, { state, lastHookAt }: LeadState): boolean {
  if (state === 'unsynced') return true;
  return state === 'fresh' && (lastHookAt === null || at - lastHookAt.getTime() > 5_000);
}

/** The mirror is filled with an administrator's eyes: it knows no rights but those on whole kinds. */
function speaksFor(user: KommoUser, { state }: LeadState): boolean {
  return state === 'fresh' && !isLimitedByStage(user);
}

function isVisible(lead: LeadRecord, user: KommoUser, leadId: number): boolean {
  const stage = { pipelineId: lead.pipeline_id ?? null, statusId: lead.status_id ?? null };
  const right = rightOnLead(user, 'view', stage) ?? 'D';
  return lead.id === leadId && maySee(right, user, ownerOf(lead));
}

function ownerOf(record: LeadRecord | ContactRecord) {
  return { responsibleUserId: record.responsible_user_id ?? null, groupId: record.group_id ?? null };
}
