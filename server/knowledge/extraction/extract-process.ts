/**
 * The process that reads one document and ends: memory and time are bounded from outside, the environment
 * is empty, and nothing in here can reach the network.
 */
import { Socket } from 'node:net';
import { perform } from './perform.ts';
import type { Reply, Request } from './protocol.ts';
import { tooComplex, Unreadable } from './unreadable.ts';

Reflect.deleteProperty(globalThis, 'fetch');
Reflect.deleteProperty(globalThis, 'WebSocket');
Socket.prototype.connect = () => {
  throw new Error('A document reader has no network.');
};

process.on('disconnect', () => process.exit(0));
process.on('uncaughtException', thrown => {
  finish(failure(unforeseen(thrown)));
});
process.once('message', (request: Request) => {
  void read(request).then(finish);
});

function finish(reply: Reply): void {
  process.send?.(reply, () => process.exit(0));
}

async function read(request: Request): Promise<Reply> {
  try {
    const result = await perform(request, (done, total) => {
      const progress: Reply = { kind: 'progress', done, total };
      process.send?.(progress);
    });
    return { kind: 'read', result };
  } catch (thrown) {
    return failure(thrown instanceof Unreadable ? thrown : unforeseen(thrown));
  }
}

function failure({ code, message, cause }: Unreadable): Reply {
  return { kind: 'unreadable', code, detail: message, reason: String(cause ?? code).slice(0, 500) };
}

/** A parser's own error; too deep a nesting shows as a RangeError of the stack. */
function unforeseen(thrown: unknown): Unreadable {
  if (thrown instanceof RangeError) return tooComplex();
  return new Unreadable('document-unreadable', 'This file is damaged and could not be read.', {
    cause: thrown,
  });
}
