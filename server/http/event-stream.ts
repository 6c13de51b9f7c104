import type { Request, Response } from 'express';

/** Server-sent events on one response. */
export interface EventStream {
  /** Aborts when the peer is gone or the stream was ended. */
  readonly signal: AbortSignal;
  send(id: number, event: string, data: unknown): void;
  end(): void;
}

const pingMs = 15_000;

/** Opens the stream: headers at once, so that the peer knows it is on, and a comment now and then. */
export function openEventStream(res: Response): EventStream {
  const gone = new AbortController();
  res.status(200).set({
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store, no-transform',
    'X-Accel-Buffering': 'no',
  });
  res.flushHeaders();
  res.socket?.setNoDelay(true);
  const ping = setInterval(() => res.write(': ping\n\n'), pingMs).unref();
  const leave = () => {
    clearInterval(ping);
    gone.abort();
  };
  // A peer that left while the answer was prepared closed before anybody listened.
  if (res.destroyed || res.closed) leave();
  else res.on('close', leave);
  return {
    signal: gone.signal,
    send(id, event, data) {
      if (!gone.signal.aborted) res.write(`id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    },
    end() {
      clearInterval(ping);
      if (!res.writableEnded) res.end();
    },
  };
}

/** The number a reconnecting reader has seen last; 0 for none. */
export function lastEventId(req: Request): number {
  const given = Number(req.get('last-event-id') ?? 0);
  return Number.isSafeInteger(given) && given > 0 ? given : 0;
}
