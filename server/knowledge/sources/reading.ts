import type { KnowledgeDeps } from '../deps.ts';
import { defaultExtractorPath, readApart } from '../extraction/extract.ts';
import type { Task, Tasks } from '../extraction/protocol.ts';

/** Has something from outside parsed in the reading process. @throws Unreadable */
export function read<T extends Task>(
  deps: KnowledgeDeps,
  task: T,
  input: Tasks[T]['asks'],
  signal: AbortSignal,
): Promise<Tasks[T]['gives']> {
  return readApart(task, input, {
    ...(deps.extractionLimits ?? { timeMsMax: 60_000, memoryMbMax: 640 }),
    extractorPath: deps.extractorPath ?? defaultExtractorPath(),
    onProgress: () => {},
    signal,
  });
}
