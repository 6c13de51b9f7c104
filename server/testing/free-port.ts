import { createServer } from 'node:net';

/** A port of this machine that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  await new Promise(closed => server.close(closed));
  if (typeof address !== 'object' || address === null) throw new Error('No port was given.');
  return address.port;
}
