import type { NextFunction, Request, Response } from 'express';
import type { Site } from './site.ts';

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
