import type { Response } from 'express';
import type { Actor } from './actor.ts';

export function setActor(res: Response, actor: Actor): void {
  res.locals['actor'] = actor;
}

/** The actor that `rest/index.ts` put there before any route runs. */
export function actorOf(res: Response): Actor {
  return res.locals['actor'] as Actor;
}
