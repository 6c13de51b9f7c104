import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  headers: Record<string, string | string[] | undefined>;
  body: string;
  /** Decoded: `leads[add][0][id]` and its value, in the order they came. */
  fields: Map<string, string>;
}

/** A receiver of account hooks, which answers as it is told. */
export interface Listener {
  url: string;
  received: Received[];
  /** The status of the next answers; 0 answers nothing at all. */
  answer: number;
  clear(): void;
  close(): Promise<void>;
}

export async function openListener(): Promise<Listener> {
  const received: Received[] = [];
  const listener = { answer: 200 };
  const server = createServer(async (req, res) => {
    let body = '';
    for await (const chunk of req) body += String(chunk);
    received.push({ headers: req.headers, body, fields: new Map(new URLSearchParams(body)) });
    if (listener.answer > 0) res.writeHead(listener.answer).end();
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(listener, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/kommo/hooks/3f1c0e5e9b`,
    received,
    clear: () => {
      received.length = 0;
    },
    close: () =>
      new Promise<void>(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}
