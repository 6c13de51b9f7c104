import { createHmac, randomBytes } from 'node:crypto';
import type { Request, Response } from 'express';
import type { User } from './records.ts';
import type { Site } from './site.ts';

const sessionsKept = 500;

/** Cookies ignore ports, and every account is at 127.0.0.1: the account's id keeps their sessions apart. */
export function cookieName(site: Site): string {
  return `crm_session_${site.data.account.id}`;
}

export function openSession(site: Site, res: Response, userId: number): string {
  const id = randomBytes(24).toString('base64url');
  const { sessions } = site.data;
  const oldest = Object.keys(sessions);
  for (const stale of oldest.slice(0, Math.max(0, oldest.length - sessionsKept))) delete sessions[stale];
  sessions[id] = { userId, createdAt: site.clock.now() };
  site.store.touch();
  res.cookie(cookieName(site), id, { httpOnly: true, sameSite: 'lax', path: '/' });
  return id;
}

export interface PageSession {
  id: string;
  user: User;
}

export function sessionOf(site: Site, req: Request): PageSession | undefined {
  const wanted = `${cookieName(site)}=`;
  const id = (req.headers.cookie ?? '')
    .split(';')
    .map(part => part.trim())
    .find(part => part.startsWith(wanted))
    ?.slice(wanted.length);
  if (!id || !Object.hasOwn(site.data.sessions, id)) return undefined;
  const user = site.data.users.find(({ id: userId }) => userId === site.data.sessions[id]?.userId);
  return user?.rights.is_active ? { id, user } : undefined;
}

/** The session of a page visit; a first visit signs in the first admin, so that the printed address just works. */
export function sessionOrSignIn(site: Site, req: Request, res: Response): PageSession {
  const found = sessionOf(site, req);
  if (found) return found;
  const admin =
    site.data.users.find(({ rights }) => rights.is_admin && rights.is_active) ?? site.data.users[0];
  if (!admin) throw new Error('The account has no users');
  return { id: openSession(site, res, admin.id), user: admin };
}

/** Proves that a form was drawn by this page for this session. */
export function formToken(site: Site, sessionId: string, purpose: string): string {
  return createHmac('sha256', site.store.state.signingKey)
    .update(`${sessionId}|${purpose}`)
    .digest('base64url');
}
