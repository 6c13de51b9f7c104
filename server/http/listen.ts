import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError } from '../kernel/index.ts';

/** Another program listens there already. */
export class PortTaken extends AppError {
  readonly code = 'port-taken';
  readonly status = 500;

  constructor(host: string, port: number) {
    super(
      `Port ${port} on ${host} is taken. Stop the program that uses it, or choose another: PORT=<number>.`,
    );
  }
}

/** This user may not listen there. */
export class PortRefused extends AppError {
  readonly code = 'port-refused';
  readonly status = 500;

  constructor(host: string, port: number, cause: unknown) {
    super(
      `This process cannot listen on ${host}:${port}. Check HOST, and choose a PORT above 1023 unless it runs as root.`,
      { cause },
    );
  }
}

export interface Listening {
  server: Server;
  port: number;
  /** Takes nobody new, lets open answers finish for `graceMs`, then cuts them. */
  close(graceMs: number): Promise<void>;
}

/** @throws PortTaken, PortRefused */
export async function listen(
  handler: RequestListener,
  { host, port }: { host: string; port: number },
): Promise<Listening> {
  const server = createServer({ keepAliveTimeout: 65_000, requestTimeout: 120_000 }, handler);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new PortTaken(host, port) : new PortRefused(host, port, error));
    });
    server.listen(port, host, resolve);
  });
  return {
    server,
    port: (server.address() as AddressInfo).port,
    async close(graceMs) {
      const closed = new Promise<void>(resolve => server.close(() => resolve()));
      server.closeIdleConnections();
      const cut = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(cut);
    },
  };
}
