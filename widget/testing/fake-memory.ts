import type { Fact } from '../api/proposal-types.ts';

let made = 0;

export const fact = (text: string, more: Partial<Fact> = {}): Fact => {
  made += 1;
  return {
    id: `fact-${made}`,
    about: 'lead',
    text,
    origin: 'rep',
    messageId: null,
    isPrivate: false,
    isSuggested: false,
    updatedAt: new Date().toISOString(),
    ...more,
  };
};

/** What is remembered, as the API would change it; null where the path is not its own. */
export function answerMemory(
  facts: Fact[],
  method: string,
  path: string,
  body: unknown,
): { status: number; body: unknown } | null {
  const [, kind, , rest, id] = path.split('/');
  if (kind !== 'leads' || rest !== 'memory') return null;
  if (method === 'GET') return { status: 200, body: { facts } };
  const at = id === undefined ? 0 : facts.findIndex(each => each.id === id);
  const known = facts[at];
  if (id !== undefined && !known) return { status: 404, body: { code: 'fact-not-found', detail: '' } };
  if (method === 'DELETE') {
    facts.splice(at, id === undefined ? facts.length : 1);
    return { status: 204, body: null };
  }
  const { text } = body as { text: string };
  if (known) facts[at] = { ...known, text, origin: 'rep', isSuggested: false };
  return { status: 200, body: facts[at] };
}
