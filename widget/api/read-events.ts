import { createParser } from 'eventsource-parser';
import type { RunEvent } from './types.ts';

/** Three missed pings: the connection is gone even if nobody said so. */
const SILENCE_MAX_MS = 45_000;

const known: ReadonlySet<string> = new Set([
  'run.started',
  'step',
  'text.delta',
  'citation',
  'done',
  'error',
] satisfies RunEvent['name'][]);

export type Received = { id: string | null; event: RunEvent };

/**
 * Hands over each event of a stream as it arrives, and resolves when the stream ends, however it ends.
 *
 * Events of unknown names and lines that are not JSON are skipped: a newer API may say more.
 */
export async function readEvents(body: ReadableStream<Uint8Array>, receive: (received: Received) => void): Promise<void> {
  const parser = createParser({
    onEvent({ id, event, data }) {
      if (!event || !known.has(event)) return;
      try {
        receive({ id: id ?? null, event: { name: event, data: JSON.parse(data) } as RunEvent });
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
      }
    },
  });
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let silence: ReturnType<typeof setTimeout> | undefined;
  try {
    for (;;) {
      clearTimeout(silence);
      silence = setTimeout(() => void reader.cancel().catch(() => undefined), SILENCE_MAX_MS);
      const { done, value } = await reader.read();
      if (done) return;
      parser.feed(decoder.decode(value, { stream: true }));
    }
  } finally {
    clearTimeout(silence);
  }
}
