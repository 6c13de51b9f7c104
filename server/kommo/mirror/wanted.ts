import type { Db } from '../../db/index.ts';
import type { Clock, Logger } from '../../kernel/index.ts';
import type { KommoClient } from '../client.ts';
import type { MirrorKind } from './kinds.ts';

export interface MirrorDeps {
  db: Db;
  client: KommoClient;
  clock: Clock;
  log: Logger;
}

/** A record to read again. */
export interface Wanted {
  kind: MirrorKind;
  id: string;
  /** Where notes hang: their lists are one for each kind of record. */
  parentKind?: string;
  /** Talks can be asked for by contact only. */
  contactId?: string;
}
