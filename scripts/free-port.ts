import { createServer } from 'node:net';

/** A port of this machine's own that nobody listens on, with `count - 1` more free ones after it. */
export async function freePort(count = 1): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const first = await take(0);
    const ports = await Promise.all(
      Array.from({ length: count - 1 }, (_, index) => take(first + index + 1).catch(() => null)),
    );
    if (ports.every(port => port !== null)) return first;
  }
  throw new Error('No free ports were found.');
}

function take(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      const taken = typeof address === 'object' && address ? address.port : port;
      server.close(() => resolve(taken));
    });
  });
}
