import { z } from 'zod';
import { ModelAnswerUnreadable } from './errors.ts';
import { type ClientOptions, createClient } from './openai-client.ts';
import { translateFailure } from './translate-failure.ts';
import { Watch } from './watch.ts';

const Listed = z.object({ data: z.array(z.object({ id: z.string().min(1).max(200) })) });
/** OpenRouter's list, the longest we know, has 500 models and half a megabyte. */
const bytesMax = 4 * 1024 * 1024;
export const listedModelsMax = 1_000;

/**
 * The names of the models that a provider offers, in order of the alphabet; so many at most.
 *
 * @throws the errors of errors.ts
 */
export async function listModels(options: ClientOptions, signal: AbortSignal): Promise<string[]> {
  const watch = new Watch(signal, options.timeoutMs);
  try {
    const response = await createClient(options).models.list({ signal: watch.signal }).asResponse();
    const { data } = Listed.safeParse(JSON.parse(await readBounded(response))).data ?? {};
    if (data === undefined) throw new ModelAnswerUnreadable();
    return [...new Set(data.map(({ id }) => id))].sort().slice(0, listedModelsMax);
  } catch (thrown) {
    signal.throwIfAborted();
    throw watch.signal.aborted ? watch.signal.reason : translateFailure(thrown);
  } finally {
    watch.close();
  }
}

/** A list is an account's to name, so its length is not trusted. */
async function readBounded(response: Response): Promise<string> {
  const pieces: Uint8Array[] = [];
  let seen = 0;
  if (response.body === null) throw new ModelAnswerUnreadable();
  for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>) {
    seen += piece.byteLength;
    if (seen > bytesMax) throw new ModelAnswerUnreadable();
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}
