import { randomUUID } from 'node:crypto';
import { type Harness, type Session, until } from '../testing/harness.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests read what the wire carries
export type Wire = any;

/** What a test asks of the actions of one lead, over the wire. */
export interface ActionsKit {
  post(session: Session, path: string, body?: unknown, key?: string): Promise<{ status: number; body: Wire }>;
  patch(session: Session, path: string, body: unknown): Promise<{ status: number; body: Wire }>;
  get(session: Session, path: string): Promise<Wire>;
  /** Proposes one action and answers its view. */
  propose(session: Session, leadId: number, action: string, args: object): Promise<Wire>;
  approve(session: Session, proposal: Wire, key?: string): Promise<{ status: number; body: Wire }>;
  /** Waits until the effect is in one of these states. */
  ended(session: Session, proposalId: string, ...states: string[]): Promise<Wire>;
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
    patch: (session, path, body) => send(session, 'PATCH', path, body, randomUUID()),
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
    async perform(session, leadId, action, args) {
      const proposal = await kit.propose(session, leadId, action, args);
      const approved = await kit.approve(session, proposal);
      if (approved.status !== 202) throw new Error(`Not approved: ${JSON.stringify(approved.body)}`);
      return kit.ended(session, proposal.id, 'done', 'dead', 'unknown');
    },
  };
  return kit;
}
