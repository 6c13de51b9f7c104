import type { AnswerRequest } from '../llm/index.ts';

/**
 * A smaller request for a model whose window the given one does not fit: of the documents the worse half goes,
 * of the lead's records the older half, of the conversation the earlier half, and last of all its summary. Numbers
 * stay what they were.
 *
 * @returns null when nothing is left to leave out
 */
export function trimRequest(request: AnswerRequest): AnswerRequest | null {
  const { history, sources, exchanges = [] } = request;
  const documents = sources.filter(({ kind }) => kind === 'document');
  const records = sources.filter(({ kind }) => kind === 'lead');
  if (documents.length <= 1 && records.length === 0 && history.length === 0) {
    const { summary, ...less } = request;
    return summary === undefined ? null : less;
  }
  const kept = new Set([...betterHalf(documents), ...records.slice(0, Math.floor(records.length / 2))]);
  return {
    ...request,
    history: history.slice(Math.ceil(history.length / 2)),
    sources: sources.filter(source => kept.has(source)),
    exchanges: exchanges.map(exchange => ({
      ...exchange,
      results: exchange.results.map(({ id, content }) => ({ id, content: content.slice(0, 2_000) })),
    })),
  };
}

function betterHalf<T extends { score: number }>(documents: T[]): T[] {
  return [...documents].sort((a, b) => b.score - a.score).slice(0, Math.ceil(documents.length / 2));
}
