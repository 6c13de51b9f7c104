import { Problem } from '../errors.ts';
import type { Talk } from '../records.ts';
import type { Site } from '../site.ts';
import { tellTalk } from './tell.ts';

/** @throws Problem 422 when it is closed already */
export function closeTalk(site: Site, talk: Talk): void {
  if (!talk.is_in_work) throw talkClosed();
  talk.is_in_work = false;
  talk.is_read = true;
  talk.updated_at = site.clock.now();
  site.store.touch();
  tellTalk(site, 'update', talk);
}

export const talkClosed = () => new Problem(422, 'Unprocessable Entity', 'Talk is closed');
