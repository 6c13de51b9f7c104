import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ActionName, Arguments, Change, Choices, Effect, ProposalView } from '../api/proposal-types.ts';

let made = 0;
const soon = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();

export const change = (
  field: string,
  kind: Change['kind'],
  before: Change['before'],
  after: Change['after'],
  label: string | null = null,
): Change => ({ field, label, kind, before, after });

export function proposal(
  action: ActionName,
  changes: Change[],
  more: Partial<ProposalView> = {},
): ProposalView {
  made += 1;
  const id = more.id ?? `proposal-${made}`;
  return {
    id,
    groupId: `group-of-${id}`,
    leadId: 2,
    runId: null,
    messageId: null,
    action,
    arguments: {},
    digest: `digest-${made}`,
    state: 'open',
    changes,
    conflict: null,
    effect: null,
    undo: { way: 'write-back', possible: true, why: null, state: null },
    target: { kind: 'lead', id: '2', name: 'Lead' },
    proposedBy: { kind: 'agent', name: 'Cardwise' },
    approvedBy: null,
    refusedReason: null,
    createdAt: new Date(Date.now() + made).toISOString(),
    expiresAt: soon(4),
    decidedAt: null,
    ...more,
  };
}

export const effect = (state: Effect['state'], more: Partial<Effect> = {}): Effect => ({
  id: 'effect-1',
  state,
  attempts: state === 'queued' ? 0 : 1,
  nextAttemptAt: null,
  error: null,
  result: null,
  ...more,
});

export const done = (url: string | null = 'https://northwind.kommo.com/leads/detail/2'): Effect =>
  effect('done', { result: { record: 'lead', recordId: '2', url } });

export const approved = (more: Partial<ProposalView> = {}): Partial<ProposalView> => ({
  state: 'approved',
  approvedBy: { id: 9100001, name: 'Olga Brandt' },
  decidedAt: new Date().toISOString(),
  ...more,
});

export const choices: Choices = {
  stages: [
    { pipelineId: 10, statusId: 100, pipeline: 'Sales', status: 'Negotiation', color: null },
    { pipelineId: 10, statusId: 143, pipeline: 'Sales', status: 'Closed - lost', color: null },
    { pipelineId: 20, statusId: 200, pipeline: 'Service', status: 'Repair', color: null },
  ],
  users: [
    { id: 9100001, name: 'Olga Brandt' },
    { id: 9100002, name: 'Ivan Petrov' },
  ],
  taskTypes: [
    { id: 1, name: 'Follow-up' },
    { id: 2, name: 'Meeting' },
  ],
  tags: [{ id: 1, name: 'vip' }],
  fields: [
    {
      id: 51,
      name: 'Colour',
      type: 'select',
      enums: [
        { id: 1, value: 'Red' },
        { id: 2, value: 'Blue' },
      ],
    },
    { id: 52, name: 'Signed', type: 'checkbox', enums: null },
    {
      id: 53,
      name: 'Extras',
      type: 'multiselect',
      enums: [
        { id: 7, value: 'Grinder' },
        { id: 8, value: 'Filter' },
      ],
    },
    { id: 55, name: 'Birthday', type: 'birthday', enums: null },
    { id: 54, name: 'Visit', type: 'date_time', enums: null },
  ],
  lossReasons: [{ id: 900, name: 'Too expensive' }],
  ways: [],
};

type Answer = { status: number; body: unknown };
const problem = (status: number, code: string, more: object = {}): Answer => ({
  status,
  body: { type: 'about:blank', title: code, status, detail: code, code, requestId: 'req-42', ...more },
});

/** The proposals of the contract: decided as the API would, performed as the test says. */
export class FakeProposals {
  readonly views = new Map<string, ProposalView>();
  readonly #answered = new Map<string, Answer>();
  /** What the record holds by now, by proposal: the next approval of it is a conflict. */
  readonly changed = new Map<string, Change[]>();
  /** Decisions that took effect, a line each. */
  readonly taken: string[] = [];

  add(...views: ProposalView[]) {
    for (const view of views) this.views.set(view.id, view);
  }
  update(id: string, more: Partial<ProposalView>) {
    const view = this.views.get(id);
    if (!view) throw new Error(`There is no proposal ${id}`);
    const next = { ...view, ...more };
    this.views.set(id, next);
    return next;
  }

  /** `null` where the path is not one of proposals. */
  answer(method: string, path: string, query: URLSearchParams, key: string, body: unknown): Answer | null {
    const [, kind = '', id = '', verb = ''] = path.split('/');
    if (kind === 'leads' && verb === 'choices') return { status: 200, body: choices };
    if (!(kind === 'leads' && verb === 'proposals') && kind !== 'proposals' && kind !== 'proposal-groups')
      return null;
    if (method === 'GET') return this.#read(kind, Number(id), id, query);
    if (!key) return problem(400, 'idempotency-key-missing');
    const known = this.#answered.get(key);
    if (known) return known;
    const given = (body ?? {}) as Record<string, unknown>;
    const answer = this.#decide(kind, id, verb, given);
    this.#answered.set(key, answer);
    return answer;
  }

  #read(kind: string, leadId: number, id: string, query: URLSearchParams): Answer {
    if (kind === 'proposals') {
      const view = this.views.get(id);
      return view ? { status: 200, body: view } : problem(404, 'not-found');
    }
    const open = query.get('state') === 'open';
    const proposals = [...this.views.values()].filter(
      view => view.leadId === leadId && (!open || view.state === 'open' || view.state === 'draft'),
    );
    return { status: 200, body: { proposals, nextCursor: null } };
  }

  #decide(kind: string, id: string, verb: string, given: Record<string, unknown>): Answer {
    if (kind === 'leads') return this.#create(Number(id), given);
    if (kind === 'proposal-groups') {
      const digests = given['digests'] as Record<string, string>;
      const proposals = Object.entries(digests).map(([each, digest]) => {
        this.#approve(each, digest);
        return this.views.get(each);
      });
      return { status: 202, body: { proposals } };
    }
    const view = this.views.get(id);
    if (!view) return problem(404, 'not-found');
    switch (verb) {
      case '':
        return { status: 200, body: this.#change(view, given) };
      case 'approve':
        return this.#approve(id, String(given['digest']));
      case 'refuse':
        this.taken.push(`refuse ${id}`);
        return {
          status: 200,
          body: this.update(id, { state: 'refused', refusedReason: (given['reason'] as string) ?? null }),
        };
      case 'undo':
        this.taken.push(`undo ${id}`);
        return { status: 202, body: this.update(id, { undo: { ...view.undo, state: 'queued' } }) };
      default:
        return problem(404, 'not-found');
    }
  }

  #approve(id: string, digest: string): Answer {
    const view = this.views.get(id);
    if (!view) return problem(404, 'not-found');
    if (view.state !== 'open' && view.state !== 'draft') return problem(409, 'proposal-closed');
    if (view.digest !== digest) return problem(409, 'proposal-changed');
    const differences = this.changed.get(id);
    if (differences) {
      const conflict = { at: new Date().toISOString(), differences };
      return problem(409, 'proposal-conflict', {
        proposal: this.update(id, { conflict, digest: `${digest}'` }),
      });
    }
    this.taken.push(`approve ${id}`);
    return { status: 202, body: this.update(id, approved({ effect: effect('queued') })) };
  }

  #change(view: ProposalView, given: Record<string, unknown>): ProposalView {
    const differences = this.changed.get(view.id) ?? [];
    this.changed.delete(view.id);
    this.taken.push(`change ${view.id}`);
    const changes = view.changes.map(each => {
      const now = differences.find(({ field }) => field === each.field);
      return now ? { ...each, before: now.after } : each;
    });
    return this.update(view.id, {
      ...(given['arguments'] ? { arguments: given['arguments'] as Arguments } : {}),
      ...(given['draft'] !== undefined && { state: given['draft'] ? 'draft' : 'open' }),
      digest: `${view.digest}+`,
      changes,
      conflict: null,
    });
  }

  #create(leadId: number, given: Record<string, unknown>): Answer {
    const actions = given['actions'] as { action: ActionName; arguments: Arguments }[];
    const groupId = `group-${made}`;
    const proposals = actions.map(({ action, arguments: args }) =>
      proposal(action, [change('text', 'text', null, String(args['text'] ?? ''))], {
        leadId,
        groupId,
        arguments: args,
        state: given['draft'] === true ? 'draft' : 'open',
        proposedBy: { kind: 'rep', name: 'Olga Brandt' },
      }),
    );
    this.add(...proposals);
    this.taken.push(`create ${proposals.length}`);
    return { status: 201, body: { groupId, proposals } };
  }
}

export function serveProposals(
  proposals: FakeProposals,
  { method = 'GET', headers }: IncomingMessage,
  path: string,
  query: URLSearchParams,
  text: string,
  response: ServerResponse,
): boolean {
  const key = String(headers['idempotency-key'] ?? '');
  const answer = proposals.answer(method, path, query, key, text ? JSON.parse(text) : null);
  if (!answer) return false;
  const type = answer.status < 400 ? 'application/json' : 'application/problem+json';
  response.writeHead(answer.status, { 'Content-Type': type }).end(JSON.stringify(answer.body));
  return true;
}
