import type { z } from 'zod';
import type { Account } from '../kommo/index.ts';
import type { Person } from '../secrets/index.ts';
import type { Texts } from '../texts/index.ts';
import type { Catalogue } from './catalogue.ts';
import type { ActionsDeps } from './deps.ts';
import type { Fields, Json } from './json.ts';
import type { KommoAs } from './kommo-as.ts';
import type { ActionName, ChangeView, EffectResult, Target, UndoWay } from './views.ts';

/** What a write came to. */
export interface Written extends EffectResult {
  /** The record's time after it, in seconds, as Kommo answered or as it was read back. */
  updatedAt?: number | null;
  /** Whom an answer in it is about. */
  about?: Person;
}

/** A record that was added after the mark. */
export interface Candidate extends Written {
  /** Not as we wrote it: ours that somebody changed, or somebody's own. */
  altered?: boolean;
}

/** Where an action happens, and on whose behalf. */
export interface Place {
  deps: ActionsDeps;
  account: Account & { timeZone: string };
  leadId: number;
  userId: number;
  /** With the person's own rights. */
  kommo: KommoAs;
  /** With the rights of whoever connected the account: for what belongs to no person. */
  asAdmin: KommoAs;
  /** Of what is composed for people. */
  locale: string;
  signal?: AbortSignal;
}

/** What was read of the record that an action is about. */
export interface Sight {
  /** What the action would change and nothing else: a difference later is a conflict. */
  fields: Fields;
  /** Names and old values, for showing and undoing; never a reason for a conflict. */
  beside: Fields;
  target: Target;
  /** Whose right it takes to change it. */
  guarded: {
    by: 'leads' | 'tasks';
    responsibleUserId: number | null;
    groupId: number | null;
    /** Of a lead: stages may have rights of their own. */
    pipelineId?: number;
    statusId?: number;
  };
  /** Kommo's own mark of the last change, in seconds. */
  updatedAt: number | null;
}

/** An internal action, such as putting an old value back, has a name of its own. */
export type AnyActionName = ActionName | 'field-restore' | 'task-reopen' | 'unlink-contact' | 'draft-note';

/** How Kommo's journal tells of a change. */
export interface Journaled {
  leadId: number;
  /** The type of a custom field's changes goes alone. */
  types: string[];
  /** Which fields of a sight the journal tells of. */
  fields: string[];
  /** Left out where an event does not carry the value as we know it. */
  read?(value: unknown): Fields | null;
  /** Writes what a person had set, as an event names it. */
  putBack?(place: Place, fields: Fields): Promise<Written>;
}

/**
 * How an action is carried out exactly once. `set` brings fields to a value: reading them tells whether it
 * happened. `make` adds something: it is looked for above a mark that was stored before. A `find` that
 * answers null cannot tell, and then a person has to.
 */
export type Performance<A> =
  | {
      kind: 'set';
      write(place: Place, args: A, sight: Sight): Promise<Written>;
      /** Null where Kommo's journal would not tell of it. */
      journal?(place: Place, args: A, seen: Fields): Journaled | null;
    }
  | {
      kind: 'make';
      /** May be repeated: it changes nothing that anybody would notice. */
      mark(place: Place, args: A, effectId: string, sight: Sight): Promise<Json>;
      write(place: Place, args: A, mark: Json, effectId: string): Promise<Written>;
      /** What looks like ours above the mark, oldest first, and what may have been ours. */
      find(place: Place, args: A, mark: Json, effectId: string, sentAt: Date): Promise<Candidate[] | null>;
    };

export interface Done<A> {
  args: A;
  seen: Fields;
  beside: Fields;
  result: EffectResult;
}

export interface UndoPlan {
  action: AnyActionName;
  args: object;
  /** What the record must still hold. */
  expected: Fields;
}

export interface Action<A extends object = object> {
  name: AnyActionName;
  schema: z.ZodType<A>;
  /** Fills in what the caller left open and checks what only the account knows. @throws InvalidInput */
  resolve?(place: Place, args: A, catalogue: Catalogue): Promise<A>;
  /** Null when the record is gone or out of sight. */
  see(place: Place, args: A): Promise<Sight | null>;
  changes(args: A, sight: Pick<Sight, 'fields' | 'beside'>, catalogue: Catalogue): ChangeView[];
  /** The fields once it is done; null for an action that adds something instead. */
  after(args: A, fields: Fields, beside: Fields): Fields | null;
  perform: Performance<A>;
  /** A note that records on the lead what Kommo itself would not show. */
  recordText?(args: A, texts: Texts): string;
  undo: {
    way: UndoWay;
    /** Why not, as a code. */
    why: string | null;
    /** Null where nothing was changed. */
    plan?(done: Done<A>, texts: Texts): UndoPlan | null;
  };
}

/** Keeps the types of one action together while the registry holds them all. */
export function action<A extends object>(definition: Action<A>): Action {
  return definition as unknown as Action;
}
