import { startModelServer } from './model-server.ts';

/**
 * The scripted model server by itself, for benchmarks and browser tests: answers every chat with REPLY in about
 * CHUNKS pieces, waiting DELAY_MS before each. Prints its base URL.
 */
const {
  PORT = '0',
  REPLY = 'Delivery takes two to four working days [1].',
  CHUNKS = '8',
  DELAY_MS = '0',
} = process.env;

const server = await startModelServer({ port: Number(PORT) });
server.always(REPLY, { chunks: Number(CHUNKS), delayMs: Number(DELAY_MS) });
process.stdout.write(`${server.url}\n`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void server.close());
