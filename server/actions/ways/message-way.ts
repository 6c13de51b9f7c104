import { AppError } from '../../kernel/index.ts';
import type { Candidate, Place } from '../action.ts';
import type { Json } from '../json.ts';
import type { EffectResult } from '../views.ts';
import type { ChosenWay } from './settings.ts';

export interface Message {
  text: string;
  talkId?: number | undefined;
}

/** With the contact that the person was shown: it goes to nobody else. */
export interface AddressedMessage extends Message {
  contactId: number | null;
}

/** One way to a client: what is prepared, sent, and looked for. As `make` in action.ts. */
export interface MessageWay {
  mark(place: Place, message: AddressedMessage, chosen: ChosenWay, effectId: string): Promise<Json>;
  write(place: Place, message: Message, mark: Json, effectId: string): Promise<EffectResult>;
  find(
    place: Place,
    message: Message,
    mark: Json,
    effectId: string,
    sentAt: Date,
  ): Promise<Candidate[] | null>;
}

/** There is nobody to write to, or nowhere: an administrator or the client has to act first. */
export class NoWayToClient extends AppError {
  readonly status = 409;

  constructor(
    readonly code: 'no-open-talk' | 'no-waiting-bot' | 'no-client' | 'message-too-long',
    message: string,
  ) {
    super(`${message} Nothing was sent.`);
  }
}
