import type { NextFunction, Request, Response } from 'express';
import type { Site } from './site.ts';

export interface Fault {
  match: { method?: string | undefined; path?: string | undefined };
  kind: 'latency' | 'status' | 'lost-response' | 'revoke';
  ms?: number | undefined;
  status?: number | undefined;
  /** How often it strikes; without it, until the faults are cleared. */
  times?: number | undefined;
}

export interface Faults {
  add(fault: Fault): void;
  clear(): void;
  take(method: string, path: string): Fault | undefined;
}

export function openFaults(): Faults {
  let faults: Fault[] = [];
  return {
    add: fault => {
      faults.push({ ...fault });
    },
    clear: () => {
      faults = [];
    },
    take(method, path) {
      const fault = faults.find(
        ({ match }) =>
          (match.method === undefined || match.method.toUpperCase() === method) &&
          (match.path === undefined || path === match.path || path.startsWith(match.path)),
      );
      if (fault?.times !== undefined) {
        fault.times -= 1;
        if (fault.times <= 0) faults = faults.filter(other => other !== fault);
      }
      return fault;
    },
  };
}

/** Strikes with the planned fault, if one fits the request. A path matches by its beginning. */
export function strike(site: Site) {
  return (req: Request, res: Response, next: NextFunction) => {
    const fault = site.faults.take(req.method, req.baseUrl + req.path);
    switch (fault?.kind) {
      case undefined:
        next();
        return;
      case 'latency':
        setTimeout(next, fault.ms ?? 1000);
        return;
      case 'status':
        res.status(fault.status ?? 500).type('text/html');
        res.send('<html><body>The service is out of order</body></html>');
        return;
      case 'lost-response':
        loseResponse(res);
        next();
        return;
      case 'revoke':
        site.data.pairs = [];
        site.store.touch();
        next();
        return;
    }
  };
}

/** The request is carried out, and its caller never learns. */
function loseResponse(res: Response): void {
  const drop = () => {
    res.socket?.destroy();
    return res;
  };
  res.writeHead = drop;
  res.write = () => {
    drop();
    return false;
  };
  res.end = drop;
}
