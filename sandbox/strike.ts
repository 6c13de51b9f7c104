import type { NextFunction, Request, Response } from 'express';
import { forbidden } from './errors.ts';
import { sendProblem } from './rest/answer.ts';
import type { Site } from './site.ts';
import { addressOf } from './site.ts';

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
      case 'forbidden':
        sendProblem(res, forbidden());
        return;
      case 'lost-response':
        loseResponse(res);
        next();
        return;
      case 'lost-request':
        req.socket.destroy();
        return;
      case 'ban':
        site.world.addresses.ban(addressOf(req), Math.ceil((fault.ms ?? 60_000) / 1000));
        refuseAddress(res);
        return;
      case 'expired-token':
        for (const pair of site.data.pairs) {
          pair.accessExpiresAt = Math.min(pair.accessExpiresAt, site.clock.now());
        }
        site.store.touch();
        next();
        return;
      default:
        // The grant is revoked: `revoke` is its older name here.
        site.data.pairs = [];
        site.data.codes = [];
        site.store.touch();
        next();
    }
  };
}

/** Kommo: a blocked address is refused everywhere, without JSON. */
export function refuseAddress(res: Response): void {
  res.status(403).type('text/html').send('<html><body><h1>403 Forbidden</h1></body></html>');
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
