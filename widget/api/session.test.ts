import { expect } from 'chai';
import { openSessions } from './session.ts';

const START = Date.UTC(2026, 0, 1);

function harness({ serverAheadMs = 0, status = 200 } = {}) {
  const state = { now: START, exchanges: 0 };
  const host = {
    locale: 'en',
    postWithOneTimeToken: async () => {
      state.exchanges += 1;
      const expiresAt = new Date(state.now + serverAheadMs + 600_000).toISOString();
      const body = { token: `s${state.exchanges}`, expiresAt, account: { id: 1 } };
      return {
        status,
        body: status === 200 ? JSON.stringify(body) : '{"code":"not-installed","requestId":"r"}',
      };
    },
  };
  const sessions = openSessions({ host, apiOrigin: 'https://api.example', now: () => state.now });
  return { state, sessions };
}

describe('The session', () => {
  it('is exchanged once for all who ask at the same time', async () => {
    const { state, sessions } = harness();
    const [a, b] = await Promise.all([sessions.current(), sessions.current()]);
    expect([a.token, b.token, state.exchanges]).to.deep.equal(['s1', 's1', 1]);
  });

  it('is renewed before it ends, not at its end', async () => {
    const { state, sessions } = harness();
    await sessions.current();
    state.now = START + 569_000;
    expect((await sessions.current()).token).to.equal('s1');
    state.now = START + 571_000;
    expect((await sessions.current()).token).to.equal('s2');
  });

  it('survives a clock that is hours off, either way', async () => {
    for (const serverAheadMs of [5 * 3_600_000, -5 * 3_600_000]) {
      const { state, sessions } = harness({ serverAheadMs });
      await sessions.current();
      state.now += 20_000;
      expect((await sessions.current()).token).to.equal('s1');
      state.now += 600_000;
      expect((await sessions.current()).token).to.equal('s2');
    }
  });

  it('is forgotten once refused, but a newer one is not', async () => {
    const { sessions } = harness();
    await sessions.current();
    sessions.reject('s1');
    expect((await sessions.current()).token).to.equal('s2');
    sessions.reject('s1');
    expect((await sessions.current()).token).to.equal('s2');
  });

  it('says by code why there is none, and tries again when asked again', async () => {
    const { state, sessions } = harness({ status: 401 });
    for (const exchanges of [1, 2]) {
      const fault = await sessions.current().catch((error: unknown) => error);
      expect(fault).to.include({ code: 'not-installed', status: 401, requestId: 'r' });
      expect(state.exchanges).to.equal(exchanges);
    }
  });
});
