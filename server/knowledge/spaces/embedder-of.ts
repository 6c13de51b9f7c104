import type { Embedder } from '../../llm/index.ts';
import type { KnowledgeDeps } from '../deps.ts';

/** The model of a space, or null where nothing configured can make its vectors. */
export function embedderOf(
  { embedder, openEmbedder }: Pick<KnowledgeDeps, 'embedder' | 'openEmbedder'>,
  { model, dimensions }: { model: string; dimensions: number },
): Embedder | null {
  if (embedder === null) return null;
  if (embedder.model === model && embedder.dimensions === dimensions) return embedder;
  return openEmbedder?.(model, dimensions) ?? null;
}
