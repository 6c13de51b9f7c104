import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';

const timeoutMs = 2000;

/** Sends hooks; `close` drops the idle connections. */
export interface Poster {
  /** The answer's status; 499 when none came in 2 s, 0 when there was no connection. */
  post(url: string, body: string): Promise<number>;
  close(): void;
}

/** With the very headers of the platform: `fetch` would add its own. */
export function openPoster(): Poster {
  const plain = new Agent({ keepAlive: true, maxSockets: 64 });
  const tls = new TlsAgent({ keepAlive: true, maxSockets: 64 });
  return {
    post: (url, body) =>
      new Promise(resolve => {
        const secure = url.startsWith('https:');
        const options = {
          method: 'POST',
          headers: {
            'content-type': 'application/x-www-form-urlencoded',
            'content-length': String(Buffer.byteLength(body)),
            'user-agent': 'amoCRM-Webhooks/3.0',
            'accept-encoding': 'gzip',
            'x-amocrm-requestid': randomUUID(),
          },
        };
        let done = false;
        const end = (status: number) => {
          if (done) return;
          done = true;
          clearTimeout(timer);
          resolve(status);
        };
        const asked = secure
          ? tlsRequest(url, { ...options, agent: tls })
          : request(url, { ...options, agent: plain });
        const timer = setTimeout(() => {
          end(499);
          asked.destroy();
        }, timeoutMs);
        asked.on('response', answer => {
          answer.resume();
          end(answer.statusCode ?? 0);
        });
        asked.on('error', () => end(0));
        asked.end(body);
      }),
    close() {
      plain.destroy();
      tls.destroy();
    },
  };
}
