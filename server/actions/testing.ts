import { randomUUID } from 'node:crypto';
import { type Harness, type Session, until } from '../testing/harness.ts';
import type { SandboxAccount, SandboxProcess } from '../testing/sandbox-process.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests read what the wire carries
export type Wire = any;

/** What a test asks of the actions of one lead, over the wire. */
export interface ActionsKit {
  post(session: Session, path: string, body?: unknown, key?: string): Promise<{ status: number; body: Wire }>;
  patch(session: Session, path: string, body: unknown, key?: string): Promise<{ status: number; body: Wire }>;
  get(session: Session, path: string): Promise<Wire>;
  /** Proposes one action and answers its view. */
  propose(session: Session, leadId: number, action: string, args: object): Promise<Wire>;
  approve(session: Session, proposal: Wire, key?: string): Promise<{ status: number; body: Wire }>;
  /** Waits until the effect is in one of these states. */
  ended(session: Session, proposalId: string, ...states: string[]): Promise<Wire>;
  /** Undoes it and waits until that is done. */
  undone(session: Session, proposalId: string): Promise<Wire>;
  /** Proposes, approves and waits until it is done. */
  perform(session: Session, leadId: number, action: string, args: object): Promise<Wire>;
}

export function actionsKit(harness: Harness): ActionsKit {
  const send = async (session: Session, method: string, path: string, body: unknown, key: string) => {
    const answer = await harness.fetch(session, path, {
      method,
      headers: { 'idempotency-key': key },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? null : JSON.parse(text) };
  };
  const kit: ActionsKit = {
    post: (session, path, body = {}, key = randomUUID()) => send(session, 'POST', path, body, key),
    patch: (session, path, body, key = randomUUID()) => send(session, 'PATCH', path, body, key),
    get: async (session, path) => (await harness.fetch(session, path)).json(),
    async propose(session, leadId, action, args) {
      const actions = [{ action, arguments: args }];
      const answer = await kit.post(session, `/v1/leads/${leadId}/proposals`, { actions });
      if (answer.status !== 201) throw new Error(`Not proposed: ${JSON.stringify(answer.body)}`);
      return answer.body.proposals[0];
    },
    approve: (session, { id, digest }, key) =>
      kit.post(session, `/v1/proposals/${id}/approve`, { digest }, key),
    async ended(session, proposalId, ...states) {
      let view: Wire;
      await until(async () => {
        view = await kit.get(session, `/v1/proposals/${proposalId}`);
        return states.includes(view.effect?.state);
      });
      return view;
    },
    async undone(session, proposalId) {
      const answer = await kit.post(session, `/v1/proposals/${proposalId}/undo`);
      if (answer.status !== 202) throw new Error(`Not undone: ${JSON.stringify(answer.body)}`);
      let view: Wire;
      await until(async () => {
        view = await kit.get(session, `/v1/proposals/${proposalId}`);
        return ['done', 'conflict', 'failed', 'unknown'].includes(view.undo.state);
      });
      if (view.undo.state !== 'done') throw new Error(`The undo ended ${view.undo.state}.`);
      return view;
    },
    async perform(session, leadId, action, args) {
      const proposal = await kit.propose(session, leadId, action, args);
      const approved = await kit.approve(session, proposal);
      if (approved.status !== 202) throw new Error(`Not approved: ${JSON.stringify(approved.body)}`);
      return kit.ended(session, proposal.id, 'done', 'dead', 'unknown');
    },
  };
  return kit;
}

/** The account as its own page reads it: past our server, with the session of an administrator. */
export async function kommoPage(
  sandbox: SandboxProcess,
  account: SandboxAccount,
  userId: number,
): Promise<(method: string, path: string, body?: unknown) => Promise<Wire>> {
  const opened = await sandbox.control(account, 'POST', '/sessions', { userId });
  const cookie = (opened.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  return async (method, path, body) => {
    const answer = await fetch(`${account.origin}/api/v4${path}`, {
      method,
      headers: { cookie, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.status === 204 ? null : answer.json();
  };
}

/** How often the account was asked to change something, since a call's number. */
export async function writesSince(
  sandbox: SandboxProcess,
  account: SandboxAccount,
  seq: number,
): Promise<{ writes: string[]; last: number }> {
  const { calls } = (await (await sandbox.control(account, 'GET', `/calls?since=${seq}`)).json()) as {
    calls: { seq: number; method: string; path: string; status: number }[];
  };
  return {
    writes: calls
      // Asking for hooks is the mirror's, whenever it gets to it.
      .filter(({ path }) => path.startsWith('/api/v4/') && path !== '/api/v4/webhooks')
      .filter(({ method }) => method !== 'GET')
      .map(({ method, path }) => `${method} ${path.slice('/api/v4'.length)}`),
    last: calls.at(-1)?.seq ?? seq,
  };
}
