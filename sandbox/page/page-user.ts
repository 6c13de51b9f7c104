import type { Request, Response } from 'express';
import { forbidden, unauthorized } from '../errors.ts';
import type { User } from '../records.ts';
import { sessionOf } from '../sessions.ts';
import type { Site } from '../site.ts';

export function pageUser(site: Site, req: Request, res: Response): User {
  const session = sessionOf(site, req);
  if (!session) throw unauthorized();
  res.locals['userId'] = session.user.id;
  return session.user;
}

export function pageAdmin(site: Site, req: Request, res: Response): User {
  const user = pageUser(site, req, res);
  if (!user.rights.is_admin) throw forbidden();
  return user;
}
