import { startModelServer } from '../server/testing/model-server.ts';

/** The scripted provider both servers talk to: the same answer, in as many pieces as asked for, at once. */
const words = 'The warranty runs for twenty-four months from the day of delivery [1]. '.repeat(6);
const server = await startModelServer({ port: 0 });
server.always(words, { chunks: Number(process.env.CHUNKS ?? 64) });
process.send?.({ ready: true, url: server.url });
process.on('disconnect', () => process.exit(0));
