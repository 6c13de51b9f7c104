import { faultOf } from './api-fault.ts';
import type { Sessions } from './session.ts';
import type { CitedSource, Feedback, Session, Suggestion, Thread } from './types.ts';

export type Fetch = typeof globalThis.fetch;

type Call = {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  keepalive?: boolean;
};

export type Client = ReturnType<typeof openClient>;

export function openClient({
  sessions,
  apiOrigin,
  fetch,
}: {
  sessions: Sessions;
  apiOrigin: string;
  fetch: Fetch;
}) {
  async function send(path: string, call: Call, session: Session): Promise<Response> {
    const headers: Record<string, string> = { Authorization: `Bearer ${session.token}`, ...call.headers };
    if (call.body !== undefined) headers['Content-Type'] = 'application/json';
    return fetch(`${apiOrigin}/v1${path}`, {
      method: call.method ?? 'GET',
      headers,
      ...(call.body !== undefined && { body: JSON.stringify(call.body) }),
      ...(call.signal && { signal: call.signal }),
      ...(call.keepalive && { keepalive: true }),
      credentials: 'omit',
      cache: 'no-store',
    });
  }

  /** A 401 means that the session ended early: it is renewed and the call repeated, once. */
  async function request(path: string, call: Call = {}): Promise<Response> {
    let session = await sessions.current();
    let answer = await send(path, call, session);
    if (answer.status === 401) {
      sessions.reject(session.token);
      session = await sessions.current();
      answer = await send(path, call, session);
    }
    if (!answer.ok) throw faultOf(answer.status, await answer.text(), answer.headers.get('Retry-After'));
    return answer;
  }

  async function json<Answer>(path: string, call?: Call): Promise<Answer> {
    return (await request(path, call)).json() as Promise<Answer>;
  }

  return {
    request,
    json,
    session: () => sessions.current(),
    thread(leadId: number, before: string | null, signal: AbortSignal) {
      const query = before ? `&before=${encodeURIComponent(before)}` : '';
      return json<Thread>(`/leads/${leadId}/thread?limit=30${query}`, { signal });
    },
    async suggestions(leadId: number, locale: string, signal: AbortSignal) {
      const path = `/leads/${leadId}/suggestions?locale=${encodeURIComponent(locale)}`;
      return (await json<{ suggestions: Suggestion[] }>(path, { signal })).suggestions;
    },
    ask(leadId: number, question: { text: string; locale: string }, key: string, signal: AbortSignal) {
      const headers = { 'Idempotency-Key': key };
      return request(`/leads/${leadId}/messages`, { method: 'POST', body: question, headers, signal });
    },
    retry(runId: string, key: string, signal: AbortSignal) {
      return request(`/runs/${runId}/retry`, { method: 'POST', headers: { 'Idempotency-Key': key }, signal });
    },
    events(runId: string, lastEventId: string | null, signal: AbortSignal) {
      const headers: Record<string, string> = lastEventId === null ? {} : { 'Last-Event-ID': lastEventId };
      return request(`/runs/${runId}/events`, { headers, signal });
    },
    /** Outlives the page: it is sent while the card is being left. */
    cancel(runId: string) {
      return request(`/runs/${runId}/cancel`, { method: 'POST', keepalive: true });
    },
    rate(messageId: string, feedback: Feedback) {
      return json<Feedback>(`/messages/${messageId}/feedback`, { method: 'PUT', body: feedback });
    },
    unrate(messageId: string) {
      return request(`/messages/${messageId}/feedback`, { method: 'DELETE' });
    },
    citation(citationId: string, signal: AbortSignal) {
      return json<CitedSource>(`/citations/${citationId}`, { signal });
    },
  };
}
