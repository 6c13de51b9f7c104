import { eventStreamReader } from './event-stream.ts';
import type { RunEvent } from './types.ts';

/** Three missed pings: the connection is gone even if nobody said so. */
const SILENCE_MAX_MS = 45_000;

const known: ReadonlySet<string> = new Set([
  'run.started',
  'step',
  'text.delta',
  'citation',
  'proposal',
  'done',
  'error',
] satisfies RunEvent['name'][]);

export type Received = { id: string | null; event: RunEvent };

/** `null` for what cannot be read: a newer API may say more than we know. */
function readData(name: string, data: string): RunEvent | null {
  try {
    return known.has(name) ? ({ name, data: JSON.parse(data) } as RunEvent) : null;
  } catch {
    return null;
  }
}

/** Hands over each event of a stream as it arrives, and resolves when the stream ends, however it ends. */
export async function readEvents(
  body: ReadableStream<Uint8Array>,
  receive: (received: Received) => void,
): Promise<void> {
  const feed = eventStreamReader(({ id, name, data }) => {
    const event = readData(name, data);
    if (event) receive({ id, event });
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
      feed(decoder.decode(value, { stream: true }));
    }
  } finally {
    clearTimeout(silence);
  }
}
