import type { Response } from 'express';
import { forbidden } from '../errors.ts';
import { type Actor, isAdmin } from './actor.ts';

export function setActor(res: Response, actor: Actor): void {
  res.locals['actor'] = actor;
}

/** The actor that `rest/index.ts` put there before any route runs. */
export function actorOf(res: Response): Actor {
  return res.locals['actor'] as Actor;
}

export function requireAdmin(res: Response): void {
  if (!isAdmin(actorOf(res))) throw forbidden();
}
