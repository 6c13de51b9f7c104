import { setTimeout as delay } from 'node:timers/promises';
import type { EmbeddingChange } from './knowledge-arguments.ts';
import type { KnowledgeClient, RemoteEstimate, RemoteSpaces } from './knowledge-client.ts';

/** Shows the models whose vectors an account has and what changing would cost; changes once that is confirmed. */
export async function changeEmbedding(
  client: KnowledgeClient,
  { change, confirm }: { change: EmbeddingChange; confirm: boolean },
  write: (text: string) => void,
): Promise<number> {
  const { spaces } = await client.spaces();
  for (const space of spaces) write(`${named(space)}  (${stateOf(space)})\n`);
  const estimate = await client.estimateSpace(change);
  const serves = spaces.some(space => space.state === 'serving' && named(space) === named(estimate));
  if (serves) {
    write('Searches use this model already.\n');
    return 0;
  }
  write(priceOf(estimate));
  if (!confirm) {
    write('Nothing was changed. Add --confirm to begin.\n');
    return 0;
  }
  return follow(client, named(estimate), await client.requestSpace(change, estimate.costMicros), write);
}

/** Stops a change that is under way. */
export async function cancelEmbedding(
  client: KnowledgeClient,
  write: (text: string) => void,
): Promise<number> {
  const building = (await client.spaces()).spaces.find(({ state }) => state === 'building');
  if (!building) {
    write('Nothing is being changed.\n');
    return 1;
  }
  await client.cancelSpace(building.id);
  write('Stopped. The model before goes on answering.\n');
  return 0;
}

async function follow(
  client: KnowledgeClient,
  name: string,
  begun: RemoteSpaces,
  write: (text: string) => void,
): Promise<number> {
  let told = '';
  for (let now = begun; ; now = await client.spaces()) {
    const space = now.spaces.find(each => named(each) === name);
    if (!space || space.state === 'serving') {
      write('Searches use it now.\n');
      return 0;
    }
    const what = stateOf(space);
    if (what !== told) write(`  ${what}\n`);
    told = what;
    if (space.failure || space.state === 'retired') return 1;
    await delay(400);
  }
}

const named = ({ model, dimensions, precision }: { model: string; dimensions: number; precision: string }) =>
  `${model}, ${dimensions} dimensions, ${precision} precision`;

function stateOf({ state, progress, failure }: RemoteSpaces['spaces'][number]): string {
  if (failure) return `${state}, failed: ${failure.code}; it is tried again within the hour`;
  return state === 'building' ? `building, ${progress.done} of ${progress.total} passages` : state;
}

function priceOf({ passages, missing, tokens, costMicros, pricesOf, ...kind }: RemoteEstimate): string {
  const dollars = `$${(costMicros / 1_000_000).toFixed(4)}`;
  const list = pricesOf ? `by the price list of ${pricesOf}` : 'at a cautious price, as its own is not known';
  return `${named(kind)}: ${missing} texts to embed for ${passages} passages, about ${tokens} tokens, ${dollars} ${list}.\n`;
}
