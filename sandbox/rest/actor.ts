import type { Request, Response } from 'express';
import { forbidden, Problem, unauthorized } from '../errors.ts';
import { atOwnAddress } from '../named-account.ts';
import { markUsed, pairOfAccessToken } from '../oauth/grants.ts';
import type { EntityKind, Right, Rights, User } from '../records.ts';
import { sessionOf } from '../sessions.ts';
import type { Site } from '../site.ts';

/** On whose behalf a REST call runs. */
export interface Actor {
  user: User;
  /** The integration that calls; null for the page's own session. */
  clientId: string | null;
  /** A grant by an administrator without a user named in the call: every right, even after that person left. */
  full: boolean;
  /** What the grant was consented to; the page's own session may everything. */
  scopes?: string[];
}

/**
 * Kommo: a bearer token decides the account; `X-Context-User-ID` lends that user's rights, only to a grant by an
 * administrator, never for unknown, free or inactive users. The account's own page calls with its session instead.
 */
export function authenticate(site: Site, req: Request, res: Response): Actor {
  const header = req.get('authorization');
  if (header === undefined) return pageActor(site, req, res);
  const [scheme, token] = header.split(' ');
  if (scheme?.toLowerCase() !== 'bearer' || !token) throw unauthorized();
  const pair = pairOfAccessToken(site, token);
  if (!pair) throw unauthorized();
  markUsed(site, pair);
  const granting = site.data.users.find(({ id }) => id === pair.userId);
  if (!granting) throw unauthorized();
  res.locals['userId'] = granting.id;

  const asked = req.get('x-context-user-id');
  if (asked === undefined) {
    if (!pair.grantedByAdmin && !granting.rights.is_active) throw unauthorized();
    return { user: granting, clientId: pair.clientId, full: pair.grantedByAdmin, scopes: pair.scopes };
  }
  const user = site.data.users.find(({ id }) => String(id) === asked);
  if (!pair.grantedByAdmin || !user || user.rights.is_free || !user.rights.is_active) throw forbidden();
  res.locals['userId'] = user.id;
  return { user, clientId: pair.clientId, full: false, scopes: pair.scopes };
}

/** Cookies count only at the account's own address, or one account's page could speak to another's API. */
function pageActor(site: Site, req: Request, res: Response): Actor {
  const session = atOwnAddress.has(req) ? sessionOf(site, req) : undefined;
  if (!session) throw unauthorized();
  res.locals['userId'] = session.user.id;
  return { user: session.user, clientId: null, full: false };
}

export function isAdmin(actor: Actor): boolean {
  return actor.full || actor.user.rights.is_admin;
}

/** @throws Problem 403 when the grant lacks the scope */
export function requireScope(actor: Actor, scope: string): void {
  if (actor.scopes && !actor.scopes.includes(scope)) throw new Problem(403, 'Forbidden', 'Invalid scope');
}

interface Owned {
  responsible_user_id: number;
  group_id: number;
  pipeline_id?: number;
  status_id?: number;
}

/** May the actor do this with a record of that owner? */
export function may(actor: Actor, kind: EntityKind, verb: keyof Rights['leads'], record: Owned): boolean {
  if (isAdmin(actor)) return true;
  const { user } = actor;
  switch (rightOn(user, kind, verb, record)) {
    case 'A':
      return true;
    case 'G':
      return record.group_id === user.rights.group_id || record.responsible_user_id === user.id;
    case 'M':
      return record.responsible_user_id === user.id;
    case 'D':
      return false;
  }
}

/** Kommo: what is set for a stage holds for the leads in it; nothing is set for adding. */
function rightOn({ rights }: User, kind: EntityKind, verb: keyof Rights['leads'], record: Owned): Right {
  if (kind !== 'leads' || verb === 'add') return rights[kind][verb];
  return (stageRights(rights, record)?.rights ?? rights.leads)[verb];
}

function stageRights({ status_rights }: Rights, { pipeline_id, status_id }: Owned) {
  return status_rights.find(one => one.pipeline_id === pipeline_id && one.status_id === status_id);
}

/** Refuses a list to somebody who may see nothing of its kind. */
export function requireView(actor: Actor, kind: EntityKind): void {
  const { rights } = actor.user;
  const someStage = kind === 'leads' && rights.status_rights.some(one => one.rights.view !== 'D');
  if (!isAdmin(actor) && rights[kind].view === 'D' && !someStage) throw forbidden();
}
