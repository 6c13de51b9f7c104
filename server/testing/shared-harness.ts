import { randomBytes } from 'node:crypto';
import { type Keys, keysFrom } from '../secrets/index.ts';
import { atEnd } from './at-end.ts';
import { type Harness, startHarness } from './harness.ts';
import { type ModelServer, startModelServer } from './model-server.ts';
import { type MovableClock, movableClock } from './movable-clock.ts';

export interface SharedHarness extends Harness {
  model: ModelServer;
  clock: MovableClock;
  /** The server's own, so that a test can open what is sealed. */
  keys: Keys;
}

export type { MovableClock } from './movable-clock.ts';

let shared: Promise<SharedHarness> | null = null;

/**
 * One server with a scripted model and one sandbox for all suites of this process that leave it as they
 * found it: both accounts installed, the clock reset, no fault planned, every scripted step used.
 */
export function sharedHarness(): Promise<SharedHarness> {
  shared ??= open();
  return shared;
}

async function open(): Promise<SharedHarness> {
  const model = await startModelServer();
  const clock = movableClock();
  const env = {
    OPENAI_BASE_URL: model.url,
    OPENAI_API_KEY: 'sk-canary-model-key-7f3a',
    MODEL_TIMEOUT_MS: '4000',
  };
  const keys = keysFrom(randomBytes(32));
  const harness = await startHarness({ env, clock, keys });
  atEnd(async () => {
    await harness.close();
    await model.close();
  });
  return Object.assign(harness, { model, clock, keys });
}
